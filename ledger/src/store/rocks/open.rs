//! Opening a store, or making one.

use super::checks::{self, Tail};
use super::columns::{ABOUT, Column, FORMAT};
use super::database::{Batch, Database, unreadable};
use super::familiar::Familiar;
use super::options::{self, Floor, StoreOptions};
use super::tree::RocksTree;
use super::{RocksStore, put_header, put_state};
use crate::ReadError;
use crate::genesis::Genesis;
use crate::merkle::Frontier;
use crate::store::change;
use crate::tree;
use hefu_primitives::{Digest, GenesisHash, Hash, Height, codec};
use rocksdb::DB;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;
use thiserror::Error;

/// Why a store was not opened.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum OpenError {
    /// Another process has it open.
    #[error("another process works on this store")]
    Locked,
    /// It belongs to another network.
    #[error("the store holds network {got}, not {expected}")]
    OtherGenesis {
        /// The network that was asked for.
        expected: GenesisHash,
        /// The store's network.
        got: GenesisHash,
    },
    /// Another version of this program has written it.
    #[error("the store has format {got}; this program reads format {FORMAT}")]
    Format {
        /// The store's format.
        got: u32,
    },
    /// It ends before a block that was once written here: it is an old copy, or has lost blocks.
    #[error("the store ends at block {head}, and once held block {floor}")]
    BelowFloor {
        /// The height that it once had.
        floor: Height,
        /// The height that it has.
        head: Height,
    },
    /// It holds another block than the one that was once written here.
    #[error("the store's block {height} is {got}, and once was {expected}")]
    OffFloor {
        /// The height.
        height: Height,
        /// The block that was once written.
        expected: Digest,
        /// The block that is there.
        got: Digest,
    },
    /// A header is missing, or is not the child of the one below.
    #[error("block {height} does not follow from the one below")]
    Broken {
        /// The header's height.
        height: Height,
    },
    /// The state is not the one that the last header names.
    #[error("the state has root {got}, where block {height} has {expected}")]
    State {
        /// The last block's height.
        height: Height,
        /// The root in its header.
        expected: Hash,
        /// The root of what is stored.
        got: Hash,
    },
    /// The tree over all headers is not the one that the last header names.
    #[error("the tree over all headers has root {got}, where block {height} has {expected}")]
    History {
        /// The last block's height.
        height: Height,
        /// The root in its header.
        expected: Hash,
        /// The root of what is stored.
        got: Hash,
    },
    /// Its directory cannot be used.
    #[error("{path}: {error}")]
    Directory {
        /// Which file or directory.
        path: String,
        /// What the operating system says.
        error: String,
    },
    /// It cannot be read.
    #[error(transparent)]
    Unreadable(#[from] ReadError),
}

/// The format and the network of a store.
type About = (u32, GenesisHash);

/// The file that tells which network a store holds. It is there once the store is, so that a
/// database that has lost its files is not taken for one that is to be made.
const MARKER: &str = "genesis";

/// The directory of RocksDB.
const DATABASE: &str = "rocks";

impl RocksStore {
    /// Opens the store in a directory, or makes one with the genesis block if there is none; and
    /// checks that its last blocks, its state and its history belong together.
    pub fn open(
        directory: &Path,
        genesis: &Genesis,
        options: &StoreOptions,
    ) -> Result<Self, OpenError> {
        let network = genesis.hash();
        let is_new = read_marker(directory, network)?;
        let database = open_database(&directory.join(DATABASE), options, is_new)?;
        let about = read_about(&database, is_new)?;
        about.map_or(Ok(()), |about| check_about(about, network))?;
        let tree = RocksTree::open(Arc::clone(&database.db), options.tree)?;
        let store = if about.is_some() {
            Self::existing(database, tree, options.floor)?
        } else {
            Self::made(database, tree, genesis, options.floor)?
        };
        write_marker(directory, network)?;
        Ok(store)
    }

    fn existing(
        database: Database,
        tree: RocksTree,
        floor: Option<Floor>,
    ) -> Result<Self, OpenError> {
        let tail = Tail::read(&database)?;
        floor.map_or(Ok(()), |floor| tail.check_floor(&floor))?;
        tail.check_links()?;
        let head = tail.parent()?;
        checks::state_root(&tree, &head.header)?;
        Ok(Self { database, tree, head, familiar: Familiar::default(), failed: None })
    }

