//! Bits that flip, tails that are torn, frames that move.

use super::samples::{act, append, certificate, proposal};
use super::{Keep, Memory, Model, Recovered, created, open};
use crate::acts::Append;
use crate::acts::error::ActsError;
use crate::acts::tests::memory::Rest;

/// A log's only file after each of several commits, with what it held then.
struct History {
    name: String,
    bytes: Vec<u8>,
    /// How long the file was when so many records were acknowledged, and what they are.
    states: Vec<(usize, Recovered)>,
}

fn records() -> Vec<Append> {
    let records = [certificate(1), proposal(2, 3), act(2), act(3), act(4)];
    (1..).zip(records).map(|(number, record)| append(1, number, record)).collect()
}

fn history() -> History {
    let memory = created();
    let (mut log, empty) = open(&memory).unwrap();
    let (mut model, mut states) = (Model::default(), vec![(memory.content().len(), empty)]);
    for record in records() {
        log.append(&record);
        model.append(&record);
        log.commit().unwrap();
        states.push((memory.content().len(), model.recovered()));
    }
    log.mark().unwrap();
    History { name: "acts-00000000000000000002".to_owned(), bytes: memory.content(), states }
}

impl History {
    fn open(&self, bytes: Vec<u8>) -> Result<Recovered, ActsError> {
        open(&Memory::with(&self.name, bytes)).map(|(_, recovered)| recovered)
    }

    fn all(&self) -> &(usize, Recovered) {
        self.states.last().unwrap()
    }
}

#[test]
fn a_flipped_bit_is_found_wherever_it_was_acknowledged() {
    let history = history();
    let (acknowledged, all) = history.all();
    let mut found = 0;
    for (at, bit) in (0..history.bytes.len()).flat_map(|at| (0..8).map(move |bit| (at, bit))) {
        let mut bytes = history.bytes.clone();
        bytes[at] ^= 1 << bit;
        match history.open(bytes) {
            Ok(mut recovered) => {
                assert!(at >= *acknowledged, "bit {bit} of byte {at} was read over");
                recovered.cut_bytes = 0;
                assert_eq!(recovered, *all);
            }
            Err(ActsError::Damaged { offset, file, .. }) => {
                assert!(offset <= at as u64 && file.ends_with(&history.name));
                found += 1;
            }
            Err(ActsError::NotALog { .. } | ActsError::Format { .. }) if at < 12 => found += 1,
            Err(other) => panic!("bit {bit} of byte {at}: {other}"),
        }
    }
    assert_eq!(found, acknowledged * 8);
}

#[test]
fn a_tail_is_cut_off_wherever_it_is_torn() {
    let history = history();
    let begin = history.states[0].0;
    for length in 0..history.bytes.len() {
        let opened = history.open(history.bytes[..length].to_vec());
        if length < begin {
            assert!(matches!(opened, Err(ActsError::Damaged { .. })), "{length}");
            continue;
        }
        let (kept, state) = history.states.iter().rfind(|(kept, _)| *kept <= length).unwrap();
        let cut_bytes = (length - kept) as u64;
        assert_eq!(opened.unwrap(), Recovered { cut_bytes, ..state.clone() }, "{length}");
    }
}

#[test]
fn an_unacknowledged_write_may_be_torn_in_its_middle() {
    for rest in [Rest::Cut, Rest::Zeros, Rest::Hole] {
        for bytes in 0..1_200 {
            let memory = created();
            let (mut log, _) = open(&memory).unwrap();
            memory.fail(1, std::io::ErrorKind::Other);
            for record in &records() {
                log.append(record);
            }
            log.commit().unwrap_err();
            let (_, after) = open(&memory.crash(&Keep { names: 0, bytes, rest })).unwrap();
            let kept = after.records.values().flatten();
            assert!(kept.eq(records().iter().map(|append| &append.record).take(after.len())));
        }
    }
}

#[test]
fn frames_hold_in_their_place_only() {
    let history = history();
    let (third, fourth, fifth) = (history.states[3].0, history.states[4].0, history.states[5].0);
    assert_eq!(fourth - third, fifth - fourth, "two acts are equally long");
    let mut swapped = history.bytes.clone();
    swapped[third..fifth].rotate_left(fourth - third);
    let mut repeated = history.bytes.clone();
    repeated.copy_within(third..fourth, fourth);
    let mut removed = history.bytes.clone();
    removed.drain(third..fourth);
    for (bytes, offset) in [(swapped, third), (repeated, fourth)] {
        let refused = history.open(bytes).unwrap_err();
        assert!(matches!(refused, ActsError::Damaged { offset: at, .. } if at == offset as u64));
    }
    // Whoever takes a frame out makes all that follow it unreadable.
    assert_eq!(history.open(removed).unwrap().len(), 3);
}

#[test]
fn a_frame_of_another_segment_does_not_hold() {
    let history = history();
    let (memory, begin) = (created(), history.states[0].0);
    // Opened once more, the same entries lie at the same places of a segment with another number.
    let (log, _) = open(&memory).unwrap();
    drop(log);
    let (mut log, _) = open(&memory).unwrap();
    super::commit_all(&mut log, &records());
    let mut bytes = memory.content();
    assert_eq!(bytes.len(), begin + history.bytes.len() - begin);
    bytes[begin..].copy_from_slice(&history.bytes[begin..]);
    let moved = Memory::with("acts-00000000000000000003", bytes);
    assert_eq!(open(&moved).unwrap().1.len(), 0);
}

impl Recovered {
    fn len(&self) -> usize {
        self.records.values().map(Vec::len).sum()
    }
}
