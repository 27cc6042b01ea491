//! The command line that takes the same course again, as one would type it.

use std::env;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// A seed that looks drawn at random, short enough to be typed.
pub(crate) fn seed_of_the_clock() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let micros = now.map_or(0, |now| now.as_micros());
    let seed = u64::try_from(micros).unwrap_or(u64::MAX);
    // The odd constant (2⁶⁴ over the golden ratio) carries the fast low digits to the top.
    seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40
}

/// What was typed, with the seed if it was not.
pub(crate) fn typed(seed: u64) -> String {
    let words = env::args_os().skip(1);
    let words = words.map(|word| word.to_string_lossy().into_owned());
    again(words, seed)
}

fn again(words: impl Iterator<Item = String>, seed: u64) -> String {
    let words: Vec<String> = words.collect();
    let seeded = |word: &String| word == "--seed" || word.starts_with("--seed=");
    let mut command = vec!["hefu".to_owned()];
    command.extend(words.iter().map(|word| quoted(word)));
    if !words.iter().any(seeded) {
        command.push(format!("--seed {seed}"));
    }
    command.join(" ")
}

/// The command that replays a file.
pub(crate) fn replay(file: &Path) -> String {
    let file = quoted(&file.to_string_lossy());
    format!("hefu sim --replay {file}")
}

/// A word as a shell takes it literally.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:=,@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(words: &str) -> String {
        again(words.split(' ').map(str::to_owned), 7)
    }

    #[test]
    fn a_seed_is_added_once() {
        assert_eq!(of("sim --views 9"), "hefu sim --views 9 --seed 7");
        assert_eq!(of("sim --seed 3"), "hefu sim --seed 3");
        assert_eq!(of("sim --seed=3"), "hefu sim --seed=3");
    }

    #[test]
    fn words_are_quoted_for_a_shell() {
        assert_eq!(quoted("3/4@10s..25s"), "3/4@10s..25s");
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted(""), "''");
    }
}
