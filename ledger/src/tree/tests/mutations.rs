//! Altered proofs, roots, keys and values: none convinces of anything that does not hold.

use super::oracle::Map;
use super::{inserts, key, tree_of};
use crate::tree::{TREE_PROOF_BYTES_MAX, TreeKey, TreeProof, prove, root};
use hefu_primitives::{Hash, codec};
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

const PER_PROOF: usize = 500;

struct Mutator(ChaCha8Rng);

impl Mutator {
    fn below(&mut self, bound: usize) -> usize {
        self.0.next_u32() as usize % bound
    }

    fn byte(&mut self) -> u8 {
        self.0.next_u32().to_be_bytes()[0]
    }

    /// The bytes with something flipped, replaced, removed, inserted, or moved.
    fn alter(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut altered = bytes.to_vec();
        let at = self.below(bytes.len());
        match self.below(6) {
            0 => drop(altered.remove(at)),
            1 => altered.insert(at, self.byte()),
            2 => altered.swap(at, bytes.len() - 1 - at),
            3 => altered[at] = self.byte(),
            _ => altered[at] ^= 1 << self.below(8),
        }
        altered
    }

    fn flip(&mut self, bytes: &[u8; 32]) -> [u8; 32] {
        let mut flipped = *bytes;
        flipped[self.below(32)] ^= 1 << self.below(8);
        flipped
    }
}

/// Two hundred keys there, and two hundred not there; in all 200,000 altered proofs, and as many
/// altered roots and keys.
#[test]
fn what_is_altered_convinces_of_nothing_false() {
    let batch = inserts(0..1_000);
    let map: Map = batch.iter().map(|(key, value)| (*key, value.unwrap())).collect();
    let tree = tree_of([batch]);
    let root = root(&tree).unwrap();
    let mut mutator = Mutator(ChaCha8Rng::from_seed([7; 32]));
    for number in 800..1_200 {
        let key = key(number);
        let proof = prove(&tree, &key).unwrap();
        let bytes = codec::encode(&proof);
        for _ in 0..PER_PROOF {
            let altered = mutator.alter(&bytes);
            let decoded = codec::decode::<TreeProof>(&altered, TREE_PROOF_BYTES_MAX);
            let convinced = decoded.is_ok_and(|proof| proof.value_of(&root, &key).is_ok());
            assert!(!convinced || altered == bytes, "an altered proof for {number}");
            let other_root = Hash::from_bytes(mutator.flip(root.as_bytes()));
            assert!(proof.value_of(&other_root, &key).is_err(), "another root for {number}");
            let other_key = TreeKey::from_bytes(mutator.flip(key.as_bytes()));
            let claim = proof.value_of(&root, &other_key);
            assert!(claim.is_err() || claim == Ok(map.get(&other_key).copied()), "{number}");
            assert!(
                claim.is_err() || !map.contains_key(&key),
                "inclusion of another key: {number}"
            );
        }
    }
}
