//! The mempool as its node uses it. What signatures are like is the ledger's affair, so these are
//! taken on trust here.

mod fates;
mod flood;
mod holders;
mod limits;
mod material;
mod model;
mod order;
mod time;
