//! Tests of `validators`: the arithmetic of quorums, and which members make a set.

mod quorums;
mod sets;
