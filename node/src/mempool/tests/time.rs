//! Time: expiry, time to live, rests, what is passed on once more.

use super::material::{Bench, ids};
use crate::mempool::limits::{REST_MS_MAX, REST_MS_MIN};
use crate::mempool::{Footprint, Limits, Status};
use hefu_fixtures::{MEMBER, REGISTRAR};
use hefu_ledger::CheckedTransaction;
use hefu_ledger::rejection::Rejection;

#[test]
fn what_expires_or_has_lived_its_time_is_dropped() {
    let mut bench = Bench::new(Limits { time_to_live_ms: 1_000, ..Limits::default() });
    bench.world().validity_ms = 500;
    let short = bench.anchor(MEMBER);
    bench.world().validity_ms = 5_000;
    let (long, tried) = (bench.anchor(MEMBER), bench.anchor(MEMBER));
    let [short, long, tried] = [&short, &long, &tried].map(|one| bench.add(one));
    let why = Rejection::OrganisationUnknown(MEMBER);
    bench.pool.left_out(&tried, why.clone(), bench.now);
    let begun = bench.now;
    bench.wait(499);
    assert_eq!(bench.pool.footprint().count, 3);
    bench.wait(1);
    let now = begun.saturating_add(500);
    let expired = Rejection::Expired { expired: now, now };
    assert_eq!(bench.pool.status(&short), Status::Rejected(expired));
    bench.wait(499);
    assert_eq!(bench.pool.footprint().count, 2);
    bench.wait(1);
    assert_eq!(bench.pool.status(&long), Status::Unknown);
    assert_eq!(bench.pool.status(&tried), Status::Rejected(why));
    assert_eq!(bench.pool.footprint(), Footprint::default());
}

#[test]
fn what_has_lived_its_time_may_come_again() {
    let mut bench = Bench::new(Limits { time_to_live_ms: 1_000, ..Limits::default() });
    let anchor = bench.anchor(MEMBER);
    let id = bench.add(&anchor);
    bench.pool.left_out(&id, Rejection::OrganisationUnknown(MEMBER), bench.now);
    bench.wait(1_000);
    bench.add(&anchor);
    assert_eq!(bench.pool.status(&id), Status::Pending(None));
}

#[test]
fn what_was_left_out_rests_twice_as_long_each_time() {
    let mut bench = Bench::new(Limits { time_to_live_ms: u64::MAX, ..Limits::default() });
    bench.world().validity_ms = u64::MAX;
    let anchor = bench.anchor(MEMBER);
    let id = bench.add(&anchor);
    let mut rest_ms = REST_MS_MIN;
    for _ in 0..80 {
        bench.pool.left_out(&id, Rejection::OrganisationUnknown(MEMBER), bench.now);
        assert!(!bench.pool.has_candidates(u32::MAX, &|_| false));
        bench.wait(rest_ms - 1);
        assert!(bench.candidates(u32::MAX).is_empty());
        bench.wait(1);
        assert_eq!(bench.candidates(u32::MAX), [id]);
        rest_ms = REST_MS_MAX.min(2 * rest_ms);
    }
}

#[test]
fn a_second_verdict_prolongs_the_rest() {
    let mut bench = Bench::new(Limits::default());
    let anchor = bench.anchor(MEMBER);
    let id = bench.add(&anchor);
    for _ in 0..2 {
        bench.pool.left_out(&id, Rejection::OrganisationUnknown(MEMBER), bench.now);
    }
    bench.wait(2 * REST_MS_MIN - 1);
    assert!(bench.candidates(u32::MAX).is_empty());
    bench.wait(1);
    assert_eq!(bench.candidates(u32::MAX), [id]);
}

#[test]
fn the_oldest_are_passed_on_once_more() {
    let mut bench = Bench::new(Limits::default());
    let mut anchors = Vec::new();
    for by in [MEMBER, REGISTRAR, MEMBER, REGISTRAR] {
        let anchor = bench.anchor(by);
        bench.add(&anchor);
        anchors.push(anchor);
        bench.wait(10);
    }
    let older = |bench: &Bench, ms: u64, count| -> Vec<_> {
        let before = hefu_primitives::Timestamp::new(bench.now.get() - ms);
        bench.pool.older_than(before, count).iter().map(CheckedTransaction::id).collect()
    };
    assert_eq!(older(&bench, 20, 9), ids(&anchors[..2]));
    assert_eq!(older(&bench, 0, 3), ids(&anchors[..3]));
    bench.pool.left_out(
        &anchors[0].envelope.id(),
        Rejection::OrganisationUnknown(MEMBER),
        bench.now,
    );
    assert_eq!(older(&bench, 20, 9), ids(&anchors[1..2]));
}
