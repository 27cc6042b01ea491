//! Append-only trees over lists (RFC 9162): roots, inclusion and consistency proofs.
