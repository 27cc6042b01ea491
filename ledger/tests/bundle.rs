//! Bundles: what they prove, and that nothing in them can be exchanged.

mod answers;
mod chain;
mod consistency;
mod depth;
mod epochs;
mod golden;
mod log;
mod members;
mod mutations;
mod policy;
mod proofs;
mod record;
mod scene;
mod size;
mod transaction;
