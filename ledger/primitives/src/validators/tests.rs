//! Tests of `validators`.
