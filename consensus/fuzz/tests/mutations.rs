//! Seeded mutations of bytes: the same ones in every run.

/// Numbers that look random and follow from a name (`SplitMix64`).
pub(crate) struct Dice(u64);

/// What a number of a format may be at its edges.
const EDGES: [&[u8]; 6] =
    [&[0; 8], &[0xff; 8], &[1, 0, 0, 0, 0, 0, 0, 0], &[0x80], &[0x7f], &[0xff, 0xff, 0xff, 0x7f]];

/// Inputs longer than this are cut: what is checked in is short.
const BYTES_MAX: usize = 8 * 1024;

impl Dice {
    pub(crate) fn new(name: &str) -> Self {
        Self(name.bytes().fold(0, |seed, byte| (seed << 5) ^ (seed >> 59) ^ u64::from(byte)))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, or 0 if there is none.
    fn below(&mut self, end: usize) -> usize {
        let end = (end as u64).max(1);
        usize::try_from(self.next() % end).unwrap_or_default()
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }

    /// One of the inputs, changed in one to four places.
    pub(crate) fn mutant(&mut self, inputs: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = inputs[self.below(inputs.len())].clone();
        for _ in 0..=self.below(4) {
            let other = &inputs[self.below(inputs.len())];
            self.mutate(&mut bytes, other);
        }
        bytes.truncate(BYTES_MAX);
        bytes
    }

    fn mutate(&mut self, bytes: &mut Vec<u8>, other: &[u8]) {
        let at = self.below(bytes.len());
        let end = bytes.len().min(at + 1 + self.below(8));
        match self.below(8) {
            0 | 1 if at < bytes.len() => bytes[at] ^= 1 << self.below(8),
            2 if at < bytes.len() => bytes[at] = self.byte(),
            3 => bytes.insert(at, self.byte()),
            4 => drop(bytes.drain(at..end)),
            5 => bytes.extend_from_within(at..end),
            6 => {
                let edge = EDGES[self.below(EDGES.len())];
                bytes.splice(at..bytes.len().min(at + edge.len()), edge.iter().copied());
            }
            _ => {
                let from = self.below(other.len());
                let end = bytes.len().min(at + self.below(64));
                bytes.splice(at..end, other[from..].iter().copied().take(64));
            }
        }
    }
}

#[test]
fn mutations_are_the_same_in_every_run() {
    let inputs = [vec![1, 2, 3], vec![], vec![4; 40]];
    let run = || {
        let mut dice = Dice::new("x");
        (0..1_000).map(|_| dice.mutant(&inputs)).collect::<Vec<_>>()
    };
    assert_eq!(run(), run());
    let changed = run().iter().filter(|mutant| !inputs.contains(mutant)).count();
    assert!(changed > 800, "{changed} of 1000 mutants differ");
}
