//! Tests of `evidence`: which two statements convict, and what does not.

mod proposals;
mod votes;
