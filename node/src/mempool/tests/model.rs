//! Random traffic against a mempool that is nothing but a list.

use super::material::{Bench, ids};
use crate::mempool::{Fate, Limits, Source, Status};
use hefu_fixtures::{Change, MEMBER, OTHER_REGISTRAR, REGISTRAR};
use hefu_ledger::rejection::Rejection;
use hefu_ledger::transaction::{Ordering, SignerRef, TransactionId};
use hefu_ledger::{CheckedTransaction, Transaction};
use proptest::prelude::*;
use std::collections::BTreeSet;

const LIMITS: Limits = Limits {
    bytes_max: 8_000,
    count_max: 12,
    checking_bytes_max: usize::MAX,
    source_bytes_max: 3_000,
    source_waste_bytes_max: usize::MAX,
    sources_max: 8,
    did_pending_max: 2,
    time_to_live_ms: 5_000,
    verdict_bytes_max: 1_000,
    executed_max: 1_000,
    rejected_max: 1_000,
};

/// What happens.
#[derive(Clone, Debug)]
enum Event {
    Submit { which: usize, bytes: usize, source: u8 },
    Execute { budget: u32, below: usize },
    LeaveOut { which: usize, why: usize },
    Wait { span_ms: u64 },
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        8 => (0..64_usize, 100..1_500_usize, 0..4_u8)
            .prop_map(|(which, bytes, source)| Event::Submit { which, bytes, source }),
        2 => (0..4_000_u32, 0..64_usize)
            .prop_map(|(budget, below)| Event::Execute { budget, below }),
        2 => (0..64_usize, 0..3_usize).prop_map(|(which, why)| Event::LeaveOut { which, why }),
        1 => (0..3_000_u64).prop_map(|span_ms| Event::Wait { span_ms }),
    ]
}

/// A pending transaction, as a list has it.
#[derive(Clone)]
struct Row {
    which: usize,
    bytes: usize,
    source: u8,
    arrived_ms: u64,
    last: Option<Rejection>,
}

/// A mempool that looks through everything each time.
#[derive(Default)]
struct Naive {
    rows: Vec<Row>,
    executed: BTreeSet<usize>,
    rejected: Vec<(usize, Rejection)>,
}

/// The number of a lane: the organisation's, or 0 for the holders, who all have one registrar.
fn lane(transaction: &Transaction) -> u16 {
    match transaction.envelope.signers[0] {
        SignerRef::Organisation { organisation, .. } => organisation.get(),
        _ => 0,
    }
}

impl Naive {
    fn row(&self, which: usize) -> Option<&Row> {
        self.rows.iter().find(|row| row.which == which)
    }

    fn why(&self, which: usize) -> Option<&Rejection> {
        self.rejected.iter().rev().find(|(rejected, _)| *rejected == which).map(|(_, why)| why)
    }

    fn bytes(&self, of: impl Fn(&Row) -> bool) -> usize {
        self.rows.iter().filter(|row| of(row)).map(|row| row.bytes).sum()
    }

    /// The code of the answer to a submission; what is added, is added.
    fn submit(&mut self, all: &[Transaction], row: Row) -> &'static str {
        if self.executed.contains(&row.which) || self.row(row.which).is_some() {
            return "known";
        }
        if let Some(why) = self.why(row.which).filter(|why| Fate::of(why) == Fate::Never) {
            return why.code();
        }
        if self.bytes(|other| other.source == row.source) + row.bytes > LIMITS.source_bytes_max {
            return "mempool.source_full";
        }
        // What only claims a share meets its limit first, and a holder its sequence.
        let outdone = match self.holder(all, &all[row.which]) {
            Ok(outdone) => outdone,
            Err(code) => return code,
        };
        if let Some(code) = self.room(all, &row) {
            return code;
        }
        if let Some(outdone) = outdone {
            self.rows.retain(|row| row.which != outdone.which);
            self.rejected.push((outdone.which, outdone.last.unwrap()));
        }
        self.rows.push(row);
        "added"
    }

    fn holder(&self, all: &[Transaction], new: &Transaction) -> Result<Option<Row>, &'static str> {
        let Ordering::Holder { sequence, previous } = new.envelope.ordering else {
            return Ok(None);
        };
        let same = |row: &&Row, wanted: u32| {
            let envelope = &all[row.which].envelope;
            let Ordering::Holder { sequence, .. } = envelope.ordering else { return false };
            envelope.subject == new.envelope.subject && sequence == wanted
        };
        // The state never moves on here: the first sequence is always the next.
        if sequence > LIMITS.did_pending_max {
            return Err("mempool.did_busy");
        }
        if sequence > 1 {
            let before = self.rows.iter().find(|row| same(row, sequence - 1));
            let before = before.ok_or("rejected.sequence")?;
            if all[before.which].envelope.id() != TransactionId::new(previous) {
                return Err("rejected.previous");
            }
        }
        match self.rows.iter().find(|row| same(row, sequence)) {
            Some(row) if row.last.is_none() => Err("mempool.sequence_taken"),
            occupied => Ok(occupied.cloned()),
        }
    }

    fn room(&self, all: &[Transaction], new: &Row) -> Option<&'static str> {
        let used = self.bytes(|_| true) + new.bytes;
        let count = self.rows.len() + 1;
        if used > LIMITS.bytes_max || count > LIMITS.count_max {
            return Some("mempool.full");
        }
        let same = |row: &Row| lane(&all[row.which]) == lane(&all[new.which]);
        let held = self.rows.iter().filter(|row| same(row)).count();
        let over = self.bytes(same) + new.bytes > LIMITS.bytes_max - used
            || held + 1 > LIMITS.count_max - count;
        (held > 0 && over).then_some("mempool.share_full")
    }

    fn wait(&mut self, now_ms: u64) {
        for row in self.rows.extract_if(.., |row| row.arrived_ms + LIMITS.time_to_live_ms <= now_ms)
        {
            self.rejected.extend(row.last.map(|why| (row.which, why)));
        }
    }

    fn status(&self, which: usize) -> Status {
        if self.executed.contains(&which) {
            return Status::Executed;
        }
        let pending = self.row(which).map(|row| Status::Pending(row.last.clone()));
        let rejected = || self.why(which).cloned().map(Status::Rejected);
        pending.or_else(rejected).unwrap_or(Status::Unknown)
    }
}

