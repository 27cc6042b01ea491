//! Fingerprints: a hash that is the same in every run and costs little. States are long, and
//! every step hashes one.

use std::hash::{BuildHasherDefault, Hash, Hasher};

/// A multiply-and-fold hasher, of the kind of wyhash.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Printer(u64);

/// For maps whose keys are fingerprints.
pub(crate) type Printing = BuildHasherDefault<Printer>;

/// Both halves of the product, so that no bit of either factor is lost.
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a ^ 0x9e37_79b9_7f4a_7c15) * u128::from(b ^ 0xd6e8_feb8_6659_fd93);
    let [low, high] = [product, product >> 64].map(|half| half & u128::from(u64::MAX));
    u64::try_from(low ^ high).unwrap_or_default()
}

impl Hasher for Printer {
    fn finish(&self) -> u64 {
        fold(self.0, 0xa076_1d64_78bd_642f)
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(word) ^ (chunk.len() as u64) << 56);
        }
    }

    fn write_u8(&mut self, number: u8) {
        self.write_u64(number.into());
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(number.into());
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = fold(self.0.rotate_left(23), number);
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }
}

/// The fingerprint of a value.
pub(crate) fn print<T: Hash>(value: &T) -> u64 {
    let mut printer = Printer::default();
    value.hash(&mut printer);
    printer.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn prints_differ() {
        let pairs = (0..300_u64).flat_map(|a| (0..300_u64).map(move |b| (a, b)));
        let prints: BTreeSet<_> = pairs.map(|pair| print(&pair)).collect();
        assert_eq!(prints.len(), 90_000);
        assert_ne!(print(&[0_u8; 7]), print(&[0_u8; 8]));
    }
}
