//! A log that stops at every operation of its disk, in every way.

use super::memory::{Keep, Memory, Rest};
use super::samples::{act, append, certificate, floor, foreign, proposal};
use super::{Log, Model, created, open};
use crate::acts::error::ActsError;
use std::io::ErrorKind;

/// What is done to a log, and what it must hold after each step.
pub(super) struct Witness {
    pub(super) memory: Memory,
    /// What it may hold after a power cut: the last state known to be durable, and all after it.
    states: Vec<Model>,
}

impl Witness {
    pub(super) fn new() -> Self {
        Self { memory: created(), states: vec![Model::default()] }
    }

    pub(super) fn now(&mut self) -> &mut Model {
        let now = self.states.last().cloned().unwrap_or_default();
        self.states.push(now);
        self.states.last_mut().unwrap()
    }

    pub(super) fn commit(&mut self, log: &mut Log) -> Result<(), ActsError> {
        let expected = self.now().commit();
        assert_eq!(log.commit()?, expected);
        if !expected.is_empty() {
            self.states.drain(..self.states.len() - 1);
        }
        Ok(())
    }

    /// The power goes, and comes again.
    pub(super) fn crash(&mut self, keep: &Keep) {
        self.memory = self.memory.crash(keep);
    }

    /// Opens the log, which holds all that is known to be durable, and nothing that was not
    /// written.
    pub(super) fn open(&mut self) -> Result<Log, ActsError> {
        let (log, mut recovered) = open(&self.memory)?;
        recovered.cut_bytes = 0;
        let place = self.states.iter().rposition(|model| model.recovered() == recovered);
        let place = place.unwrap_or_else(|| panic!("never held {recovered:#?}"));
        self.states.truncate(place + 1);
        self.states.drain(..place);
        self.now().commit();
        self.states.drain(..1);
        Ok(log)
    }
}

fn run(witness: &mut Witness) -> Result<(), ActsError> {
    let mut log = witness.open()?;
    for view in 1..8 {
        let records = [certificate(view), proposal(view, view), act(view)];
        for (number, record) in (view * 4..).zip(records) {
            let append = append(view / 4, number, record);
            log.append(&append);
            witness.now().append(&append);
        }
        if view == 3 {
            let append = append(0, 99, foreign(3));
            log.append(&append);
            witness.now().append(&append);
        }
        witness.commit(&mut log)?;
        log.mark()?;
        let floor = floor(view / 4, view - 1, Some(view - 1));
        log.set_floor(floor);
        witness.now().set_floor(floor);
        if view % 2 == 0 {
            witness.commit(&mut log)?;
        }
        log.prune()?;
    }
    log.close()
}

fn keeps() -> Vec<Keep> {
    let mut keeps = vec![Keep::nothing(), Keep::everything()];
    for rest in [Rest::Cut, Rest::Zeros, Rest::Hole] {
        for bytes in [0, 1, 24, 25, 150, 400, 700] {
            keeps.push(Keep { names: bytes % 3, bytes, rest });
        }
    }
    keeps
}

#[test]
fn r7_a_crash_at_any_operation_loses_nothing_that_was_durable() {
    let mut whole = Witness::new();
    run(&mut whole).unwrap();
    let operations = whole.memory.operations() - created().operations();
    assert!(operations > 60, "{operations} operations");
    for (after, keep) in (0..operations).flat_map(|n| keeps().into_iter().map(move |k| (n, k))) {
        let mut witness = Witness::new();
        witness.memory.fail(after, ErrorKind::Other);
        let failed = run(&mut witness);
        assert!(matches!(failed, Err(ActsError::Disk { .. })), "operation {after}: {failed:?}");
        witness.crash(&keep);
        let log = witness.open().unwrap();
        drop(log);
        run(&mut witness).unwrap();
    }
}

#[test]
fn a_crash_while_opening_changes_nothing() {
    let mut whole = Witness::new();
    run(&mut whole).unwrap();
    let held = open(&whole.memory).unwrap().1;
    let copy = whole.memory.crash(&Keep::everything());
    open(&copy).unwrap();
    let operations = copy.operations();
    assert!(operations > 10, "{operations} operations");
    for (after, keep) in (0..operations).flat_map(|n| keeps().into_iter().map(move |k| (n, k))) {
        let memory = whole.memory.crash(&Keep::everything());
        memory.fail(after, ErrorKind::Other);
        assert!(open(&memory).is_err(), "operation {after}");
        assert_eq!(open(&memory.crash(&keep)).unwrap().1, held, "operation {after}, {keep:?}");
    }
}

#[test]
fn a_crash_while_making_leaves_a_log_or_none() {
    let operations = created().operations();
    for (after, keep) in (0..operations).flat_map(|n| keeps().into_iter().map(move |k| (n, k))) {
        let memory = Memory::default();
        memory.fail(after, ErrorKind::Other);
        Log::create(&memory, &super::binding()).unwrap_err();
        let memory = memory.crash(&keep);
        match open(&memory) {
            Ok((_, recovered)) => assert_eq!(recovered, super::Recovered::default()),
            Err(ActsError::Missing { .. }) => Log::create(&memory, &super::binding()).unwrap(),
            Err(other) => panic!("{other}"),
        }
    }
}

#[test]
fn a_full_disk_is_named() {
    let memory = created();
    let (mut log, _) = open(&memory).unwrap();
    memory.fail(0, ErrorKind::StorageFull);
    log.append(&append(1, 1, act(1)));
    let error = log.commit().unwrap_err();
    let sentence = "no room is left on the disk of memory/acts-00000000000000000002, while writing";
    assert!(error.to_string().starts_with(sentence), "{error}");
}
