//! What a node says over HTTP: the paths, and the values that travel as JSON (docs/http-api.md).
//!
//! The node writes these values and its clients read them, so both sides share this crate. Nothing
//! here is trusted because of where it comes from: what a client must be sure of it takes from
//! bundles ([`hefu_ledger::bundle`]), and a [`Receipt`] proves itself.
//!
//! Bytes are lower-case hexadecimal, DIDs are written in full, times are milliseconds since 1970 in
//! fields that end in `_ms`, heights are numbers. What is absent is left out. A reader passes over
//! fields that it does not know, so that a newer node can say more.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test stops where something is wrong"))]

mod block;
mod did;
mod hex;
pub mod media;
mod node;
mod organisation;
mod page;
pub mod paths;
mod problem;
mod receipt;
mod transaction;
mod validators;
mod why;
mod words;

pub use block::{Block, BlockSummary, Checkpoint, Finalization, HeaderView};
pub use did::{
    ControlView, ControllersView, DidView, EndView, FormerKeyView, HistoryEntry, KeyHolder,
    KeyView, LogView, ServiceView, SuspensionView,
};
pub use hex::{Hex16, Hex32, Hex64, HexError};
pub use node::{HaltView, PeerView, PendingView, Role, Status};
pub use organisation::OrganisationView;
pub use page::Page;
pub use problem::{Problem, codes};
pub use receipt::{Receipt, ReceiptError, receipt_bytes};
pub use transaction::{
    Exported, Outcome, SubjectView, Submitted, TransactionState, TransactionStatus,
    TransactionSummary,
};
pub use validators::{ValidatorView, Validators};
pub use why::{Reason, Why};
