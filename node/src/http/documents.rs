//! Documents that stay the same as long as the node runs.

use super::{index, openapi};
use hefu_ledger::genesis::SignedGenesis;

/// Documents that stay the same as long as the node runs.
pub(super) struct Documents {
    /// The signed genesis file.
    pub(super) genesis: Document,
    /// The description of the API.
    pub(super) openapi: Document,
    /// What is where.
    pub(super) index: Document,
}

/// A document with a name for what stands in it.
pub(super) struct Document {
    pub(super) text: String,
    pub(super) tag: String,
}

impl Documents {
    pub(super) fn of(genesis: &SignedGenesis) -> Self {
        Self {
            genesis: Document::new(genesis.to_file()),
            openapi: Document::new(openapi::text()),
            index: Document::new(index::text(&genesis.genesis.network)),
        }
    }
}

impl Document {
    fn new(text: String) -> Self {
        let tag = blake3::hash(text.as_bytes()).to_hex().chars().take(32).collect();
        Self { text, tag }
    }
}
