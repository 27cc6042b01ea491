//! What becomes of what was left out.

use super::material::{BYTES, Bench};
use crate::mempool::Fate::{self, Again, Later, Never};
use crate::mempool::{Limits, Status};
use hefu_fixtures::MEMBER;
use hefu_ledger::DidId;
use hefu_ledger::key::KeyBytes;
use hefu_ledger::record::Status as DidStatus;
use hefu_ledger::rejection::Rejection;
use hefu_ledger::rule::Action;
use hefu_primitives::{Hash, Timestamp};

const AT: [Timestamp; 3] = [Timestamp::new(1), Timestamp::new(2), Timestamp::new(3)];

fn table() -> Vec<(Rejection, Fate)> {
    let (did, key) = (DidId::default(), KeyBytes::from_bytes([0; 32]));
    let [past, present, future] = AT;
    let (expected, got) = (Hash::default(), Hash::default());
    vec![
        (Rejection::Expired { expired: past, now: present }, Never),
        (Rejection::ExpiresTooLate { expires: future, latest: present }, Later),
        (Rejection::Replayed, Never),
        (Rejection::TooManyPending(MEMBER), Never),
        (Rejection::DidExists(did), Never),
        (Rejection::DidUnknown(did), Later),
        (Rejection::DidEnded(DidStatus::Revoked), Never),
        (Rejection::Sequence { expected: 2, got: 1 }, Never),
        (Rejection::Sequence { expected: 1, got: 2 }, Later),
        (Rejection::Previous { expected, got }, Never),
        (Rejection::Control { needed: 1, got: 0 }, Never),
        (Rejection::Controllers { needed: 1, got: 0 }, Later),
        (Rejection::Controller(did), Later),
        (Rejection::KeyTaken(key), Never),
        (Rejection::KeyUnknown(key), Never),
        (Rejection::TooMany { what: "keys", max: 1, got: 2 }, Never),
        (Rejection::NotForPersons, Never),
        (Rejection::CompromisedLater { since: future }, Later),
        (Rejection::OrganisationUnknown(MEMBER), Later),
        (Rejection::OrganisationKey(MEMBER), Again),
        (Rejection::OrganisationExists(MEMBER), Never),
        (Rejection::OrganisationNumber(MEMBER), Never),
        (Rejection::Unauthorised(Action::Anchor), Again),
        (Rejection::SecondOrganisation, Again),
        (Rejection::CapReached { by: MEMBER, until: future }, Later),
        (Rejection::OtherRegistrar { named: MEMBER, got: MEMBER }, Never),
        (Rejection::NotRegistrar(MEMBER), Again),
        (Rejection::SuspensionSpan { until: past, after: present, latest: future }, Again),
        (Rejection::SuspensionSpan { until: future, after: past, latest: present }, Later),
        (Rejection::SuspendedBefore { by: MEMBER, until: future }, Later),
        (Rejection::NotSuspended, Again),
        (Rejection::AnchorExists(MEMBER), Never),
        (Rejection::NothingApplies, Again),
    ]
}

#[test]
fn every_rejection_is_in_the_table() {
    let source = include_str!("../../../../ledger/src/rejection.rs");
    let codes = source.split('"').filter(|text| text.starts_with("rejected."));
    let mut missing: std::collections::BTreeSet<&str> = codes.collect();
    assert!(missing.len() > 25, "the codes are found in the source");
    for (rejection, _) in table() {
        missing.remove(rejection.code());
    }
    assert_eq!(missing, [].into());
}

#[test]
fn each_has_its_fate() {
    for (rejection, fate) in table() {
        assert_eq!(Fate::of(&rejection), fate, "{rejection:?}");
        let mut bench = Bench::new(Limits::default());
        let anchor = bench.anchor(MEMBER);
        let id = bench.add(&anchor);
        bench.pool.left_out(&id, rejection.clone(), bench.now);
        assert!(bench.candidates(u32::MAX).is_empty(), "{rejection:?}");
        let kept = fate == Later;
        let status = if kept {
            Status::Pending(Some(rejection.clone()))
        } else {
            Status::Rejected(rejection.clone())
        };
        assert_eq!(bench.pool.status(&id), status);
        assert_eq!(bench.pool.footprint().bytes, if kept { BYTES } else { 0 });
        let again = bench.submit(&anchor);
        match fate {
            Never => assert_eq!(again.unwrap_err().code(), rejection.code()),
            Again => assert_eq!(again, Ok(None)),
            Later => assert_eq!(again, Ok(Some(crate::mempool::Known::Pending))),
        }
    }
}

#[test]
fn what_is_not_pending_is_left_out_in_vain() {
    let mut bench = Bench::new(Limits::default());
    let id = bench.anchor(MEMBER).envelope.id();
    bench.pool.left_out(&id, Rejection::Replayed, bench.now);
    bench.pool.left_out(&id, Rejection::OrganisationUnknown(MEMBER), bench.now);
    assert_eq!(bench.pool.status(&id), Status::Unknown);
}

#[test]
fn what_cannot_apply_in_time_does_not_wait_for_it() {
    let (now, end) = (Timestamp::new(1_000), Timestamp::new(2_000));
    let at = |ms| Timestamp::new(ms);
    let reached = |until| Rejection::CapReached { by: MEMBER, until };
    let before = |until| Rejection::SuspendedBefore { by: MEMBER, until };
    let compromised = |since| Rejection::CompromisedLater { since };
    let expires = |ms| Rejection::ExpiresTooLate { expires: at(ms), latest: at(5_000) };
    let span = |ms| Rejection::SuspensionSpan { until: at(ms), after: at(1), latest: at(5_000) };
    for (in_time, too_late) in [
        (reached(at(1_999)), reached(at(2_000))),
        (before(at(1_999)), before(at(2_000))),
        (compromised(at(1_999)), compromised(at(2_000))),
        (expires(5_999), expires(6_000)),
        (span(5_999), span(6_000)),
    ] {
        assert_eq!(Fate::by(&in_time, now, end), Later, "{in_time:?}");
        assert_eq!(Fate::by(&too_late, now, end), Again, "{too_late:?}");
    }
    assert_eq!(Fate::by(&Rejection::DidUnknown(DidId::default()), now, end), Later);
    assert_eq!(Fate::by(&Rejection::Replayed, now, end), Never);
}

#[test]
fn whoever_asks_is_told_at_once_of_what_cannot_apply_in_time() {
    let mut bench = Bench::new(Limits::default());
    let anchor = bench.anchor(MEMBER);
    let id = bench.add(&anchor);
    let lived = bench.now.saturating_add(Limits::default().time_to_live_ms);
    let why = Rejection::CapReached { by: MEMBER, until: lived };
    bench.pool.left_out(&id, why.clone(), bench.now);
    assert_eq!(bench.pool.status(&id), Status::Rejected(why));
    assert_eq!(bench.submit(&anchor), Ok(None), "it may come again");
}
