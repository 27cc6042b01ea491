//! What holds of the ledger as its users see it.

mod operations;
mod replay;
