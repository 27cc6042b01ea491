//! The thread that writes, and the directories of the operating system.

use super::memory::{Keep, Memory};
use super::samples::{act, append, binding, certificate, epoch, floor, view};
use super::{created, open};
use crate::acts::error::{ActsError, Refused};
use crate::acts::limits::{QUEUE_BYTES, QUEUE_REQUESTS};
use crate::acts::{ActsLog, Append, Recovered, Report};
use crate::home::LockError;
use hefu_consensus::Sequence;
use hefu_primitives::limits::BODY_BYTES_MAX;
use std::io::ErrorKind;
use std::sync::mpsc::{self, Receiver};

fn start(memory: &Memory) -> (ActsLog, Receiver<Report>) {
    let (reports, received) = mpsc::channel();
    let report = Box::new(move |report| reports.send(report).unwrap());
    let (log, _) = ActsLog::open_on(Box::new(memory.clone()), binding(), report).unwrap();
    (log, received)
}

fn acts(numbers: std::ops::Range<u64>) -> Vec<Append> {
    numbers.map(|number| append(1, number, act(number))).collect()
}

fn durable(report: Report) -> Vec<(u64, u64)> {
    let Report::Durable(list) = report else { panic!("{report:?}") };
    list.iter().map(|(epoch, sequence)| (epoch.get(), sequence.get())).collect()
}

#[test]
fn what_gathers_during_a_sync_shares_the_next() {
    let memory = created();
    let (log, reports) = start(&memory);
    let (begun, go) = memory.gate();
    let before = memory.syncs();
    log.append(acts(1..2)).unwrap();
    begun.recv().unwrap();
    for append in acts(2..200) {
        log.append(vec![append]).unwrap();
    }
    go.send(()).unwrap();
    begun.recv().unwrap();
    assert_eq!(memory.syncs(), before + 2);
    go.send(()).unwrap();
    let told = [reports.recv().unwrap(), reports.recv().unwrap()].map(durable);
    assert_eq!(told, [[(1, 1)], [(1, 199)]]);
    drop(go);
    drop(log);
    assert!(reports.recv().is_err(), "there is nothing more to tell");
}

#[test]
fn what_is_appended_together_shares_one_sync() {
    let memory = created();
    let (log, reports) = start(&memory);
    let (begun, go) = memory.gate();
    let before = memory.syncs();
    log.append(acts(1..5)).unwrap();
    begun.recv().unwrap();
    go.send(()).unwrap();
    assert_eq!(durable(reports.recv().unwrap()), [(1, 4)]);
    assert_eq!(memory.syncs(), before + 1);
    drop(go);
}

#[test]
fn a_certificate_waits_for_an_act_but_not_for_long() {
    let memory = created();
    let (log, reports) = start(&memory);
    let before = memory.syncs();
    log.append(vec![append(1, 1, certificate(1))]).unwrap();
    log.append(vec![append(1, 2, certificate(2)), append(1, 3, act(3))]).unwrap();
    // Had the machine made the first wait for the second, it would have been synced by itself.
    let told = durable(reports.recv().unwrap())[0].1;
    let told = if told == 1 { durable(reports.recv().unwrap())[0].1 } else { told };
    assert_eq!(told, 3, "together with its act");
    log.append(vec![append(1, 4, certificate(4))]).unwrap();
    assert_eq!(durable(reports.recv().unwrap()), [(1, 4)], "by itself when none comes");
    assert!(memory.syncs() - before <= 3);
    log.append(vec![append(1, 5, certificate(5))]).unwrap();
    drop(log);
    let (_, kept) = open(&memory.crash(&Keep::nothing())).unwrap();
    assert_eq!(kept.records_for(epoch(1)).count(), 5, "and before the log is closed");
}

#[test]
fn a_disk_that_stands_still_is_noticed_and_does_not_hold_up_the_caller() {
    let memory = created();
    let (log, _reports) = start(&memory);
    let (begun, go) = memory.gate();
    log.append(acts(1..2)).unwrap();
    begun.recv().unwrap();
    let body = vec![0; BODY_BYTES_MAX as usize].into();
    let full = Append { body: Some(body), ..append(1, 2, certificate(2)) };
    let bodies = QUEUE_BYTES / BODY_BYTES_MAX as usize;
    for number in 0..bodies {
        assert_eq!(log.has_room(), number <= bodies / 2, "{number} bodies");
        log.append(vec![full.clone()]).unwrap();
    }
    let refused = log.append(vec![full]).unwrap_err();
    assert_eq!(refused, Refused::Backlog { requests: bodies, bytes: QUEUE_BYTES });
    for _ in bodies..QUEUE_REQUESTS {
        log.recall().unwrap();
    }
    assert!(matches!(log.recall(), Err(Refused::Backlog { requests: QUEUE_REQUESTS, .. })));
    drop(go);
}

