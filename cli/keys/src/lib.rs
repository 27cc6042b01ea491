//! Secrets at rest: key files of nodes and organisations.
//!
//! [`keyfile`] keeps one Ed25519 key in a file that OpenSSL can open. [`passphrase`] is where its
//! passphrase comes from: a prompt, a file, or systemd; never the command line, which every process of a
//! machine can read.
//!
//! Secrets are wiped from memory when they are dropped, and never printed. Chance enters in
//! `random.rs` and nowhere else.

pub mod files;
pub mod keyfile;
pub mod passphrase;
mod random;

pub use keyfile::{KeyFileError, Protection, Unprotected};
pub use passphrase::{Passphrase, PassphraseError};
pub use random::RandomError;
