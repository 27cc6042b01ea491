//! Long lists, and proofs that nobody made: both drawn at random.

use super::{Nodes, leaves, rfc};
use crate::merkle::{
    ConsistencyProof, Frontier, InclusionProof, List, MerkleError, PATH_HASHES_MAX,
    PROOF_BYTES_MAX, Path, consistency, inclusion, inclusion_at, root,
};
use hefu_primitives::Hash;
use hefu_primitives::codec::{decode, encode};
use proptest::collection::vec;
use proptest::prelude::*;

const LIST: List = List::History;

fn hash() -> impl Strategy<Value = Hash> {
    any::<[u8; 32]>().prop_map(Hash::from_bytes)
}

fn path() -> impl Strategy<Value = Path> {
    vec(hash(), 0..=PATH_HASHES_MAX).prop_map(Path::first_of)
}

/// Small numbers, large ones, and those around powers of two.
fn size() -> impl Strategy<Value = u64> {
    let near = (0u32..64, 0u64..3).prop_map(|(shift, more)| (1u64 << shift).wrapping_add(more) - 1);
    prop_oneof![0u64..20, any::<u64>(), near, Just(u64::MAX)]
}

fn len(count: u64) -> usize {
    usize::try_from(count).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..Default::default() })]

    #[test]
    fn a_long_list_proves_its_leaves(
        (count, index) in (1u64..5000).prop_flat_map(|count| (Just(count), 0..count))
    ) {
        let leaves = leaves(LIST, count);
        let proof = inclusion(LIST, &leaves, index).unwrap();
        prop_assert_eq!(&proof.path[..], &rfc::path(LIST, len(index), &leaves)[..]);
        prop_assert_eq!(proof.verify(LIST, &leaves[len(index)], &root(LIST, &leaves)), Ok(()));
        let nodes = Nodes::of(LIST, &leaves);
        prop_assert_eq!(inclusion_at(LIST, &nodes, index, count), Ok(Some(proof)));
    }

    #[test]
    fn a_long_list_proves_its_growth(
        (new, old) in (1u64..5000).prop_flat_map(|new| (Just(new), 1..=new))
    ) {
        let leaves = leaves(LIST, new);
        let proof = consistency(LIST, &Nodes::of(LIST, &leaves), old, new).unwrap().unwrap();
        let expected = rfc::subproof(LIST, len(old), &leaves, false);
        prop_assert_eq!(&proof.path[..], &expected[..]);
        let roots = (root(LIST, &leaves[..len(old)]), root(LIST, &leaves));
        prop_assert_eq!(proof.verify(LIST, &roots.0, &roots.1), Ok(()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..Default::default() })]

    #[test]
    fn arbitrary_bytes_are_refused_or_a_proof(bytes in vec(any::<u8>(), 0..200), root in hash()) {
        if let Ok(proof) = decode::<InclusionProof>(&bytes, PROOF_BYTES_MAX) {
            prop_assert_eq!(encode(&proof), bytes.clone());
            prop_assert!(proof.verify(LIST, &root, &root).is_err());
        }
        if let Ok(proof) = decode::<ConsistencyProof>(&bytes, PROOF_BYTES_MAX) {
            prop_assert_eq!(encode(&proof), bytes.clone());
            prop_assert!(proof.verify(LIST, &root, &root).is_err());
        }
        if let Ok(frontier) = decode::<Frontier>(&bytes, bytes.len()) {
            prop_assert_eq!(encode(&frontier), bytes);
        }
    }

    #[test]
    fn a_made_up_proof_is_refused(
        (first, second) in (size(), size()),
        path in path(),
        (leaf, root) in (hash(), hash()),
    ) {
        let proof = InclusionProof { index: first, size: second, path: path.clone() };
        prop_assert!(proof.verify(LIST, &leaf, &root).is_err());
        let proof = ConsistencyProof { old_size: first, new_size: second, path };
        prop_assert!(proof.verify(LIST, &leaf, &root).is_err());
    }

    #[test]
    fn a_path_of_the_right_length_leads_where_the_rfc_says(
        (index, size) in size().prop_flat_map(|size| (0..=size.max(1) - 1, Just(size.max(1)))),
        hashes in vec(hash(), 64),
        leaf in hash(),
    ) {
        let expected = match refused(index, size, &hashes[..0], leaf) {
            MerkleError::PathLength { expected, .. } => expected,
            _ => 0,
        };
        let top = rfc::top_by_inclusion(LIST, (index, size), leaf, &hashes[..expected]);
        let top = top.expect("the RFC asks for the same length");
        let sealed = LIST.seal(size, &top);
        let proof = InclusionProof { index, size, path: Path::first_of(hashes[..expected].to_vec()) };
        prop_assert_eq!(proof.verify(LIST, &leaf, &sealed), Ok(()));
    }

    #[test]
    fn a_growth_of_the_right_length_leads_where_the_rfc_says(
        (old_size, new_size) in (size(), size()).prop_map(|(a, b)| (a.min(b).max(1), a.max(b).max(1))),
        hashes in vec(hash(), 65),
    ) {
        let proof = |path: &[Hash]| {
            let path = Path::first_of(path.to_vec());
            ConsistencyProof { old_size, new_size, path }
        };
        let refused = proof(&[]).verify(LIST, &hashes[0], &hashes[0]);
        let Err(MerkleError::PathLength { expected, got: 0 }) = refused else {
            return Err(TestCaseError::fail(format!("{refused:?}")));
        };
        prop_assume!(old_size < new_size);
        let tops = rfc::tops_by_consistency(LIST, (old_size, new_size), &hashes[..expected]);
        let (old, new) = tops.expect("the RFC asks for the same length");
        let sealed = (LIST.seal(old_size, &old), LIST.seal(new_size, &new));
        prop_assert_eq!(proof(&hashes[..expected]).verify(LIST, &sealed.0, &sealed.1), Ok(()));
    }
}

/// The error of a proof that leads to no known root.
fn refused(index: u64, size: u64, path: &[Hash], leaf: Hash) -> MerkleError {
    let proof = InclusionProof { index, size, path: Path::first_of(path.to_vec()) };
    proof.verify(LIST, &leaf, &Hash::default()).unwrap_err()
}
