//! What the ledger and the agreement protocol of hefu share: hashes, keys, the canonical codec,
//! positions in the chain, validator sets, headers, votes, certificates and evidence.
//!
//! Everything here is pure: no clock, no random numbers, no input or output. Bytes from outside
//! become values in two steps, and both refuse what is wrong with an error of its own:
//! [`codec::decode`] turns bytes into a value of bounded size, and [`Verified::new`] turns a value
//! into one whose signatures hold. Code that takes a `Verified<T>` need not check again.

#![deny(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::float_arithmetic,
    clippy::expect_used
)]
#![cfg_attr(
    test,
    allow(
        clippy::arithmetic_side_effects,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::expect_used,
        clippy::unwrap_used,
        clippy::print_stdout,
        reason = "a test that fails may panic, and its tables are meant to be read"
    )
)]

pub mod bounded;
pub mod certificate;
pub mod checkpoint;
pub mod codec;
pub mod committee;
pub mod evidence;
pub mod hash;
pub mod header;
pub mod keys;
pub mod limits;
pub mod position;
pub mod proposal;
pub mod validators;
pub mod verified;
pub mod vote;

pub use bounded::BoundedVec;
pub use certificate::{Bitmap, Certificate, CertificateError};
pub use checkpoint::{Checkpoint, CheckpointError};
pub use committee::Committee;
pub use evidence::{Evidence, EvidenceError};
pub use hash::{Digest, GenesisHash, Hash, Purpose};
pub use header::Header;
pub use keys::{Ed25519, KeyError, PublicKey, SecretKey, Signature, Signer, Verifier};
pub use position::{Epoch, Height, Timestamp, View};
pub use proposal::{ProposalStatement, SignedProposal};
pub use validators::{Incarnation, Validator, ValidatorIndex, ValidatorSet, ValidatorSetError};
pub use verified::{Verified, Verify};
pub use vote::{Kind, Subject, Vote, VoteError};

#[cfg(test)]
mod testing;