    fn made(
        database: Database,
        mut tree: RocksTree,
        genesis: &Genesis,
        floor: Option<Floor>,
    ) -> Result<Self, OpenError> {
        check_may_begin(floor)?;
        let entries = genesis.records();
        let leaves = entries.iter().map(|(key, entry)| (key.tree_key(), Some(entry.hash)));
        let change = tree::update(&tree, leaves.collect())?;
        let (head, nodes) = change::head(Frontier::default(), genesis.header(change.root));
        let rows = {
            let mut batch = Batch::new(&database);
            batch.put(Column::Meta, ABOUT, codec::encode(&(FORMAT, genesis.hash())))?;
            put_header(&mut batch, &head.header, &nodes)?;
            put_state(&mut batch, &entries.into_iter().map(|(k, v)| (k, Some(v))).collect())?;
            batch.rows
        };
        tree.commit(&change, head.header.height, rows, &options::durable())?;
        Ok(Self { database, tree, head, familiar: Familiar::default(), failed: None })
    }
}

/// Refuses to begin anew where blocks were once held: the directory was lost or emptied.
fn check_may_begin(floor: Option<Floor>) -> Result<(), OpenError> {
    match floor {
        Some(Floor { height, .. }) if height > Height::ZERO => {
            Err(OpenError::BelowFloor { floor: height, head: Height::ZERO })
        }
        _ => Ok(()),
    }
}

fn open_database(path: &Path, options: &StoreOptions, is_new: bool) -> Result<Database, OpenError> {
    let columns = options::columns(options);
    let db = DB::open_cf_descriptors(&options::database(options, is_new), path, columns);
    let db = db.map_err(|error| {
        let says = |text| error.as_ref().contains(text);
        match error.kind() {
            rocksdb::ErrorKind::IOError if says("lock") || says("LOCK") => OpenError::Locked,
            _ if says("No such file") || says("does not exist") => {
                ReadError::Damaged(format!("files are missing: {error}")).into()
            }
            _ => unreadable(error).into(),
        }
    })?;
    Ok(Database { db: Arc::new(db) })
}

/// The format and the network; none if the store is still to be made.
fn read_about(database: &Database, is_new: bool) -> Result<Option<About>, ReadError> {
    let about = database.value(Column::Meta, ABOUT)?;
    let is_empty = is_new && database.last(Column::Headers)?.is_none();
    if about.is_none() && !is_empty {
        return Err(ReadError::Damaged("it does not say which network it holds".to_owned()));
    }
    Ok(about)
}

/// Refuses what this program cannot read, before it reads it.
fn check_about((format, got): About, expected: GenesisHash) -> Result<(), OpenError> {
    if format != FORMAT {
        return Err(OpenError::Format { got: format });
    }
    if got == expected { Ok(()) } else { Err(OpenError::OtherGenesis { expected, got }) }
}

/// Tells whether the store is still to be made.
fn read_marker(directory: &Path, expected: GenesisHash) -> Result<bool, OpenError> {
    let path = directory.join(MARKER);
    fs::create_dir_all(directory).map_err(|error| unusable(directory, &error))?;
    match fs::read(&path) {
        Ok(bytes) => {
            let got = codec::decode(&bytes, bytes.len());
            let got = got.map_err(|error| ReadError::Damaged(format!("{MARKER}: {error}")))?;
            let other = OpenError::OtherGenesis { expected, got };
            if got == expected { Ok(false) } else { Err(other) }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(unusable(&path, &error)),
    }
}

/// Marks the store as made, durably.
fn write_marker(directory: &Path, network: GenesisHash) -> Result<(), OpenError> {
    let path = directory.join(MARKER);
    let write = || {
        let file = fs::File::create(&path)?;
        io::Write::write_all(&mut &file, &codec::encode(&network))?;
        file.sync_all()?;
        fs::File::open(directory)?.sync_all()
    };
    if path.exists() { Ok(()) } else { write().map_err(|error| unusable(&path, &error)) }
}

fn unusable(path: &Path, error: &io::Error) -> OpenError {
    OpenError::Directory { path: path.display().to_string(), error: error.to_string() }
}
