//! Tests of `assess`.
