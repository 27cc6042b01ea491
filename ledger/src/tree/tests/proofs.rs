//! Proofs: everything that holds can be proved, and nothing else.

use super::oracle::{self, Map, histories, keys};
use super::{inserts, key, tree_of, value};
use crate::tree::{
    MemoryTree, ProofError, Reached, TREE_PROOF_BYTES_MAX, TreeKey, TreeProof, prove, root,
};
use hefu_primitives::{BoundedVec, Hash, codec};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_key_is_proved_present_or_absent(history in histories(), absent in keys()) {
        let mut map = Map::new();
        for batch in &history {
            oracle::change(&mut map, batch);
        }
        let asked: Vec<_> = history.iter().flat_map(|batch| batch.keys().copied()).collect();
        let tree = tree_of(history);
        let root = root(&tree).unwrap();
        for key in asked.iter().chain([&absent]) {
            let proof = prove(&tree, key).unwrap();
            let bytes = codec::encode(&proof);
            prop_assert_eq!(&codec::decode::<TreeProof>(&bytes, TREE_PROOF_BYTES_MAX).unwrap(), &proof);
            prop_assert_eq!(proof.value_of(&root, key).unwrap(), map.get(key).copied());
        }
    }
}

#[test]
fn an_empty_tree_proves_that_it_holds_nothing() {
    let tree = MemoryTree::default();
    let proof = prove(&tree, &key(1)).unwrap();
    assert_eq!(proof.value_of(&root(&tree).unwrap(), &key(1)), Ok(None));
    let other = root(&tree_of([inserts([1])])).unwrap();
    assert!(matches!(proof.value_of(&other, &key(1)), Err(ProofError::Root { .. })));
}

#[test]
fn a_proof_of_absence_does_not_stand_for_a_key_that_is_there() {
    let tree = tree_of([inserts(0..50)]);
    let root = root(&tree).unwrap();
    for absent in 50..150 {
        let proof = prove(&tree, &key(absent)).unwrap();
        for present in 0..50 {
            assert!(proof.value_of(&root, &key(present)).is_err(), "{absent} for {present}");
        }
    }
}

#[test]
fn a_leaf_elsewhere_does_not_prove_absence() {
    let tree = tree_of([inserts(0..50)]);
    let root = root(&tree).unwrap();
    let proof = prove(&tree, &key(7)).unwrap();
    let seventh = Reached::Other { key: key(7), value: value(7) };
    let misused = TreeProof { reached: seventh, ..proof };
    assert_eq!(misused.value_of(&root, &key(7)), Err(ProofError::Itself));
    let refused = misused.value_of(&root, &key(8));
    assert!(matches!(refused, Err(ProofError::Elsewhere { other, .. }) if other == key(7)));
}

#[test]
fn depths_have_one_encoding() {
    let tree = tree_of([inserts(0..50)]);
    let proof = prove(&tree, &key(7)).unwrap();
    let padded = [&proof.depths[..], &[0]].concat();
    let padded = TreeProof { depths: BoundedVec::new(padded).unwrap(), ..proof };
    assert_eq!(padded.value_of(&root(&tree).unwrap(), &key(7)), Err(ProofError::Depths));
}

#[test]
fn siblings_and_nodes_are_equally_many() {
    let tree = tree_of([inserts(0..50)]);
    let root = root(&tree).unwrap();
    let proof = prove(&tree, &key(7)).unwrap();
    let nodes = proof.siblings.len();
    let more = [&proof.siblings[..], &[value(1)]].concat();
    let more = TreeProof { siblings: BoundedVec::new(more).unwrap(), ..proof.clone() };
    let refused = ProofError::Lengths { nodes, siblings: nodes + 1 };
    assert_eq!(more.value_of(&root, &key(7)), Err(refused));
    let fewer =
        TreeProof { siblings: BoundedVec::first_of(proof.siblings[1..].to_vec()), ..proof.clone() };
    let refused = ProofError::Lengths { nodes, siblings: nodes - 1 };
    assert_eq!(fewer.value_of(&root, &key(7)), Err(refused));
    let nothing = TreeProof { reached: Reached::Nothing, ..proof };
    let refused = ProofError::Lengths { nodes: 0, siblings: nodes };
    assert_eq!(nothing.value_of(&root, &key(7)), Err(refused));
}

#[test]
fn the_longest_path_fits_the_limit() {
    let flipped = |depth: u8| {
        let mut bytes = [0; 32];
        bytes[usize::from(depth / 8)] = 0x80 >> (depth % 8);
        TreeKey::from_bytes(bytes)
    };
    let tree = tree_of([(0..=u8::MAX).map(|depth| (flipped(depth), Some(value(1)))).collect()]);
    let proof = prove(&tree, &TreeKey::from_bytes([0; 32])).unwrap();
    assert_eq!(
        codec::encode(&proof).len(),
        TREE_PROOF_BYTES_MAX - 32,
        "255 siblings lead to a leaf"
    );
    let siblings: Vec<_> = (0..=u8::MAX).map(|depth| (depth, Hash::default())).collect();
    let other = Reached::Other { key: key(1), value: value(1) };
    let proof = TreeProof::new(other, &siblings);
    assert_eq!(codec::encode(&proof).len(), TREE_PROOF_BYTES_MAX);
}
