//! Tests of `pace`.
