//! Tests of the acts log, on a disk that fails and forgets.

mod crash;
mod damage;
mod golden;
mod memory;
mod model;
mod property;
mod samples;
mod threads;

use super::Append;
use super::disk::Disk;
use super::error::ActsError;
use super::log::Log;
use super::recovered::Recovered;
use memory::{Keep, Memory};
use model::Model;
use samples::{act, append, binding, block, certificate, floor, foreign, proposal};

/// So few bytes that a test fills several segments.
const SEGMENT_BYTES: u64 = 2_000;

fn open(memory: &Memory) -> Result<(Log, Recovered), ActsError> {
    Log::open(Box::new(memory.clone()), binding(), SEGMENT_BYTES)
}

fn created() -> Memory {
    let memory = Memory::default();
    Log::create(&memory, &binding()).unwrap();
    memory
}

fn commit_all(log: &mut Log, appends: &[Append]) {
    for append in appends {
        log.append(append);
    }
    log.commit().unwrap();
    log.mark().unwrap();
}

#[test]
fn r7_what_was_committed_is_given_back_in_order() {
    let memory = created();
    let (mut log, before) = open(&memory).unwrap();
    assert_eq!(before, Recovered::default());
    let appends = [
        append(1, 1, certificate(4)),
        append(2, 1, act(5)),
        append(1, 2, proposal(5, 9)),
        append(1, 3, foreign(6)),
    ];
    commit_all(&mut log, &appends);
    let mut model = Model::default();
    for append in &appends {
        model.append(append);
    }
    let (_, after) = open(&memory.crash(&Keep::nothing())).unwrap();
    assert_eq!(after, model.recovered());
    let epoch = appends[0].epoch;
    let engine: Vec<_> = after.records_for(epoch).collect();
    assert_eq!(engine, [foreign(6), certificate(4), proposal(5, 9)]);
    let (digest, body) = block(9);
    assert_eq!(after.bodies.get(&digest), Some(&body));
}

#[test]
fn a_commit_tells_the_newest_record_of_each_epoch() {
    let memory = created();
    let (mut log, _) = open(&memory).unwrap();
    let appends = [append(1, 7, act(1)), append(2, 1, act(1)), append(1, 8, act(2))];
    for append in &appends {
        log.append(append);
    }
    let newest = [&appends[2], &appends[1]].map(|append| (append.epoch, append.sequence));
    assert_eq!(log.commit().unwrap(), newest);
    assert_eq!(log.commit().unwrap(), []);
}

#[test]
fn a_floor_alone_is_not_synced_and_comes_with_the_next_record() {
    let memory = created();
    let (mut log, _) = open(&memory).unwrap();
    let syncs = memory.syncs();
    log.set_floor(floor(1, 3, Some(4)));
    assert_eq!(log.commit().unwrap(), []);
    assert_eq!(memory.syncs(), syncs);
    let (_, lost) = open(&memory.crash(&Keep::nothing())).unwrap();
    assert_eq!(lost.floor, None);
    commit_all(&mut log, &[append(1, 1, act(5))]);
    assert_eq!(memory.syncs(), syncs + 1);
    let (_, kept) = open(&memory.crash(&Keep::nothing())).unwrap();
    assert_eq!(kept.floor, Some(floor(1, 3, Some(4))));
}

#[test]
fn a_floor_never_sinks() {
    let memory = created();
    let (mut log, _) = open(&memory).unwrap();
    log.set_floor(floor(1, 3, Some(4)));
    commit_all(&mut log, &[append(1, 1, act(4))]);
    log.set_floor(floor(1, 2, Some(9)));
    log.set_floor(floor(1, 3, Some(9)));
    log.close().unwrap();
    let (_, after) = open(&memory).unwrap();
    assert_eq!(after.floor, Some(floor(1, 3, Some(4))));
    assert_eq!(after.records_for(samples::epoch(1)).count(), 1);
}

#[test]
fn r7_pruning_keeps_what_an_engine_needs_and_no_more() {
    let memory = created();
    let (mut log, _) = open(&memory).unwrap();
    let mut model = Model::default();
    let mut longest = 0;
    for view in 1..60 {
        let records = [certificate(view), proposal(view, view / 2), act(view)];
        for (number, record) in (1..).zip(records) {
            let append = append(1 + view / 20, view * 3 + number, record);
            log.append(&append);
            model.append(&append);
        }
        let floor = floor(1 + view / 20, view / 2, view.checked_sub(3));
        log.set_floor(floor);
        model.set_floor(floor);
        log.commit().unwrap();
        log.prune().unwrap();
        assert_eq!(log.recall().unwrap(), model.recovered(), "view {view}");
        longest = longest.max(memory.bytes());
    }
    assert_eq!(memory.names().unwrap().len(), 1, "older segments are gone");
    assert!(longest < 8 * SEGMENT_BYTES, "{longest} bytes");
    log.close().unwrap();
    assert_eq!(open(&memory).unwrap().1, model.recovered());
}

#[test]
fn r14_a_foreign_signature_outlives_every_floor() {
    let memory = created();
    let (mut log, _) = open(&memory).unwrap();
    commit_all(&mut log, &[append(1, 1, foreign(7)), append(1, 2, act(7))]);
    for epoch in 1..6 {
        log.set_floor(floor(epoch, epoch * 10, Some(100)));
        let mut filler = append(epoch, epoch, proposal(1, 1));
        filler.body = Some(vec![1; 2 * SEGMENT_BYTES.try_into().unwrap_or(0)].into());
        commit_all(&mut log, &[filler]);
        log.set_floor(floor(epoch, epoch * 10 + 1, Some(101)));
        log.commit().unwrap();
        log.prune().unwrap();
    }
    let (_, after) = open(&memory.crash(&Keep::nothing())).unwrap();
    assert!(after.records.is_empty(), "{:?}", after.records);
    let engine: Vec<_> = after.records_for(samples::epoch(9)).collect();
    assert_eq!(engine, [foreign(7)]);
}

#[test]
fn r14_a_log_is_never_made_in_passing_nor_overwritten() {
    let memory = Memory::default();
    assert!(matches!(open(&memory), Err(ActsError::Missing { .. })));
    Log::create(&memory, &binding()).unwrap();
    assert!(matches!(Log::create(&memory, &binding()), Err(ActsError::Exists { .. })));
    open(&memory).unwrap();
}

#[test]
fn r8_certificates_are_found_on_the_disk() {
    let memory = created();
    let (mut log, _) = open(&memory).unwrap();
    let views = [3, 4, 5, 6, 9];
    let mut appends: Vec<_> =
        (1..).zip(views).map(|(number, view)| append(1, number, certificate(view))).collect();
    appends.push(append(1, 6, act(5)));
    appends.push(append(2, 1, certificate(5)));
    commit_all(&mut log, &appends);
    let found = |first, last, most| {
        let views = samples::view(first)..=samples::view(last);
        let found = log.certificates(samples::epoch(1), &views, most).unwrap();
        found.iter().map(|certificate| certificate.view.get()).collect::<Vec<_>>()
    };
    assert_eq!(found(4, 7, 16), [6, 5, 4]);
    assert_eq!(found(0, 99, 2), [9, 6]);
    assert_eq!(found(7, 8, 16), [0; 0]);
}
