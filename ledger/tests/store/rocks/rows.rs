//! Rows that were never written, or written wrongly: what no checksum finds.

use super::{Closed, closed};
use crate::store::Shelf;
use hefu_ledger::ReadError;
use hefu_ledger::store::rocks::{Column, OpenError, RocksStore, StoreOptions};
use rocksdb::{DB, IteratorMode, Options};

/// A key and its value.
type Row = (Box<[u8]>, Box<[u8]>);

/// What is done to one column family.
type Spoil = fn(&DB, &rocksdb::ColumnFamily, &[Row]);

fn rows(db: &DB, family: &rocksdb::ColumnFamily) -> Vec<Row> {
    db.iterator_cf(family, IteratorMode::Start).map(Result::unwrap).collect()
}

fn change(store: &Closed, column: Column, spoil: Spoil) {
    let path = store.directory.path().join("rocks");
    let names = Column::ALL.map(Column::name);
    let db = DB::open_cf(&Options::default(), path, names).unwrap();
    let family = db.cf_handle(column.name()).unwrap();
    let rows = rows(&db, family);
    assert!(!rows.is_empty(), "{column:?}");
    spoil(&db, family, &rows);
}

/// Removes the row in the middle.
fn lose(db: &DB, family: &rocksdb::ColumnFamily, rows: &[Row]) {
    db.delete_cf(family, &rows[rows.len() / 2].0).unwrap();
}

/// Changes the last byte of the value in the middle; among headers of the one below it, since the
/// last bytes of a finalization are a signature, which is for a replay to check.
fn alter(db: &DB, family: &rocksdb::ColumnFamily, rows: &[Row]) {
    let is_header = |row: &&Row| row.0.len() != 9 || row.0[8] == 0;
    let (key, value) = rows[..=rows.len() / 2].iter().rfind(is_header).unwrap();
    let mut value = value.to_vec();
    *value.last_mut().unwrap() ^= 1;
    db.put_cf(family, key, value).unwrap();
}

/// Writes the value in the middle under a key of its own too.
fn add(db: &DB, family: &rocksdb::ColumnFamily, rows: &[Row]) {
    let (key, value) = &rows[rows.len() / 2];
    let mut key = key.to_vec();
    *key.last_mut().unwrap() ^= 0x40;
    assert!(rows.iter().all(|row| *row.0 != *key));
    db.put_cf(family, key, value).unwrap();
}

/// Opens and scrubs a store in which one row was spoilt.
fn found(column: Column, spoil: Spoil) -> Result<(), OpenError> {
    let store = closed();
    change(&store, column, spoil);
    let opened =
        RocksStore::open(store.directory.path(), &store.genesis, &StoreOptions::default())?;
    Ok(opened.scrub().map(drop)?)
}

#[test]
fn a_row_that_is_missing_is_found() {
    use Column::*;
    let columns = [
        Meta,
        Headers,
        Envelopes,
        Payloads,
        Effects,
        State,
        Keys,
        Written,
        Log,
        Versions,
        Transactions,
        History,
        Indexes,
    ];
    for column in columns {
        let found = found(column, lose);
        assert!(found.is_err(), "{column:?}");
    }
}

#[test]
fn a_row_that_is_another_one_is_found() {
    use Column::*;
    let columns = [
        Meta,
        Headers,
        Envelopes,
        Payloads,
        Effects,
        State,
        Keys,
        Written,
        Log,
        Versions,
        Transactions,
        History,
    ];
    for column in columns {
        let found = found(column, alter);
        assert!(found.is_err(), "{column:?}");
    }
}

#[test]
fn a_row_too_many_is_found_where_it_would_be_served() {
    for column in [Column::State, Column::Keys, Column::Log] {
        let found = found(column, add);
        assert!(found.is_err(), "{column:?}");
    }
}

#[test]
fn a_store_of_another_format_is_refused() {
    let store = closed();
    change(&store, Column::Meta, |db, family, rows| {
        let (key, value) = &rows[0];
        let format = [&9_u32.to_le_bytes()[..], &value[4..]].concat();
        db.put_cf(family, key, format).unwrap();
    });
    let error = RocksStore::open(store.directory.path(), &store.genesis, &StoreOptions::default());
    assert_eq!(error.err(), Some(OpenError::Format { got: 9 }));
}

#[test]
fn what_is_damaged_is_said_by_name() {
    let error = found(Column::Keys, lose).unwrap_err();
    let expected = ReadError::Damaged("5 keys in the index, 6 in the records".to_owned());
    assert_eq!(error, OpenError::Unreadable(expected));
    let world = closed();
    let store: RocksStore = Shelf::open(world.directory.path(), &world.genesis);
    assert!(store.scrub().is_ok());
}
