//! Checks on the workspace as a whole: what may depend on what, and what the source must look like.
//!
//! A check is a function from text to findings, so that a test beside it can feed it a bad sample
//! and see it refused. The test that runs it over the tree prints what it counted.

mod purity;
mod report;
mod rust;
mod tidy;
mod workspace;
