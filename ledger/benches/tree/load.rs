//! What is written: the same for both.

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

/// Keys in a batch.
pub(crate) const BATCH: u64 = 1_000;
/// Bytes of a value: about those of a person's record.
pub(crate) const BYTES: usize = 160;

/// A key and its new value.
pub(crate) type Record = ([u8; 32], Vec<u8>);

/// Draws keys and values, from the same seed for everyone.
pub(crate) struct Load {
    random: ChaCha8Rng,
    keys: u64,
    version: u64,
}

pub(crate) fn key(number: u64) -> [u8; 32] {
    *blake3::hash(&number.to_be_bytes()).as_bytes()
}

impl Load {
    pub(crate) fn new(keys: u64) -> Self {
        Self { random: ChaCha8Rng::from_seed([1; 32]), keys, version: 0 }
    }

    /// All keys once, in batches.
    pub(crate) fn all(&self) -> Vec<Vec<u64>> {
        let numbers: Vec<_> = (0..self.keys).collect();
        numbers.chunks(BATCH as usize).map(<[u64]>::to_vec).collect()
    }

    /// So many keys at random, in batches.
    pub(crate) fn some(&mut self, count: u64) -> Vec<Vec<u64>> {
        let numbers: Vec<_> = (0..count).map(|_| self.random.next_u64() % self.keys).collect();
        numbers.chunks(BATCH as usize).map(<[u64]>::to_vec).collect()
    }

    /// The next batch: new values for these keys.
    pub(crate) fn batch(&mut self, numbers: &[u64]) -> Vec<Record> {
        self.version += 1;
        numbers.iter().map(|number| (key(*number), self.value())).collect()
    }

    fn value(&mut self) -> Vec<u8> {
        let mut value = vec![0; BYTES];
        self.random.fill_bytes(&mut value);
        value
    }

    /// The number of the newest batch.
    pub(crate) fn version(&self) -> u64 {
        self.version
    }
}
