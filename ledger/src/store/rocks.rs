//! The durable store, on RocksDB.

pub mod tree;
