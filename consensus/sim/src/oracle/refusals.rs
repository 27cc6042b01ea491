//! R5: whoever refuses what a quorum has certified is wrong about the ledger, or the quorum is: it
//! must stop.

use super::certificates::Certificates;
use super::{Finding, Glimpse};
use crate::scenario::NodeId;
use hefu_primitives::Digest;
use std::collections::BTreeMap;

/// How long it may take to learn of the certificate.
const PATIENCE_MS: u64 = 20_000;

/// The blocks that machines have refused, and when first.
#[derive(Default)]
pub(crate) struct Refusals {
    refused: BTreeMap<(NodeId, Digest), u64>,
}

impl Refusals {
    pub(crate) fn refused(&mut self, node: NodeId, digest: Digest, now_ms: u64) {
        self.refused.entry((node, digest)).or_insert(now_ms);
    }

    pub(crate) fn inspect(
        &mut self,
        now_ms: u64,
        glimpses: &[Glimpse],
        certificates: &Certificates,
        found: &mut Vec<Finding>,
    ) {
        for ((node, digest), at_ms) in &self.refused {
            let goes_on = |g: &&Glimpse| g.node == *node && g.is_active && g.up_since_ms < *at_ms;
            let late = at_ms + PATIENCE_MS < now_ms;
            let knows = late && certificates.knows(*node, digest);
            if knows && glimpses.iter().any(|glimpse| goes_on(&glimpse)) {
                found.push(Finding {
                    rule: 5,
                    oracle: "refusals",
                    node: Some(*node),
                    sentence: format!("it goes on although {digest:?} is certified and refused"),
                });
            }
        }
    }
}
