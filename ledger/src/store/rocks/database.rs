//! Reading rows, with errors that say what is wrong.

use super::columns::Column;
use crate::ReadError;
use hefu_primitives::codec;
use rocksdb::{
    ColumnFamily, DB, DBPinnableSlice, IteratorMode, PrefixRange, ReadOptions, WriteBatch,
};
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// The database, by column families.
#[derive(Clone)]
pub(super) struct Database {
    pub(super) db: Arc<DB>,
}

/// A key and its value.
pub(super) type Row = (Box<[u8]>, Box<[u8]>);

impl Database {
    /// A column family, all of which are opened with the database.
    pub(super) fn column(&self, column: Column) -> Result<&ColumnFamily, ReadError> {
        let missing = || ReadError::Damaged(format!("no column family {}", column.name()));
        self.db.cf_handle(column.name()).ok_or_else(missing)
    }

    /// The bytes under a key.
    pub(super) fn bytes(
        &self,
        column: Column,
        key: impl AsRef<[u8]>,
    ) -> Result<Option<Vec<u8>>, ReadError> {
        let value = self.db.get_pinned_cf(self.column(column)?, key).map_err(unreadable)?;
        Ok(value.map(|value| value.to_vec()))
    }

    /// The value under a key.
    pub(super) fn value<T: DeserializeOwned>(
        &self,
        column: Column,
        key: impl AsRef<[u8]>,
    ) -> Result<Option<T>, ReadError> {
        let value = self.db.get_pinned_cf(self.column(column)?, key).map_err(unreadable)?;
        value.map(|value| decode(column, &value)).transpose()
    }

    /// The values under several keys, in their order. Each file is asked once for all of them.
    pub(super) fn values<'a, T: DeserializeOwned>(
        &self,
        column: Column,
        keys: impl Iterator<Item = &'a [u8; 32]>,
    ) -> Result<Vec<Option<T>>, ReadError> {
        let values = self.db.batched_multi_get_cf(self.column(column)?, keys, false);
        let value = |value: Result<Option<DBPinnableSlice<'_>>, _>| {
            let value = value.map_err(unreadable)?;
            value.map(|value| decode(column, &value)).transpose()
        };
        values.into_iter().map(value).collect()
    }

    /// The rows whose keys begin with `prefix`, in the order of their keys.
    pub(super) fn rows(
        &self,
        column: Column,
        prefix: &[u8],
    ) -> Result<impl Iterator<Item = Result<Row, ReadError>> + '_, ReadError> {
        self.rows_after(column, prefix, None)
    }

    /// The rows whose keys begin with `prefix` and come after `after`.
    pub(super) fn rows_after(
        &self,
        column: Column,
        prefix: &[u8],
        after: Option<&[u8]>,
    ) -> Result<impl Iterator<Item = Result<Row, ReadError>> + '_, ReadError> {
        let mut options = ReadOptions::default();
        options.set_iterate_range(PrefixRange(prefix));
        if let Some(after) = after {
            // The least key above another one is that key and a zero.
            options.set_iterate_lower_bound([after, &[0]].concat());
        }
        self.scan(column, options, IteratorMode::Start)
    }

    /// The last row of a column family.
    pub(super) fn last(&self, column: Column) -> Result<Option<Row>, ReadError> {
        self.scan(column, ReadOptions::default(), IteratorMode::End)?.next().transpose()
    }

    fn scan(
        &self,
        column: Column,
        options: ReadOptions,
        mode: IteratorMode<'_>,
    ) -> Result<impl Iterator<Item = Result<Row, ReadError>> + '_, ReadError> {
        let rows = self.db.iterator_cf_opt(self.column(column)?, options, mode);
        Ok(rows.map(|row| row.map_err(unreadable)))
    }
}

/// What will be written at once.
pub(super) struct Batch<'a> {
    database: &'a Database,
    /// As RocksDB takes it.
    pub(super) rows: WriteBatch,
}

impl<'a> Batch<'a> {
    pub(super) fn new(database: &'a Database) -> Self {
        Self { database, rows: WriteBatch::default() }
    }

    pub(super) fn put(
        &mut self,
        column: Column,
        key: impl AsRef<[u8]>,
        value: impl AsRef<[u8]>,
    ) -> Result<(), ReadError> {
        self.rows.put_cf(self.database.column(column)?, key, value);
        Ok(())
    }

    pub(super) fn delete(
        &mut self,
        column: Column,
        key: impl AsRef<[u8]>,
    ) -> Result<(), ReadError> {
        self.rows.delete_cf(self.database.column(column)?, key);
        Ok(())
    }
}

/// A value from its stored bytes, however many: they are all in memory already.
pub(super) fn decode<T: DeserializeOwned>(column: Column, bytes: &[u8]) -> Result<T, ReadError> {
    let damaged = |error| ReadError::Damaged(format!("a row of {}: {error}", column.name()));
    codec::decode(bytes, bytes.len()).map_err(damaged)
}

/// What RocksDB says when it cannot read. It calls damage by its name.
#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` gives")]
pub(super) fn unreadable(error: rocksdb::Error) -> ReadError {
    match error.kind() {
        rocksdb::ErrorKind::Corruption => ReadError::Damaged(error.to_string()),
        _ => ReadError::Failed(error.to_string()),
    }
}
