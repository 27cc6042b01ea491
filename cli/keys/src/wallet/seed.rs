//! The seed of a wallet, and the 24 words that bring it back.

use crate::random::{self, RandomError};
use bip39::{Error, Language, Mnemonic};
use std::fmt;
use thiserror::Error as ThisError;
use zeroize::Zeroizing;

/// Words of a backup: 256 bits and a check of 8.
const WORDS: usize = 24;

/// 256 random bits from which all keys of a wallet follow. They are wiped when dropped, and never
/// printed but as words.
#[derive(Clone, PartialEq, Eq)]
pub struct Seed(Zeroizing<[u8; 32]>);

/// Why words are not those of a seed.
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
pub enum WordsError {
    /// There are too few or too many.
    #[error("{got} words, where a backup has {WORDS}")]
    Count {
        /// How many there are.
        got: usize,
    },
    /// One is not in the list. The word itself is not repeated: it may be one letter from a right one.
    #[error("word {place} is not one of the list of BIP-39 (English)")]
    Unknown {
        /// Which, counted from 1.
        place: usize,
    },
    /// All are in the list, and do not belong together.
    #[error("the words do not belong together: one of them is another, or two are swapped")]
    Checksum,
}

impl WordsError {
    /// The stable code, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Count { .. } => "words.count",
            Self::Unknown { .. } => "words.unknown",
            Self::Checksum => "words.checksum",
        }
    }
}

impl Seed {
    /// A new seed from the operating system's chance.
    pub fn generate() -> Result<Self, RandomError> {
        random::bytes().map(Self)
    }

    /// The seed of these bytes, which must come from a good random source.
    pub fn from_bytes(bytes: impl Into<Zeroizing<[u8; 32]>>) -> Self {
        Self(bytes.into())
    }

    /// The bytes.
    pub(super) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Its backup: 24 English words (BIP-39), with a space between two. Whoever reads them has every
    /// key of the wallet.
    pub fn words(&self) -> Zeroizing<String> {
        let mnemonic = Mnemonic::from_entropy(self.0.as_ref());
        let mut text = Zeroizing::new(String::with_capacity(WORDS * 9));
        // A seed has a length that has words, so this loop is never left out.
        for word in mnemonic.iter().flat_map(Mnemonic::words) {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(word);
        }
        text
    }

    /// The seed of these words, whatever stands between them and however they are capitalised.
    pub fn from_words(text: &str) -> Result<Self, WordsError> {
        let words: Vec<&str> = text.split_whitespace().collect();
        if words.len() != WORDS {
            return Err(WordsError::Count { got: words.len() });
        }
        let text = Zeroizing::new(words.join(" ").to_lowercase());
        let mnemonic = Mnemonic::parse_in_normalized(Language::English, &text);
        let entropy = Zeroizing::new(mnemonic.map_err(|error| words_error(&error))?.to_entropy());
        let bytes = <[u8; 32]>::try_from(entropy.as_slice()).map_err(|_| WordsError::Checksum)?;
        Ok(Self::from_bytes(bytes))
    }
}

fn words_error(error: &Error) -> WordsError {
    match error {
        Error::UnknownWord(place) => WordsError::Unknown { place: place.saturating_add(1) },
        _ => WordsError::Checksum,
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The last vectors of BIP-39's own list with 256 bits.
    const ZEROS: &str = "abandon abandon abandon abandon abandon abandon abandon abandon abandon \
                         abandon abandon abandon abandon abandon abandon abandon abandon abandon \
                         abandon abandon abandon abandon abandon art";
    const ONES: &str = "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo \
                        zoo zoo zoo zoo zoo vote";

    #[test]
    fn words_and_seeds_are_those_of_bip_39() {
        for (bytes, words) in [([0; 32], ZEROS), ([0xff; 32], ONES)] {
            let seed = Seed::from_bytes(bytes);
            assert_eq!(*seed.words(), words);
            assert_eq!(Seed::from_words(words), Ok(seed));
        }
    }

    #[test]
    fn words_are_read_however_they_are_set() {
        let set = format!("  {}\n", ZEROS.replace(' ', "\n\t").to_uppercase());
        assert_eq!(Seed::from_words(&set), Ok(Seed::from_bytes([0; 32])));
    }

    #[test]
    fn wrong_words_are_told_apart() {
        let code = |text: &str| Seed::from_words(text).unwrap_err().code();
        assert_eq!(code("abandon art"), "words.count");
        assert_eq!(code(&ZEROS.replace("art", "arc")), "words.unknown");
        assert_eq!(code(&ZEROS.replace("art", "ask")), "words.checksum");
        let unknown = ZEROS.replacen("abandon", "abandom", 1);
        assert_eq!(Seed::from_words(&unknown), Err(WordsError::Unknown { place: 1 }));
    }

    #[test]
    fn two_new_seeds_differ_and_neither_is_printed() {
        let (first, second) = (Seed::generate().unwrap(), Seed::generate().unwrap());
        assert!(first != second);
        assert_eq!(format!("{first:?}"), "Seed(…)");
        assert_eq!(Seed::from_words(&first.words()), Ok(first));
    }
}
