//! A list that cannot outgrow its limit, neither in memory nor while it is decoded.

use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use thiserror::Error as ThisError;

/// A list of at most `MAX` elements.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct BoundedVec<T, const MAX: usize>(Vec<T>);

/// More elements than the list may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ThisError)]
#[error("{got} elements, where at most {max} are allowed")]
pub struct TooMany {
    /// The limit.
    pub max: usize,
    /// How many there were.
    pub got: usize,
}

impl<T, const MAX: usize> BoundedVec<T, MAX> {
    /// The list of `elements`, if they are not too many.
    pub fn new(elements: Vec<T>) -> Result<Self, TooMany> {
        if elements.len() > MAX {
            return Err(TooMany { max: MAX, got: elements.len() });
        }
        Ok(Self(elements))
    }

    /// The first `MAX` of `elements`.
    pub fn first_of(elements: impl IntoIterator<Item = T>) -> Self {
        Self(elements.into_iter().take(MAX).collect())
    }
}

impl<T, const MAX: usize> Default for BoundedVec<T, MAX> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T, const MAX: usize> Deref for BoundedVec<T, MAX> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<'a, T, const MAX: usize> IntoIterator for &'a BoundedVec<T, MAX> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<'de, T: Deserialize<'de>, const MAX: usize> Deserialize<'de> for BoundedVec<T, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(BoundedVisitor(PhantomData))
    }
}

struct BoundedVisitor<T, const MAX: usize>(PhantomData<T>);

impl<'de, T: Deserialize<'de>, const MAX: usize> Visitor<'de> for BoundedVisitor<T, MAX> {
    type Value = BoundedVec<T, MAX>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of at most {MAX} elements")
    }

    // The declared length is not trusted with an allocation: the list grows as elements arrive.
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = seq.next_element()? {
            if elements.len() == MAX {
                return Err(A::Error::custom(format_args!("more than {MAX} elements")));
            }
            elements.push(element);
        }
        Ok(BoundedVec(elements))
    }
}

#[cfg(test)]
mod tests;
