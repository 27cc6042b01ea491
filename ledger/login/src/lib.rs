//! Login by DID: a platform asks, a holder answers, and the answer is verified without a network.
//!
//! The platform makes a [`Challenge`] and keeps it. The holder signs it with a login key and *staples*
//! a bundle: the proof of what the ledger knows of the DID, under a recent checkpoint. So neither a
//! node nor a registrar learns who logs in where. [`verify()`] then finds that the key is one of the
//! DID for authentication, that the DID is in force, that the checkpoint is young, and that the
//! answer is to this very challenge and was not used before.
//!
//! ```
//! use hefu_login::{Answer, Challenge, Expected, LoggedIn, LoginError, SpentNonces, verify};
//! use hefu_ledger::bundle::{Origin, Policy};
//! use hefu_primitives::{Ed25519, Timestamp};
//!
//! fn login(
//!     answer: &Answer,
//!     challenge: &Challenge,
//!     origin: &Origin,
//!     now: Timestamp,
//!     spent: &mut SpentNonces,
//! ) -> Result<LoggedIn, LoginError> {
//!     let expected = Expected { challenge, origin, policy: Policy::strict(now) };
//!     verify(answer, &expected, spent, &Ed25519)
//! }
//! ```
//!
//! Everything here is pure: no clock, no random numbers, no input or output. Time and nonces come in.

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

mod answer;
mod challenge;
mod domain;
mod error;
mod floor;
mod json;
pub mod limits;
mod nonces;
mod verify;

pub use answer::{Answer, AnswerVersion, Stapled, signed_bytes};
pub use challenge::{Challenge, ChallengeVersion, Seen};
pub use domain::{Domain, DomainError};
pub use error::LoginError;
pub use floor::Floor;
pub use nonces::{NonceError, Nonces, SpentNonces};
pub use verify::{Expected, LoggedIn, verify};
