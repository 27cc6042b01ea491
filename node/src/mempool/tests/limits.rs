//! Limits: of the whole, of a lane, of a source.

use super::material::{BYTES, Bench, Doubting, OTHER_SOURCE, SOURCE, Trusting};
use crate::mempool::limits::{CHECKING_MS_MAX, WASTE_WINDOW_MS};
use crate::mempool::{Admission, Lane, Limits, Refusal, Source};
use hefu_fixtures::{AUDITOR, ISSUER, MEMBER, PLATFORM, REGISTRAR};

#[test]
fn a_lane_may_hold_what_it_leaves_free() {
    for limits in [
        Limits { bytes_max: 12 * BYTES, ..Limits::default() },
        Limits { count_max: 12, ..Limits::default() },
    ] {
        let mut bench = Bench::new(limits);
        let mut held = Vec::new();
        for by in [MEMBER, REGISTRAR, AUDITOR, PLATFORM, ISSUER] {
            let mut count = 0;
            let refusal = loop {
                let anchor = bench.anchor(by);
                match bench.submit(&anchor) {
                    Ok(_) => count += 1,
                    Err(refusal) => break refusal,
                }
            };
            held.push((count, refusal.code()));
            assert!(refusal.retry_after_ms().is_some());
        }
        let (share, full) = ("mempool.share_full", "mempool.full");
        assert_eq!(held, [(6, share), (3, share), (1, share), (1, share), (1, full)]);
    }
}

#[test]
fn the_share_is_looked_at_again_when_the_check_is_done() {
    let mut bench = Bench::new(Limits { bytes_max: 2 * BYTES, ..Limits::default() });
    let anchors = [bench.anchor(MEMBER), bench.anchor(MEMBER)];
    let tickets = [bench.ticket(&anchors[0]), bench.ticket(&anchors[1])];
    let mut accepted = tickets.map(|ticket| {
        let outcome = ticket.check(&bench.sandbox.world.hash, &Trusting, &bench.sandbox.state);
        bench.pool.accept(outcome, bench.now)
    });
    let lane = Lane::Organisation(MEMBER);
    assert_eq!(accepted[1].take_refusal(), Some(Refusal::ShareFull(lane)));
    assert_eq!(accepted[0].take_refusal(), None);
    assert_eq!(bench.pool.footprint().checking_bytes, 0);
}

/// What a test asks of an answer.
trait TakeRefusal {
    fn take_refusal(&mut self) -> Option<Refusal>;
}

impl<T> TakeRefusal for Result<T, Refusal> {
    fn take_refusal(&mut self) -> Option<Refusal> {
        self.as_ref().err().cloned()
    }
}

#[test]
fn a_source_that_floods_meets_its_own_limit_only() {
    let mut bench = Bench::new(Limits { source_bytes_max: 3 * BYTES, ..Limits::default() });
    for _ in 0..3 {
        let anchor = bench.anchor(MEMBER);
        bench.add(&anchor);
    }
    let (fourth, first) = (bench.anchor(REGISTRAR), bench.candidates(u32::MAX)[0]);
    let refusal = bench.submit(&fourth).unwrap_err();
    assert_eq!(refusal, Refusal::SourceFull { max_bytes: 3 * BYTES });
    let other = bench.anchor(MEMBER);
    assert_eq!(bench.send(&other, BYTES, OTHER_SOURCE), Ok(None));
    bench.pool.executed([first]);
    bench.add(&fourth);
}

#[test]
fn a_source_whose_signatures_fail_is_not_listened_to_for_a_while() {
    let limits = Limits { source_waste_bytes_max: 2 * BYTES, ..Limits::default() };
    let mut bench = Bench::new(limits);
    for _ in 0..2 {
        let anchor = bench.anchor(MEMBER);
        let ticket = bench.ticket(&anchor);
        let outcome = ticket.check(&bench.sandbox.world.hash, &Doubting, &bench.sandbox.state);
        assert!(bench.pool.accept(outcome, bench.now).is_err());
    }
    let anchor = bench.anchor(MEMBER);
    let refusal = bench.submit(&anchor).unwrap_err();
    assert_eq!(refusal.code(), "mempool.source_wasteful");
    let retry_after_ms = refusal.retry_after_ms().unwrap();
    assert!((1..=WASTE_WINDOW_MS).contains(&retry_after_ms));
    let other = bench.anchor(MEMBER);
    assert_eq!(bench.send(&other, BYTES, OTHER_SOURCE), Ok(None));
    bench.wait(retry_after_ms - 1);
    assert_eq!(bench.refused(&anchor), "mempool.source_wasteful");
    bench.wait(1);
    bench.add(&anchor);
}

#[test]
fn a_full_share_is_nobodys_waste() {
    let limits = Limits { bytes_max: 2 * BYTES, source_waste_bytes_max: 1, ..Limits::default() };
    let mut bench = Bench::new(limits);
    let anchors: Vec<_> = (0..3).map(|_| bench.anchor(MEMBER)).collect();
    bench.add(&anchors[0]);
    assert_eq!(bench.refused(&anchors[1]), "mempool.share_full");
    assert_eq!(bench.refused(&anchors[2]), "mempool.share_full");
}

#[test]
fn checks_under_way_are_bounded_and_leave_room_for_others() {
    let mut bench = Bench::new(Limits { checking_bytes_max: 4 * BYTES, ..Limits::default() });
    let begun = |bench: &mut Bench, source| {
        let mut count = 0;
        loop {
            let anchor = bench.anchor(MEMBER);
            match bench.consider(&anchor, BYTES, source) {
                Ok(Admission::Check(_)) => count += 1,
                refused => break (count, refused.unwrap_err().code()),
            }
        }
    };
    assert_eq!(begun(&mut bench, SOURCE), (2, "mempool.full"));
    assert_eq!(begun(&mut bench, OTHER_SOURCE), (1, "mempool.full"));
    // Their workers have died.
    bench.wait(CHECKING_MS_MAX + 1);
    assert_eq!(bench.pool.footprint(), crate::mempool::Footprint::default());
    assert_eq!(begun(&mut bench, SOURCE), (2, "mempool.full"));
}

#[test]
fn sources_are_bounded_and_those_with_nothing_here_make_room() {
    let mut bench = Bench::new(Limits { sources_max: 2, ..Limits::default() });
    let source = |n| Source::new([n; 32]);
    let anchors: Vec<_> = (0..5).map(|_| bench.anchor(MEMBER)).collect();
    bench.send(&anchors[0], BYTES, source(0)).unwrap();
    let Ok(Admission::Check(ticket)) = bench.consider(&anchors[1], BYTES, source(1)) else {
        panic!("there is room");
    };
    assert_eq!(bench.send(&anchors[2], BYTES, source(2)), Err(Refusal::FULL));
    bench.send(&anchors[3], BYTES, source(0)).unwrap();
    let outcome = ticket.check(&bench.sandbox.world.hash, &Doubting, &bench.sandbox.state);
    assert!(bench.pool.accept(outcome, bench.now).is_err());
    assert_eq!(bench.pool.footprint().sources, 2);
    bench.send(&anchors[4], BYTES, source(2)).unwrap();
    assert_eq!(bench.pool.footprint().sources, 2);
}
