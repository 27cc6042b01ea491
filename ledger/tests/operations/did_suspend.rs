//! `did.suspend` and `did.reinstate`: a DID is stopped until a time, and starts again by itself.

use super::stage::{APPLIED, person, stage, verdict};
use hefu_fixtures::{BLOCK_MS, MEMBER, OTHER_MEMBER, OTHER_REGISTRAR, REGISTRAR, Sandbox, World};
use hefu_ledger::did::DidId;
use hefu_ledger::organisation::OrganisationId;
use hefu_ledger::parameters::DAY_MS;
use hefu_ledger::record::{ReasonClass, Status};

const SPAN: &str = "rejected.suspension_span";
const BEFORE: &str = "rejected.suspended_before";
const CAP: &str = "rejected.cap_reached";

fn suspend(s: &mut Sandbox, by: &[OrganisationId], did: DidId, span_ms: u64) -> &'static str {
    let suspension = s.world.suspend(by, did, span_ms);
    verdict(s, suspension)
}

fn reinstate(s: &mut Sandbox, by: &[OrganisationId], did: DidId) -> &'static str {
    let reinstatement = s.world.reinstate(by, did);
    verdict(s, reinstatement)
}

#[test]
fn a_suspension_lapses_by_itself() {
    let mut s = stage();
    let did = person(&mut s).did;
    let until = s.world.now.saturating_add(DAY_MS);
    assert_eq!(suspend(&mut s, &[REGISTRAR], did, DAY_MS), APPLIED);
    let content = s.content(did).unwrap();
    let suspension = content.suspension.unwrap();
    assert_eq!((suspension.by, suspension.until), (REGISTRAR, until));
    assert_eq!(content.status(suspension.since), Status::Suspended);
    assert_eq!(content.status(until.saturating_sub(1)), Status::Suspended);
    assert_eq!(content.status(until), Status::Active);
    assert_eq!(content.status(suspension.since.saturating_sub(1)), Status::Active);
}

#[test]
fn a_suspension_ends_within_the_maximum() {
    let mut s = stage();
    let did = person(&mut s).did;
    let longest = s.world.genesis.parameters.suspension_max_ms;
    assert_eq!(suspend(&mut s, &[REGISTRAR], did, longest + 1), SPAN);
    assert_eq!(suspend(&mut s, &[REGISTRAR], did, 0), SPAN);
    assert_eq!(suspend(&mut s, &[REGISTRAR], did, longest), APPLIED);
}

#[test]
fn a_suspension_that_stands_can_only_be_prolonged() {
    let mut s = stage();
    let did = person(&mut s).did;
    let legal = s.world.suspend_draft(&[MEMBER, OTHER_MEMBER], did, DAY_MS, ReasonClass::Legal);
    let until = s.world.now.saturating_add(DAY_MS);
    assert_eq!(verdict(&mut s, legal.sign()), APPLIED);
    let rest_ms = until.since(s.world.now);
    assert_eq!(suspend(&mut s, &[REGISTRAR], did, 1), SPAN);
    let rest_ms = rest_ms - BLOCK_MS;
    assert_eq!(suspend(&mut s, &[REGISTRAR], did, rest_ms), SPAN);
    assert_eq!(suspend(&mut s, &[REGISTRAR], did, DAY_MS), APPLIED);
}

#[test]
fn to_suspend_again_takes_another_organisation() {
    let mut s = stage();
    let did = person(&mut s).did;
    let rest_ms = s.world.genesis.parameters.suspension_rest_ms;
    assert_eq!(suspend(&mut s, &[REGISTRAR], did, DAY_MS), APPLIED);
    s.wait(DAY_MS - BLOCK_MS);
    assert_eq!(s.status(did), Some(Status::Active));
    s.wait(rest_ms - 2 * BLOCK_MS);
    assert_eq!(suspend(&mut s, &[REGISTRAR], did, DAY_MS), BEFORE);
    let mut later = s.clone();
    assert_eq!(suspend(&mut s, &[REGISTRAR, OTHER_REGISTRAR], did, DAY_MS), APPLIED);
    assert_eq!(s.content(did).unwrap().suspension.unwrap().by, OTHER_REGISTRAR);
    later.wait(BLOCK_MS);
    assert_eq!(suspend(&mut later, &[REGISTRAR], did, DAY_MS), APPLIED);
}

