//! The state tree: an authenticated map with inclusion and absence proofs.
