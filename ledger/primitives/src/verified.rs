//! Values whose signatures hold.

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
