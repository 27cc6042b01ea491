//! Floods: whoever sends more than the network carries delays itself.

use super::material::{BYTES, Bench};
use crate::mempool::{Lane, Limits, Source};
use hefu_fixtures::{MEMBER, OTHER_REGISTRAR, REGISTRAR, Wallet};
use hefu_ledger::Transaction;
use hefu_ledger::limits::TRANSACTION_BYTES_MAX;
use hefu_ledger::organisation::OrganisationId;
use std::collections::BTreeSet;

/// Blocks of one run.
const BLOCKS: usize = 40;
/// What fits into each.
const BUDGET: u32 = 20 * 400;
/// What each of those sends a block that do not flood. With four of them, that is less than a fair
/// share.
const STEADY: usize = 3;

/// A flood: so many transactions a block, so long each, from these.
struct Flood {
    by: &'static [OrganisationId],
    count: usize,
    bytes: usize,
}

const FLOODS: [Flood; 5] = [
    Flood { by: &[REGISTRAR], count: 40, bytes: BYTES },
    Flood { by: &[REGISTRAR], count: 400, bytes: BYTES },
    Flood { by: &[REGISTRAR], count: 20, bytes: 7_000 },
    Flood { by: &[REGISTRAR], count: 100, bytes: 150 },
    Flood { by: &[REGISTRAR, MEMBER], count: 40, bytes: 1_000 },
];

/// How many transactions of the other registrar, and of the flooding registrar's own holders,
/// are executed.
fn executed(flood: &Flood) -> (usize, usize) {
    // The pool has room for ten blocks, so it is full soon.
    let mut bench = Bench::new(Limits { bytes_max: 10 * 8_000, ..Limits::default() });
    let mut people: Vec<_> = (0..STEADY).map(|_| bench.person()).collect();
    let (mut steady, mut holders) = (BTreeSet::new(), BTreeSet::new());
    let mut counts = (0, 0);
    for _ in 0..BLOCKS {
        for by in flood.by {
            for _ in 0..flood.count {
                let transaction = bench.anchor(*by);
                let source = Source::new([u8::try_from(by.get()).unwrap(); 32]);
                if bench.send(&transaction, flood.bytes, source).is_err() {
                    break;
                }
            }
        }
        for _ in 0..STEADY {
            let transaction = bench.anchor(OTHER_REGISTRAR);
            steady.insert(transaction.envelope.id());
            bench.submit(&transaction).unwrap();
        }
        for person in &mut people {
            let rotation = rotate(&mut bench, person);
            holders.insert(rotation.envelope.id());
            bench.submit(&rotation).unwrap();
        }
        let block = bench.pool.candidates(BUDGET, &|_| false);
        bench.sandbox.execute(&block);
        let ids: Vec<_> = block.iter().map(hefu_ledger::CheckedTransaction::id).collect();
        counts.0 += ids.iter().filter(|id| steady.contains(id)).count();
        counts.1 += ids.iter().filter(|id| holders.contains(id)).count();
        bench.pool.executed(ids);
        bench.wait(1);
    }
    counts
}

fn rotate(bench: &mut Bench, person: &mut Wallet) -> Transaction {
    person.rotate(bench.world())
}

#[test]
fn a_flood_leaves_the_others_their_rate() {
    let alone = executed(&Flood { by: &[], count: 0, bytes: 0 });
    assert_eq!(alone, (BLOCKS * STEADY, BLOCKS * STEADY));
    for flood in &FLOODS {
        let (steady, holders) = executed(flood);
        let what = format!("{} of {} bytes by {:?}", flood.count, flood.bytes, flood.by);
        assert!(steady * 100 >= alone.0 * 95, "{steady} of {} beside {what}", alone.0);
        assert!(holders * 100 >= alone.1 * 95, "{holders} of {} beside {what}", alone.1);
    }
}

