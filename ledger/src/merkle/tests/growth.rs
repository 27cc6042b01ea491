//! Consistency: a list has only grown.

use super::{LISTS, Nodes, leaves, rfc};
use crate::ReadError;
use crate::merkle::{ConsistencyProof, List, MerkleError, Path, consistency, root};
use hefu_primitives::Hash;

fn first(leaves: &[Hash], count: u64) -> &[Hash] {
    &leaves[..usize::try_from(count).unwrap()]
}

/// All pairs of sizes up to `max`, the smaller one first.
fn pairs(max: u64) -> impl Iterator<Item = (u64, u64)> {
    (0..=max).flat_map(|new| (0..=new).map(move |old| (old, new)))
}

#[test]
fn a_consistency_proof_has_the_path_of_the_rfc() {
    let list = List::History;
    let all = leaves(list, 130);
    let nodes = Nodes::of(list, &all);
    for (old, new) in pairs(130).filter(|(old, _)| *old > 0) {
        let proof = consistency(list, &nodes, old, new).unwrap().unwrap();
        let old_len = usize::try_from(old).unwrap();
        let expected = rfc::subproof(list, old_len, first(&all, new), false);
        assert_eq!(proof.path[..], expected[..], "{old} {new}");
        // The RFC leaves out what the old root says, and its verifier puts it back (step 2).
        let shorter = rfc::subproof(list, old_len, first(&all, new), true);
        let left_out = old.is_power_of_two() || old == new;
        assert_eq!(shorter, expected[usize::from(left_out)..], "{old} {new}");
    }
}

#[test]
fn a_consistency_proof_holds_as_the_rfc_checks_it() {
    for list in LISTS {
        let all = leaves(list, 130);
        let nodes = Nodes::of(list, &all);
        let roots: Vec<_> = (0..=130).map(|count| root(list, first(&all, count))).collect();
        let root = |count: u64| roots[usize::try_from(count).unwrap()];
        for (old, new) in pairs(130) {
            let proof = consistency(list, &nodes, old, new).unwrap().unwrap();
            assert_eq!(proof.verify(list, &root(old), &root(new)), Ok(()), "{old} {new}");
            if 0 < old && old < new {
                let tops = (rfc::mth(list, first(&all, old)), rfc::mth(list, first(&all, new)));
                let by_rfc = rfc::tops_by_consistency(list, (old, new), &proof.path);
                assert_eq!(by_rfc, Some(tops), "{old} {new}");
            }
        }
    }
}

#[test]
fn every_list_has_grown_out_of_the_empty_one() {
    let list = List::History;
    let all = leaves(list, 6);
    let nodes = Nodes::of(list, &all);
    let nothing = consistency(list, &nodes, 0, 0).unwrap().unwrap();
    assert_eq!(nothing.path.len(), 0);
    assert_eq!(nothing.verify(list, &list.empty_root(), &list.empty_root()), Ok(()));
    assert!(nothing.verify(list, &list.empty_root(), &root(list, &all)).is_err());

    let six = consistency(list, &nodes, 0, 6).unwrap().unwrap();
    assert_eq!(six.path[..], [rfc::mth(list, &all)]);
    assert_eq!(six.verify(list, &list.empty_root(), &root(list, &all)), Ok(()));
    assert!(six.verify(list, &root(list, first(&all, 1)), &root(list, &all)).is_err());
    assert!(six.verify(list, &list.empty_root(), &root(list, first(&all, 5))).is_err());
}

#[test]
fn a_list_does_not_shrink() {
    let nodes = Nodes::of(List::History, &leaves(List::History, 5));
    assert_eq!(consistency(List::History, &nodes, 5, 4), Ok(None));
    let proof = ConsistencyProof { old_size: 5, new_size: 4, path: Path::default() };
    let refused = proof.verify(List::History, &Hash::default(), &Hash::default());
    assert_eq!(refused, Err(MerkleError::Shrunk { old_size: 5, new_size: 4 }));
}

#[test]
fn a_list_that_changed_has_no_proof() {
    let list = List::History;
    let all = leaves(list, 20);
    let nodes = Nodes::of(list, &all);
    for (old, new) in pairs(20).filter(|(old, _)| *old > 0) {
        let proof = consistency(list, &nodes, old, new).unwrap().unwrap();
        let (old_root, new_root) = (root(list, first(&all, old)), root(list, first(&all, new)));
        for changed in 0..usize::try_from(old).unwrap() {
            let mut other = first(&all, old).to_vec();
            other[changed] = list.leaf(b"changed");
            assert!(proof.verify(list, &root(list, &other), &new_root).is_err());
        }
        let swapped = proof.verify(list, &new_root, &old_root);
        assert_eq!(swapped.is_ok(), old == new, "{old} {new}");
    }
}

#[test]
fn a_consistency_proof_is_for_one_pair_of_sizes() {
    let list = List::History;
    let all = leaves(list, 17);
    let nodes = Nodes::of(list, &all);
    for (old, new) in pairs(17) {
        let genuine = consistency(list, &nodes, old, new).unwrap().unwrap();
        let (old_root, new_root) = (root(list, first(&all, old)), root(list, first(&all, new)));
        for (old_size, new_size) in (0..=19).flat_map(|o| (0..=19).map(move |n| (o, n))) {
            let proof = ConsistencyProof { old_size, new_size, path: genuine.path.clone() };
            let same = (old_size, new_size) == (old, new);
            assert_eq!(proof.verify(list, &old_root, &new_root).is_ok(), same, "{proof:?}");
        }
    }
}

#[test]
fn a_missing_node_is_named_here_too() {
    let list = List::History;
    let mut nodes = Nodes::of(list, &leaves(list, 13));
    nodes.0.remove(&(3, 0)).unwrap();
    let error = consistency(list, &nodes, 9, 13).unwrap_err();
    assert_eq!(error, ReadError::Damaged("node 0 of level 3 is missing from History".into()));
}
