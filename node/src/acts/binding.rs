//! Whose acts a log holds, and the header of a segment, which says so.
//!
//! | bytes | what |
//! | --- | --- |
//! | 8 | `hefuacts` |
//! | 4 | version of the format |
//! | 32 | genesis hash |
//! | 32 | the validator's public key |
//! | 16 | its incarnation |
//! | 8 | number of the segment |
//! | 16 | checksum of all these |
//!
//! Numbers are little-endian.

use super::error::{ActsError, FORMAT};
use hefu_primitives::{GenesisHash, Hash, Incarnation, PublicKey};

const MAGIC: [u8; 8] = *b"hefuacts";
const CONTEXT: &str = "hefu 2026-11 acts segment v1";
const CHECKED_BYTES: usize = 8 + 4 + 32 + 32 + 16 + 8;

/// Bytes of a segment's header.
pub(super) const HEADER_BYTES: usize = CHECKED_BYTES + 16;

/// Whose acts a log holds. A log of somebody else would let this validator contradict itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The network.
    pub genesis: GenesisHash,
    /// The validator.
    pub validator: PublicKey,
    /// The life of its key.
    pub incarnation: Incarnation,
}

impl Binding {
    /// The header of the segment `number`.
    pub(super) fn header(&self, number: u64) -> [u8; HEADER_BYTES] {
        let mut checked = Vec::with_capacity(CHECKED_BYTES);
        checked.extend(MAGIC);
        checked.extend(FORMAT.to_le_bytes());
        checked.extend(self.genesis.hash().as_bytes());
        checked.extend(self.validator.as_bytes());
        checked.extend(self.incarnation.as_bytes());
        checked.extend(number.to_le_bytes());
        let check = blake3::derive_key(CONTEXT, &checked);
        let mut header = [0; HEADER_BYTES];
        for (to, from) in header.iter_mut().zip(checked.iter().chain(&check)) {
            *to = *from;
        }
        header
    }

    /// Refuses a header that is not the one of segment `number` of this log, and says what differs.
    pub(super) fn check(
        &self,
        number: u64,
        header: &[u8; HEADER_BYTES],
        file: &str,
    ) -> Result<(), ActsError> {
        let file = file.to_owned();
        let found = Found::read(header);
        if found.magic != MAGIC {
            return Err(ActsError::NotALog { file });
        }
        if found.format != FORMAT {
            return Err(ActsError::Format { file, got: found.format });
        }
        if found.check != blake3::derive_key(CONTEXT, &header[..CHECKED_BYTES])[..16] {
            return Err(ActsError::Damaged { file, offset: 0, what: "its header has changed" });
        }
        self.check_owner(&found, file.clone())?;
        if found.number != number {
            let what = "it is another segment than its name says";
            return Err(ActsError::Damaged { file, offset: 0, what });
        }
        Ok(())
    }

    fn check_owner(&self, found: &Found, file: String) -> Result<(), ActsError> {
        if found.genesis != self.genesis {
            let (expected, got) = (self.genesis, found.genesis);
            return Err(ActsError::OtherNetwork { file, expected, got });
        }
        let expected = Hash::from_bytes(*self.validator.as_bytes());
        if found.validator != expected {
            return Err(ActsError::OtherValidator { file, expected, got: found.validator });
        }
        if found.incarnation != self.incarnation {
            let (expected, got) = (hexadecimal(&self.incarnation), hexadecimal(&found.incarnation));
            return Err(ActsError::OtherIncarnation { file, expected, got });
        }
        Ok(())
    }
}

/// What a header says.
struct Found {
    magic: [u8; 8],
    format: u32,
    genesis: GenesisHash,
    validator: Hash,
    incarnation: Incarnation,
    number: u64,
    check: [u8; 16],
}

impl Found {
    fn read(header: &[u8; HEADER_BYTES]) -> Self {
        let mut rest = header.iter().copied();
        Self {
            magic: take(&mut rest),
            format: u32::from_le_bytes(take(&mut rest)),
            genesis: GenesisHash::new(Hash::from_bytes(take(&mut rest))),
            validator: Hash::from_bytes(take(&mut rest)),
            incarnation: Incarnation::from_bytes(take(&mut rest)),
            number: u64::from_le_bytes(take(&mut rest)),
            check: take(&mut rest),
        }
    }
}

/// The next bytes, with zeros for those that are not there.
pub(super) fn take<const N: usize>(bytes: &mut impl Iterator<Item = u8>) -> [u8; N] {
    std::array::from_fn(|_| bytes.next().unwrap_or_default())
}

fn hexadecimal(incarnation: &Incarnation) -> String {
    format!("{:032x}", u128::from_be_bytes(*incarnation.as_bytes()))
}
