//! Roots and inclusion.

use super::{LISTS, Nodes, leaves, rfc};
use crate::ReadError;
use crate::merkle::{InclusionProof, List, MerkleError, Path, inclusion, inclusion_at, root};
use hefu_primitives::{Hash, Header, Purpose};

#[test]
fn the_empty_lists_have_roots_of_their_own() {
    assert_eq!(root(List::Transactions, &[]), Header::empty_transaction_root());
    assert_eq!(root(List::Entries, &[]), Hash::of(Purpose::EntryLeaf, b""));
    assert_eq!(root(List::Effects, &[]), Hash::of(Purpose::EffectLeaf, b""));
    assert_eq!(root(List::History, &[]), Hash::of(Purpose::HistoryLeaf, b""));
}

#[test]
fn each_list_hashes_for_its_own_purposes() {
    let (x, y) = (Hash::from_bytes([1; 32]), Hash::from_bytes([2; 32]));
    let both = [[1; 32], [2; 32]].concat();
    for (list, leaf, node) in [
        (List::Transactions, Purpose::TransactionLeaf, Purpose::TransactionNode),
        (List::Entries, Purpose::EntryLeaf, Purpose::EntryNode),
        (List::Effects, Purpose::EffectLeaf, Purpose::EffectNode),
        (List::History, Purpose::HistoryLeaf, Purpose::HistoryNode),
    ] {
        assert_eq!(list.leaf(b"x"), Hash::of(leaf, b"x"));
        assert_eq!(list.node(&x, &y), Hash::of(node, &both));
    }
}

#[test]
fn a_root_is_a_hash_over_the_length_and_the_rfc_top() {
    for list in LISTS {
        for count in 1..=130 {
            let leaves = leaves(list, count);
            let bytes = [&count.to_le_bytes()[..], rfc::mth(list, &leaves).as_bytes()].concat();
            assert_eq!(root(list, &leaves), Hash::of(list.node_purpose(), &bytes), "{count}");
        }
    }
}

#[test]
fn a_proof_has_the_path_of_the_rfc() {
    let list = List::History;
    let nodes = Nodes::of(list, &leaves(list, 130));
    for count in 0..=130 {
        let leaves = leaves(list, count);
        for index in 0..count {
            let proof = inclusion(list, &leaves, index).unwrap();
            let expected = rfc::path(list, usize::try_from(index).unwrap(), &leaves);
            assert_eq!(proof.path[..], expected[..], "{index} of {count}");
            assert_eq!((proof.index, proof.size), (index, count));
            // The store has grown far beyond, and gives the same.
            assert_eq!(inclusion_at(list, &nodes, index, count), Ok(Some(proof)));
        }
    }
}

#[test]
fn a_proof_holds_as_the_rfc_checks_it() {
    for list in LISTS {
        for count in 1..=130 {
            let leaves = leaves(list, count);
            let (root, top) = (root(list, &leaves), rfc::mth(list, &leaves));
            for (index, leaf) in (0..count).zip(&leaves) {
                let proof = inclusion(list, &leaves, index).unwrap();
                assert_eq!(proof.verify(list, leaf, &root), Ok(()), "{index} of {count}");
                let by_rfc = rfc::top_by_inclusion(list, (index, count), *leaf, &proof.path);
                assert_eq!(by_rfc, Some(top), "{index} of {count}");
            }
        }
    }
}

#[test]
fn a_leaf_that_is_not_there_has_no_proof() {
    let nodes = Nodes::of(List::History, &leaves(List::History, 9));
    for (index, count) in [(0, 0), (1, 1), (8, 8), (u64::MAX, 8)] {
        assert_eq!(inclusion(List::History, &leaves(List::History, count), index), None);
        assert_eq!(inclusion_at(List::History, &nodes, index, count), Ok(None));
        let proof = InclusionProof { index, size: count, path: Path::default() };
        let refused = proof.verify(List::History, &Hash::default(), &Hash::default());
        assert_eq!(refused, Err(MerkleError::Index { index, size: count }));
    }
}

#[test]
fn a_proof_is_for_one_list_leaf_and_root() {
    let leaves = leaves(List::Entries, 11);
    let root = root(List::Entries, &leaves);
    for index in 0..11 {
        let proof = inclusion(List::Entries, &leaves, index).unwrap();
        for (other, leaf) in (0..).zip(&leaves) {
            assert_eq!(proof.verify(List::Entries, leaf, &root).is_ok(), other == index);
            assert!(proof.verify(List::Entries, leaf, leaf).is_err());
            for list in [List::Transactions, List::Effects, List::History] {
                assert!(proof.verify(list, leaf, &root).is_err());
            }
        }
    }
}

#[test]
fn a_proof_is_for_one_index_and_size() {
    let list = List::Transactions;
    for count in 1..=40 {
        let leaves = leaves(list, count);
        let root = root(list, &leaves);
        for (index, leaf) in (0..count).zip(&leaves) {
            let genuine = inclusion(list, &leaves, index).unwrap();
            for (other_index, other_size) in (0..=41).flat_map(|i| (0..=42).map(move |s| (i, s))) {
                let path = genuine.path.clone();
                let proof = InclusionProof { index: other_index, size: other_size, path };
                let same = (other_index, other_size) == (index, count);
                assert_eq!(proof.verify(list, leaf, &root).is_ok(), same, "{proof:?}");
            }
        }
    }
}

#[test]
fn a_node_does_not_pass_for_a_leaf() {
    let list = List::Effects;
    let leaves = leaves(list, 4);
    let above = list.node(&leaves[0], &leaves[1]);
    let shorter = [above, leaves[2], leaves[3]];
    let proof = inclusion(list, &shorter, 0).unwrap();
    assert!(proof.verify(list, &above, &root(list, &leaves)).is_err());
    let bytes = [*leaves[0].as_bytes(), *leaves[1].as_bytes()].concat();
    assert_ne!(list.leaf(&bytes), above);
}

#[test]
fn a_missing_node_is_named() {
    let list = List::History;
    let mut nodes = Nodes::of(list, &leaves(list, 13));
    nodes.0.remove(&(2, 2)).unwrap();
    let error = inclusion_at(list, &nodes, 0, 13).unwrap_err();
    assert_eq!(error, ReadError::Damaged("node 2 of level 2 is missing from History".into()));
    assert!(inclusion_at(list, &nodes, 0, 8).is_ok(), "it is not needed here");
}
