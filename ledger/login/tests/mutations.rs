//! No byte of an answer can be altered.

use super::scene::{Login, Scene};
use hefu_login::Answer;
use proptest::prelude::*;
use std::sync::LazyLock;

static LOGIN: LazyLock<Login> = LazyLock::new(|| Scene::new().login());

fn is_let_in(bytes: &[u8]) -> bool {
    let mut login = LOGIN.clone();
    let answer = Answer::from_bytes(bytes);
    answer.is_ok_and(|answer| {
        login.answer = answer;
        login.verify().is_ok()
    })
}

#[test]
fn every_altered_byte_is_refused() {
    let bytes = LOGIN.answer.to_bytes();
    assert!(is_let_in(&bytes));
    for place in 0..bytes.len() {
        let mut altered = bytes.clone();
        altered[place] ^= 1 << (place % 8);
        assert!(!is_let_in(&altered), "byte {place} of {}", bytes.len());
    }
}

#[test]
fn every_cut_and_every_byte_more_is_refused() {
    let bytes = LOGIN.answer.to_bytes();
    for length in 0..bytes.len() {
        assert!(Answer::from_bytes(&bytes[..length]).is_err(), "{length}");
    }
    assert!(Answer::from_bytes(&[&bytes[..], &[0]].concat()).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_edit_is_let_in(
        edits in prop::collection::vec((0_usize..100_000, any::<u8>()), 1..4),
    ) {
        let bytes = LOGIN.answer.to_bytes();
        let mut altered = bytes.clone();
        for (place, byte) in edits {
            let place = place % altered.len();
            altered[place] = byte;
        }
        prop_assert!(altered == bytes || !is_let_in(&altered));
    }
}