/// What is sent: of three organisations, and of three holders three in a row and a rival of the
/// first.
fn material(bench: &mut Bench) -> Vec<Transaction> {
    let mut all = Vec::new();
    for by in [REGISTRAR, OTHER_REGISTRAR, MEMBER] {
        all.extend((0..10).map(|_| bench.anchor(by)));
    }
    for _ in 0..3 {
        let mut person = bench.person();
        all.push(person.draft(bench.world(), Change::Rotate).sign());
        all.extend((0..3).map(|_| person.rotate(bench.world())));
    }
    all
}

/// What a drain must keep to, whatever is pending.
fn check_drain(
    all: &[Transaction],
    naive: &Naive,
    drained: &[CheckedTransaction],
    below: Option<usize>,
) {
    let place = |one: &CheckedTransaction| all.iter().position(|t| *t == **one.transaction());
    let places: Vec<usize> = drained.iter().map(|one| place(one).unwrap()).collect();
    let distinct: BTreeSet<_> = places.iter().collect();
    assert_eq!(distinct.len(), places.len(), "nothing is proposed twice");
    for (at, which) in places.iter().enumerate() {
        assert!(naive.row(*which).is_some() && below != Some(*which));
        let Ordering::Holder { sequence: 2.., previous } = all[*which].envelope.ordering else {
            continue;
        };
        let before = ids(all).iter().position(|id| *id == TransactionId::new(previous));
        let before = before.unwrap();
        let chosen = places[..at].contains(&before) || below == Some(before);
        assert!(chosen || naive.row(before).is_none(), "{which} without {before}");
    }
}

fn run(bench: &mut Bench, all: &[Transaction], events: &[Event]) {
    let mut naive = Naive::default();
    let names = ids(all);
    for event in events {
        match *event {
            Event::Submit { which, bytes, source } => {
                let which = which % all.len();
                let got = bench.send(&all[which], bytes, Source::new([source; 32]));
                let got = match &got {
                    Ok(None) => "added",
                    Ok(Some(_)) => "known",
                    Err(refusal) => refusal.code(),
                };
                let arrived_ms = bench.now.get();
                let row = Row { which, bytes, source, arrived_ms, last: None };
                assert_eq!(got, naive.submit(all, row), "{event:?}");
            }
            Event::Execute { budget, below } => {
                let below = below % all.len();
                let drained = bench.pool.candidates(budget, &|id| *id == names[below]);
                check_drain(all, &naive, &drained, Some(below));
                let has = bench.pool.has_candidates(budget, &|id| *id == names[below]);
                assert_eq!(has, !drained.is_empty());
                let done: Vec<_> = drained.iter().map(CheckedTransaction::id).collect();
                let places = names.iter().enumerate().filter(|(_, id)| done.contains(id));
                let places: BTreeSet<usize> = places.map(|(place, _)| place).collect();
                let bytes = naive.bytes(|row| places.contains(&row.which));
                assert!(bytes <= usize::try_from(budget).unwrap());
                naive.rows.retain(|row| !places.contains(&row.which));
                naive.executed.extend(places);
                bench.pool.executed(done);
            }
            Event::LeaveOut { which, why } => {
                let which = which % all.len();
                let kinds = [
                    Rejection::Replayed,
                    Rejection::OrganisationUnknown(MEMBER),
                    Rejection::OrganisationKey(MEMBER),
                ];
                let why = kinds[why].clone();
                bench.pool.left_out(&names[which], why.clone(), bench.now);
                let Some(at) = naive.rows.iter().position(|row| row.which == which) else {
                    continue;
                };
                if Fate::of(&why) == Fate::Later {
                    naive.rows[at].last = Some(why);
                } else {
                    naive.rows.remove(at);
                    naive.rejected.push((which, why));
                }
            }
            Event::Wait { span_ms } => {
                bench.wait(span_ms);
                naive.wait(bench.now.get());
            }
        }
        check_same(bench, &naive, &names);
    }
}

fn check_same(bench: &Bench, naive: &Naive, names: &[TransactionId]) {
    let footprint = bench.pool.footprint();
    assert_eq!((footprint.bytes, footprint.count), (naive.bytes(|_| true), naive.rows.len()));
    assert_eq!(footprint.lanes.values().sum::<usize>(), footprint.count);
    assert!(footprint.bytes <= LIMITS.bytes_max && footprint.count <= LIMITS.count_max);
    for (which, id) in names.iter().enumerate() {
        assert_eq!(bench.pool.status(id), naive.status(which));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn random_traffic_is_kept_like_in_a_list(events in prop::collection::vec(event(), 1..200)) {
        let mut bench = Bench::new(LIMITS);
        let all = material(&mut bench);
        run(&mut bench, &all, &events);
    }
}
