//! Trees against the RFC's own definitions, and proofs against everything that may be done to them.

mod frontiers;
mod golden;
mod growth;
mod mutations;
mod places;
mod random;
mod rfc;

use super::{Frontier, List, NodeReader};
use crate::ReadError;
use hefu_primitives::Hash;
use std::collections::BTreeMap;

const LISTS: [List; 4] = [List::Transactions, List::Entries, List::Effects, List::History];

/// Leaves that all differ.
fn leaves(list: List, count: u64) -> Vec<Hash> {
    (0..count).map(|i| list.leaf(&i.to_le_bytes())).collect()
}

/// The nodes that a store keeps.
#[derive(Clone, Default)]
struct Nodes(BTreeMap<(u8, u64), Hash>);

impl NodeReader for Nodes {
    fn node(&self, level: u8, index: u64) -> Result<Option<Hash>, ReadError> {
        Ok(self.0.get(&(level, index)).copied())
    }
}

impl Nodes {
    fn append(&mut self, frontier: &mut Frontier, list: List, leaf: Hash) {
        for node in frontier.append(list, leaf) {
            let before = self.0.insert((node.level, node.index), node.hash);
            assert_eq!(before, None, "a node is completed once");
        }
    }

    fn of(list: List, leaves: &[Hash]) -> Self {
        let (mut nodes, mut frontier) = (Self::default(), Frontier::default());
        for leaf in leaves {
            nodes.append(&mut frontier, list, *leaf);
        }
        nodes
    }
}