#[test]
fn those_who_flood_share_what_is_left() {
    let mut bench = Bench::new(Limits::default());
    let flood = [(REGISTRAR, 400), (OTHER_REGISTRAR, 800), (MEMBER, 100)];
    for (by, bytes) in flood {
        for _ in 0..200 {
            let transaction = bench.anchor(by);
            bench.send(&transaction, bytes, Source::new([0; 32])).unwrap();
        }
    }
    let mut executed = [0; 3];
    for _ in 0..10 {
        let block = bench.pool.candidates(5_000, &|_| false);
        for one in &block {
            let hefu_ledger::transaction::SignerRef::Organisation { organisation, .. } =
                one.envelope().signers[0]
            else {
                panic!("an organisation signs an anchor");
            };
            let place = flood.iter().position(|(by, _)| *by == organisation).unwrap();
            executed[place] += flood[place].1;
        }
        bench.pool.executed(block.iter().map(hefu_ledger::CheckedTransaction::id));
    }
    let (least, most) = (executed.iter().min().unwrap(), executed.iter().max().unwrap());
    assert!(most - least <= 800, "{executed:?}");
    assert!(executed.iter().sum::<usize>() > 45_000, "{executed:?}");
}

#[test]
fn a_long_transaction_is_not_passed_over_for_ever() {
    let mut bench = Bench::new(Limits::default());
    let long = bench.anchor(OTHER_REGISTRAR);
    let id = long.envelope.id();
    let mut blocks = 0;
    for _ in 0..200 {
        let short = bench.anchor(REGISTRAR);
        bench.submit(&short).unwrap();
    }
    bench.send(&long, 8_000, Source::new([0; 32])).unwrap();
    loop {
        let block = bench.candidates(BUDGET);
        bench.pool.executed(block.iter().copied());
        blocks += 1;
        if block.contains(&id) {
            break;
        }
        assert!(blocks < 3, "the long one waits behind all the short ones");
    }
}

#[test]
fn what_no_body_has_room_for_holds_nobody_up() {
    let mut bench = Bench::new(Limits::default());
    let (long, short) = (bench.anchor(MEMBER), bench.anchor(MEMBER));
    bench.send(&long, TRANSACTION_BYTES_MAX, Source::new([0; 32])).unwrap();
    bench.add(&short);
    assert_eq!(bench.candidates(BUDGET), [short.envelope.id()]);
    assert_eq!(bench.candidates(u32::MAX), [long.envelope.id(), short.envelope.id()]);
}

#[test]
fn who_was_silent_has_no_credit_and_who_was_served_keeps_its_debt() {
    let mut bench = Bench::new(Limits::default());
    let send = |bench: &mut Bench, by, count: usize| {
        for _ in 0..count {
            let transaction = bench.anchor(by);
            bench.add(&transaction);
        }
    };
    send(&mut bench, REGISTRAR, 40);
    for _ in 0..10 {
        let block = bench.candidates(800);
        bench.pool.executed(block);
    }
    // The second lane begins where the first stands.
    send(&mut bench, MEMBER, 20);
    let block = bench.pool.candidates(4_000, &|_| false);
    let members = block.iter().filter(|one| {
        one.envelope().subject == hefu_ledger::transaction::Subject::Organisation(MEMBER)
    });
    assert_eq!((members.count(), block.len()), (5, 10));
    // One that is emptied again and again is served no more often than one that always waits.
    let mut bench = Bench::new(Limits::default());
    send(&mut bench, MEMBER, 60);
    let mut executed = 0;
    for _ in 0..20 {
        if !bench.pool.footprint().lanes.contains_key(&Lane::Organisation(REGISTRAR)) {
            let long = bench.anchor(REGISTRAR);
            bench.send(&long, 1_200, Source::new([0; 32])).unwrap();
        }
        let block = bench.candidates(1_200);
        executed += block.len();
        bench.pool.executed(block);
    }
    assert!((36..=42).contains(&executed), "{executed} of both");
}