#[test]
fn a_body_that_no_block_has_is_refused() {
    let (log, _reports) = start(&created());
    let got = BODY_BYTES_MAX as usize + 1;
    let oversized = Append { body: Some(vec![0; got].into()), ..append(1, 1, act(1)) };
    assert_eq!(log.append(vec![oversized]), Err(Refused::BodyTooLong { got }));
}

#[test]
fn r7_a_failure_is_reported_once_and_nothing_after_it() {
    let mut failures = 0;
    for after in 0..40 {
        let memory = created();
        let (log, reports) = start(&memory);
        memory.fail(after, ErrorKind::Other);
        for append in acts(1..12) {
            // Refused from the failure on, whenever that is.
            let _ = log.append(vec![append]);
        }
        drop(log);
        let told: Vec<_> = reports.into_iter().collect();
        let failed = told.iter().position(|report| matches!(report, Report::Failed(_)));
        assert!(failed.is_none_or(|at| at + 1 == told.len()), "{told:?}");
        failures += usize::from(failed.is_some());
        let newest = told.into_iter().filter(|report| matches!(report, Report::Durable(_)));
        let newest = newest.map(durable).next_back().map_or(0, |list| list[0].1);
        let (_, kept) = open(&memory.crash(&Keep::nothing())).unwrap();
        let kept = kept.records_for(epoch(1)).count() as u64;
        assert!(kept >= newest, "operation {after}: {newest} were durable, {kept} are there");
    }
    assert!(failures > 0);
}

#[test]
fn a_log_that_failed_takes_nothing_in() {
    let memory = created();
    let (log, reports) = start(&memory);
    memory.fail(0, ErrorKind::StorageFull);
    log.append(acts(1..2)).unwrap();
    assert!(matches!(reports.recv().unwrap(), Report::Failed(ActsError::Full { .. })));
    assert!(reports.recv().is_err(), "the thread has ended");
    assert_eq!(log.append(acts(2..3)), Err(Refused::Stopped));
    assert_eq!(log.set_floor(floor(1, 1, None)), Err(Refused::Stopped));
    assert_eq!(log.recall(), Err(Refused::Stopped));
}

#[test]
fn what_is_recalled_comes_after_what_is_durable() {
    let (log, reports) = start(&created());
    for append in acts(1..4) {
        log.append(vec![append]).unwrap();
    }
    log.recall().unwrap();
    log.append(vec![append(1, 1, certificate(9))]).unwrap();
    let mut last = 0;
    let recalled = loop {
        match reports.recv().unwrap() {
            Report::Recalled(recalled) => break recalled,
            other => last = durable(other)[0].1,
        }
    };
    assert_eq!(last, 3);
    assert_eq!(recalled.records_for(epoch(1)).count(), 3);
    let (answers, answered) = mpsc::channel();
    let answer = move |list| answers.send(list).unwrap();
    log.certificates(epoch(1), view(1)..=view(9), 5, answer).unwrap();
    assert_eq!(answered.recv().unwrap().len(), 1, "what was appended before is found");
    assert_eq!(durable(reports.recv().unwrap()), [(1, 1)]);
}

#[test]
fn a_directory_holds_one_log_that_one_process_opens() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("acts");
    let missing = ActsLog::open(&path, binding(), drop).err().unwrap();
    assert!(matches!(missing, ActsError::Missing { .. }), "{missing}");
    ActsLog::create(&path, &binding()).unwrap();
    let (reports, received) = mpsc::channel();
    let report = move |report| reports.send(report).unwrap();
    let (log, empty) = ActsLog::open(&path, binding(), report).unwrap();
    assert_eq!(empty, Recovered::default());
    let second = ActsLog::open(&path, binding(), drop).err().unwrap();
    let pid = Some(std::process::id());
    assert!(
        matches!(&second, ActsError::Locked(LockError::Taken { pid: got, .. }) if *got == pid),
        "{second}"
    );
    let again = ActsLog::create(&path, &binding()).unwrap_err();
    assert!(matches!(again, ActsError::Locked(_)), "{again}");
    log.append(vec![Append { sequence: Sequence::NONE.next(), ..append(1, 1, act(4)) }]).unwrap();
    assert_eq!(durable(received.recv().unwrap()), [(1, 1)]);
    log.set_floor(floor(1, 7, None)).unwrap();
    drop(log);
    let (_log, kept) = ActsLog::open(&path, binding(), drop).unwrap();
    assert_eq!(kept.records_for(epoch(1)).collect::<Vec<_>>(), [act(4)]);
    assert_eq!(kept.floor, Some(floor(1, 7, None)));
}
