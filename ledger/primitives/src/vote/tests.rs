//! Tests of `vote`.