#[test]
fn a_suspension_that_was_lifted_counts_too() {
    let mut s = stage();
    let did = person(&mut s).did;
    assert_eq!(suspend(&mut s, &[REGISTRAR], did, DAY_MS), APPLIED);
    assert_eq!(reinstate(&mut s, &[MEMBER], did), APPLIED);
    assert_eq!(s.status(did), Some(Status::Active));
    assert_eq!(suspend(&mut s, &[REGISTRAR], did, DAY_MS), BEFORE);
    assert_eq!(suspend(&mut s, &[MEMBER], did, DAY_MS), APPLIED);
}

#[test]
fn only_a_suspension_that_stands_is_lifted() {
    let mut s = stage();
    let did = person(&mut s).did;
    assert_eq!(reinstate(&mut s, &[REGISTRAR], did), "rejected.not_suspended");
    assert_eq!(suspend(&mut s, &[REGISTRAR], did, DAY_MS), APPLIED);
    s.wait(DAY_MS);
    assert_eq!(reinstate(&mut s, &[REGISTRAR], did), "rejected.not_suspended");
    let end = s.world.revoke(&[MEMBER, OTHER_MEMBER], did);
    s.submit(end).unwrap();
    assert_eq!(reinstate(&mut s, &[REGISTRAR], did), "rejected.did_ended");
    assert_eq!(suspend(&mut s, &[MEMBER], did, DAY_MS), "rejected.did_ended");
}

#[test]
fn beyond_its_cap_an_organisation_needs_another() {
    let caps = |genesis: &mut hefu_ledger::genesis::Genesis| {
        genesis.parameters.caps.suspensions = 2;
        genesis.parameters.caps.revocations = 1;
    };
    let mut s = Sandbox::new(World::with(7, caps));
    let dids: Vec<_> = (0..8).map(|_| person(&mut s).did).collect();
    let window_ms = s.world.genesis.parameters.cap_window_ms;
    assert_eq!(suspend(&mut s, &[REGISTRAR], dids[0], DAY_MS), APPLIED);
    assert_eq!(suspend(&mut s, &[REGISTRAR], dids[1], DAY_MS), APPLIED);
    assert_eq!(suspend(&mut s, &[REGISTRAR], dids[2], DAY_MS), CAP);
    // The other's count grows as well.
    assert_eq!(suspend(&mut s, &[REGISTRAR, OTHER_REGISTRAR], dids[2], DAY_MS), APPLIED);
    assert_eq!(suspend(&mut s, &[REGISTRAR, OTHER_REGISTRAR], dids[3], DAY_MS), APPLIED);
    assert_eq!(suspend(&mut s, &[REGISTRAR, OTHER_REGISTRAR], dids[4], DAY_MS), CAP);
    assert_eq!(suspend(&mut s, &[MEMBER], dids[4], DAY_MS), APPLIED);
    let two = [MEMBER, OTHER_MEMBER];
    for (did, expected) in [(dids[5], APPLIED), (dids[6], CAP)] {
        let revocation = s.world.revoke(&two, did);
        assert_eq!(verdict(&mut s, revocation), expected);
    }
    s.wait(window_ms);
    assert_eq!(suspend(&mut s, &[REGISTRAR], dids[7], DAY_MS), APPLIED);
    let revocation = s.world.revoke(&two, dids[6]);
    assert_eq!(verdict(&mut s, revocation), APPLIED);
}

#[test]
fn what_is_refused_is_not_counted() {
    let caps = |genesis: &mut hefu_ledger::genesis::Genesis| {
        genesis.parameters.caps.suspensions = 1;
    };
    let mut s = Sandbox::new(World::with(7, caps));
    let dids: Vec<_> = (0..2).map(|_| person(&mut s).did).collect();
    assert_eq!(suspend(&mut s, &[REGISTRAR], dids[0], 0), SPAN);
    assert_eq!(suspend(&mut s, &[REGISTRAR], dids[0], DAY_MS), APPLIED);
    assert_eq!(suspend(&mut s, &[REGISTRAR], dids[1], DAY_MS), CAP);
}
