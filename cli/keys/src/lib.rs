//! Secrets at rest: key files of nodes and organisations, and the wallets of holders.
//!
//! [`keyfile`] keeps one Ed25519 key in a file that OpenSSL can open. [`wallet`] keeps a seed from
//! which every key of a holder follows, one DID a platform, and what its DIDs have come to.
//! [`passphrase`] is where the passphrases of both come from: a prompt, a file, or systemd; never
//! the command line, which every process of a machine can read.
//!
//! Secrets are wiped from memory when they are dropped, and never printed. Chance enters in
//! `random.rs` and nowhere else.

pub mod files;
pub mod keyfile;
pub mod passphrase;
mod random;
pub mod wallet;

pub use keyfile::{KeyFileError, Protection, Unprotected};
pub use passphrase::{Passphrase, PassphraseError};
pub use random::RandomError;
