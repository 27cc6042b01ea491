//! Values whose signatures hold.
//!
//! Logic that takes a [`Verified`] value cannot be handed an unchecked one by mistake, because
//! nothing but [`Verified::new`] makes one and nothing lets its value be changed afterwards. It
//! does not compile to wrap a value without checking it, neither here nor from encoded bytes:
//!
//! ```compile_fail,E0423
//! # fn wrap(vote: hefu_primitives::Vote) -> hefu_primitives::Verified<hefu_primitives::Vote> {
//! hefu_primitives::Verified(vote)
//! # }
//! ```
//!
//! ```compile_fail,E0277
//! # use hefu_primitives::{codec, Verified, Vote};
//! let vote = codec::decode::<Verified<Vote>>(&[], 0);
//! ```
//!
//! Nor does it compile to alter one:
//!
//! ```compile_fail,E0594
//! # use hefu_primitives::{Subject, Verified, Vote};
//! # fn alter(mut vote: Verified<Vote>) {
//! vote.subject = Subject::Nullify;
//! # }
//! ```
//!
//! What does compile is to check, and to read:
//!
//! ```
//! use hefu_primitives::{Committee, Ed25519, Subject, Verified, Vote, VoteError};
//!
//! fn checked(vote: Vote, committee: &Committee) -> Result<Verified<Vote>, VoteError> {
//!     Verified::new(vote, committee, &Ed25519)
//! }
//!
//! fn subject(vote: &Verified<Vote>) -> Subject {
//!     vote.subject
//! }
//! ```

use crate::committee::Committee;
use crate::keys::Verifier;
use std::ops::Deref;
use std::sync::Arc;

/// What carries signatures of a committee's members.
pub trait Verify {
    /// Why it does not hold.
    type Error;

    /// Refuses a value that is not rightly signed by members of `committee`.
    fn verify<V: Verifier>(&self, committee: &Committee, verifier: &V) -> Result<(), Self::Error>;
}

impl<T: Verify> Verify for Arc<T> {
    type Error = T::Error;

    fn verify<V: Verifier>(&self, committee: &Committee, verifier: &V) -> Result<(), T::Error> {
        self.as_ref().verify(committee, verifier)
    }
}

/// A value that was verified. There is no other way to make one.
///
/// It is as good as the verifier that checked it, and does not remember against which committee:
/// whoever serves several keeps their values apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Verified<T>(T);

impl<T: Verify> Verified<T> {
    /// Checks `value` against `committee`.
    pub fn new<V: Verifier>(
        value: T,
        committee: &Committee,
        verifier: &V,
    ) -> Result<Self, T::Error> {
        value.verify(committee, verifier)?;
        Ok(Self(value))
    }
}

impl<T> Verified<T> {
    /// The value, which is no longer known to be verified.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Verified<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

#[cfg(test)]
mod tests;
