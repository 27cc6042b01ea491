//! The frontier: the next root from the right edge alone.

use super::{LISTS, Nodes, leaves};
use crate::ReadError;
use crate::merkle::{Frontier, List, Node, NodeReader, consistency, inclusion_at, root};
use hefu_primitives::Hash;
use hefu_primitives::codec::{decode, encode};
use std::cell::Cell;

/// A reader that counts.
struct Counted<'a>(&'a Nodes, Cell<usize>);

impl NodeReader for Counted<'_> {
    fn node(&self, level: u8, index: u64) -> Result<Option<Hash>, ReadError> {
        self.1.set(self.1.get() + 1);
        self.0.node(level, index)
    }
}

#[test]
fn a_frontier_has_the_root_of_its_list_at_every_size() {
    for list in LISTS {
        let leaves = leaves(list, 130);
        let mut frontier = Frontier::default();
        for (count, leaf) in leaves.iter().enumerate() {
            assert_eq!(frontier.root(list), root(list, &leaves[..count]), "{count}");
            assert_eq!(usize::try_from(frontier.size()), Ok(count));
            frontier.append(list, *leaf);
        }
        assert_eq!(frontier.root(list), root(list, &leaves));
    }
}

#[test]
fn an_append_returns_the_subtrees_that_it_completes() {
    let list = List::History;
    let d = leaves(list, 4);
    let mut frontier = Frontier::default();
    let node = |level, index, hash| Node { level, index, hash };
    assert_eq!(frontier.append(list, d[0]), [node(0, 0, d[0])]);
    let low = list.node(&d[0], &d[1]);
    assert_eq!(frontier.append(list, d[1]), [node(0, 1, d[1]), node(1, 0, low)]);
    assert_eq!(frontier.append(list, d[2]), [node(0, 2, d[2])]);
    let high = list.node(&d[2], &d[3]);
    let all = [node(0, 3, d[3]), node(1, 1, high), node(2, 0, list.node(&low, &high))];
    assert_eq!(frontier.append(list, d[3]), all);
}

#[test]
fn exactly_the_perfect_subtrees_are_stored() {
    let nodes = Nodes::of(List::History, &leaves(List::History, 1000));
    let expected: usize = (0..10).map(|level| 1000 >> level).sum();
    assert_eq!(nodes.0.len(), expected);
}

#[test]
fn a_frontier_survives_its_encoding() {
    let mut frontier = Frontier::default();
    for leaf in leaves(List::History, 70) {
        let bytes = encode(&frontier);
        assert_eq!(decode::<Frontier>(&bytes, bytes.len()).as_ref(), Ok(&frontier));
        frontier.append(List::History, leaf);
    }
}

#[test]
fn a_frontier_whose_parts_do_not_add_up_is_refused() {
    let peaks = vec![Hash::default(); 3];
    for (size, holds) in [(7u64, true), (11, true), (6, false), (8, false), (15, false), (0, false)]
    {
        let bytes = encode(&(size, peaks.clone()));
        assert_eq!(decode::<Frontier>(&bytes, bytes.len()).is_ok(), holds, "{size}");
    }
}

#[test]
fn a_full_list_stays_as_it_is() {
    let bytes = encode(&(u64::MAX, vec![Hash::default(); 64]));
    let mut frontier: Frontier = decode(&bytes, bytes.len()).unwrap();
    let before = frontier.clone();
    assert_eq!(frontier.append(List::History, Hash::default()), []);
    assert_eq!(frontier, before);
}

#[test]
fn a_proof_takes_few_reads() {
    let list = List::History;
    let count = 4095;
    let nodes = Nodes::of(list, &leaves(list, count));
    // Of the 12 hashes of a path one may be joined from 11 subtrees. A consistency proof has one more.
    for other in 0..=count {
        let reader = Counted(&nodes, Cell::new(0));
        inclusion_at(list, &reader, other, count).unwrap();
        assert!(reader.1.replace(0) <= 22, "leaf {other}");
        consistency(list, &reader, other, count).unwrap();
        assert!(reader.1.get() <= 23, "from {other}");
    }
}
