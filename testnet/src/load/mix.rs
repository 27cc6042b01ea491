//! What a load consists of.

use std::fmt;
use std::str::FromStr;

/// One kind of transaction of a load.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Somebody is enrolled.
    Enrol,
    /// A thousand are enrolled at once.
    Batch,
    /// Somebody rotates control keys.
    Rotate,
    /// Somebody is suspended.
    Suspend,
    /// Somebody is revoked.
    Revoke,
}

impl Kind {
    /// Each with its word.
    pub(crate) const NAMED: [(Self, &'static str); 5] = [
        (Self::Enrol, "enrol"),
        (Self::Batch, "batch"),
        (Self::Rotate, "rotate"),
        (Self::Suspend, "suspend"),
        (Self::Revoke, "revoke"),
    ];

    /// Whether it is about somebody who must be enrolled before.
    pub(crate) fn needs_subject(self) -> bool {
        !matches!(self, Self::Enrol | Self::Batch)
    }

    /// Its word.
    pub(crate) fn word(self) -> &'static str {
        Self::NAMED.iter().find(|row| row.0 == self).map_or("", |row| row.1)
    }
}

/// How often each kind comes, as weights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mix {
    weights: Vec<(Kind, u32)>,
}

impl FromStr for Mix {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut weights: Vec<(Kind, u32)> = Vec::new();
        for part in text.split(',') {
            let (kind, weight) = part.split_once('=').ok_or_else(|| wrong(text))?;
            let kind = Kind::NAMED.iter().find(|row| row.1 == kind).ok_or_else(|| wrong(text))?.0;
            let weight: u16 = weight.parse().map_err(|_| wrong(text))?;
            if weights.iter().any(|(known, _)| *known == kind) {
                return Err(wrong(text));
            }
            weights.push((kind, weight.into()));
        }
        let mix = Self { weights };
        if mix.total() == 0 { Err(wrong(text)) } else { Ok(mix) }
    }
}

fn wrong(text: &str) -> String {
    format!(
        "{text:?} is no mix: write weights of enrol, batch, rotate, suspend and revoke, each once, \
         such as enrol=80,rotate=15,revoke=5"
    )
}

impl fmt::Display for Mix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = self.weights.iter().map(|(kind, weight)| format!("{}={weight}", kind.word()));
        f.write_str(&parts.collect::<Vec<_>>().join(","))
    }
}

impl Mix {
    fn total(&self) -> u32 {
        self.weights.iter().map(|(_, weight)| weight).sum()
    }

    /// So many kinds in a row, each as often as its weight says and spread evenly.
    pub(crate) fn spread(&self, count: usize) -> Vec<Kind> {
        let total = i64::from(self.total());
        let mut credits: Vec<i64> = vec![0; self.weights.len()];
        let mut next = || {
            for (credit, (_, weight)) in credits.iter_mut().zip(&self.weights) {
                *credit += i64::from(*weight);
            }
            let richest = credits.iter_mut().zip(&self.weights).max_by_key(|(credit, _)| **credit);
            richest.map_or(Kind::Enrol, |(credit, (kind, _))| {
                *credit -= total;
                *kind
            })
        };
        (0..count).map(|_| next()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mix_is_read_as_it_is_written() {
        for text in ["enrol=80,rotate=15,revoke=5", "enrol=1", "suspend=2,enrol=0"] {
            assert_eq!(text.parse::<Mix>().unwrap().to_string(), text);
        }
        for wrong in ["", "enrol", "enrol=", "enrol=-1", "enrol=0", "enrol=1,enrol=2", "die=1"] {
            assert!(wrong.parse::<Mix>().unwrap_err().contains("is no mix"), "{wrong}");
        }
    }

    #[test]
    fn kinds_come_as_often_as_they_weigh_and_spread() {
        let kinds = "enrol=80,rotate=15,revoke=5".parse::<Mix>().unwrap().spread(100);
        let count = |kinds: &[Kind], kind| kinds.iter().filter(|one| **one == kind).count();
        let all = [Kind::Enrol, Kind::Rotate, Kind::Suspend, Kind::Revoke];
        assert_eq!(all.map(|kind| count(&kinds, kind)), [80, 15, 0, 5]);
        for tenth in kinds.chunks(20) {
            assert_eq!(count(tenth, Kind::Enrol), 16);
        }
    }
}
