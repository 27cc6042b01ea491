//! Whatever bit of a proof is turned over, it is refused: nothing in it goes unchecked.

use super::{Nodes, leaves};
use crate::merkle::{
    ConsistencyProof, InclusionProof, List, PROOF_BYTES_MAX, Path, consistency, inclusion, root,
};
use hefu_primitives::codec::{decode, encode};
use hefu_primitives::{Hash, limits};
use serde::{Serialize, de::DeserializeOwned};

/// Tries every flipped bit, every shorter encoding and one more byte. Returns how many it tried.
fn refuses_all<T: Serialize + DeserializeOwned>(proof: &T, holds: impl Fn(&T) -> bool) -> usize {
    let accepted = |bytes: &[u8]| decode::<T>(bytes, PROOF_BYTES_MAX).is_ok_and(|p| holds(&p));
    let mut bytes = encode(proof);
    assert!(accepted(&bytes), "the genuine proof holds");
    for at in 0..bytes.len() {
        for bit in 0..8 {
            bytes[at] ^= 1 << bit;
            assert!(!accepted(&bytes), "bit {bit} of byte {at}");
            bytes[at] ^= 1 << bit;
        }
        assert!(!accepted(&bytes[..at]), "cut at {at}");
    }
    assert!(!accepted(&[&bytes[..], &[0]].concat()), "one more byte");
    bytes.len() * 9 + 1
}

/// Tries every flipped bit of a hash that a proof is checked against.
fn refuses_others(hash: &Hash, holds: impl Fn(&Hash) -> bool) -> usize {
    assert!(holds(hash));
    for bit in 0..256 {
        let mut bytes = *hash.as_bytes();
        bytes[bit / 8] ^= 1 << (bit % 8);
        assert!(!holds(&Hash::from_bytes(bytes)), "bit {bit}");
    }
    256
}

#[test]
fn a_mutated_inclusion_proof_is_refused() {
    let list = List::Entries;
    let mut tried = 0;
    for count in 1..=20 {
        let leaves = leaves(list, count);
        let root = root(list, &leaves);
        for (index, leaf) in (0..count).zip(&leaves) {
            let proof = inclusion(list, &leaves, index).unwrap();
            tried += refuses_all(&proof, |p: &InclusionProof| p.verify(list, leaf, &root).is_ok());
            tried += refuses_others(leaf, |leaf| proof.verify(list, leaf, &root).is_ok());
            tried += refuses_others(&root, |root| proof.verify(list, leaf, root).is_ok());
        }
    }
    assert!(tried >= 100_000, "{tried}");
    println!("{tried} mutations of inclusion proofs refused");
}

#[test]
fn a_mutated_consistency_proof_is_refused() {
    let list = List::History;
    let all = leaves(list, 17);
    let nodes = Nodes::of(list, &all);
    let roots: Vec<_> = (0..=17).map(|count| root(list, &all[..count])).collect();
    let mut tried = 0;
    for (new, new_root) in (0..).zip(&roots) {
        for (old, old_root) in (0..=new).zip(&roots) {
            let proof = consistency(list, &nodes, old, new).unwrap().unwrap();
            let holds =
                |p: &ConsistencyProof, old: &Hash, new: &Hash| p.verify(list, old, new).is_ok();
            tried += refuses_all(&proof, |p| holds(p, old_root, new_root));
            tried += refuses_others(old_root, |other| holds(&proof, other, new_root));
            tried += refuses_others(new_root, |other| holds(&proof, old_root, other));
        }
    }
    assert!(tried >= 100_000, "{tried}");
    println!("{tried} mutations of consistency proofs refused");
}

/// Every path that has one hash less or one more.
fn other_lengths(path: &Path) -> Vec<Path> {
    let less = (0..path.len()).map(|at| [&path[..at], &path[at + 1..]].concat());
    let more = |hash| move |at| [&path[..at], &[hash], &path[at..]].concat();
    let (last, nothing) = (path.last().copied().unwrap_or_default(), Hash::default());
    let more = [last, nothing].into_iter().flat_map(|hash| (0..=path.len()).map(more(hash)));
    less.chain(more).map(Path::first_of).collect()
}

#[test]
fn a_path_of_another_length_is_refused() {
    let list = List::History;
    let all = leaves(list, 33);
    let nodes = Nodes::of(list, &all);
    for (new, count) in (0..=33).zip(0..) {
        let (newer, leaves) = (root(list, &all[..count]), &all[..count]);
        for (old, leaf) in (0..new).zip(leaves) {
            let genuine = inclusion(list, leaves, old).unwrap();
            for path in other_lengths(&genuine.path) {
                let proof = InclusionProof { path, ..genuine.clone() };
                assert!(proof.verify(list, leaf, &newer).is_err(), "{proof:?}");
            }
        }
        for (old, older) in (0..=new).zip((0..).map(|old| root(list, &all[..old]))) {
            let genuine = consistency(list, &nodes, old, new).unwrap().unwrap();
            for path in other_lengths(&genuine.path) {
                let proof = ConsistencyProof { path, ..genuine.clone() };
                assert!(proof.verify(list, &older, &newer).is_err(), "{proof:?}");
            }
        }
    }
}

#[test]
fn the_longest_path_fits_its_limit() {
    let path = Path::first_of(vec![Hash::default(); 100]);
    let proof = ConsistencyProof { old_size: 1, new_size: u64::MAX, path };
    assert_eq!(encode(&proof).len(), PROOF_BYTES_MAX);
    assert!(proof.verify(List::History, &Hash::default(), &Hash::default()).is_err());
    assert!(PROOF_BYTES_MAX < usize::try_from(limits::BODY_BYTES_MAX).unwrap());
}
