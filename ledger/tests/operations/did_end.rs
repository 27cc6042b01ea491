//! `did.deactivate` and `did.revoke`: what remains of a DID that has ended.

use super::stage::{APPLIED, enrol, stage, verdict};
use hefu_fixtures::{MEMBER, OTHER_MEMBER, Plan, Sandbox, Wallet, World, list};
use hefu_ledger::Transaction;
use hefu_ledger::key::KeyBytes;
use hefu_ledger::operation::did_update::DidUpdate;
use hefu_ledger::organisation::Role;
use hefu_ledger::record::{
    Class, Content, ControlCommitment, Controllers, End, EndCause, FormerKey, KeyRevocationReason,
    ReasonClass, Status,
};
use hefu_ledger::rule::AuthRule;
use hefu_primitives::BoundedVec;

/// A way to end, and how it shows.
type Ending = (fn(&mut Sandbox, &mut Wallet) -> Transaction, EndCause, Status);

const ENDINGS: [Ending; 2] = [
    (|s, wallet| wallet.deactivate(&mut s.world), EndCause::Deactivated, Status::Deactivated),
    (
        |s, wallet| s.world.revoke(&[MEMBER, OTHER_MEMBER], wallet.did),
        EndCause::Revoked(ReasonClass::Fraud),
        Status::Revoked,
    ),
];

fn office(s: &mut Sandbox) -> Wallet {
    let plan = Plan { class: Class::Public, login_keys: 2, ..Plan::default() };
    let guardians = vec![enrol(s, &Plan::default()).guardian()];
    let mut office = enrol(s, &Plan { guardians, guardian_threshold: 1, ..plan });
    let names = Some(list(["urn:x:1".parse().unwrap()]));
    let update = DidUpdate { also_known_as: names, ..DidUpdate::default() };
    let update = office.update(&mut s.world, update);
    s.submit(update).unwrap();
    office
}

#[test]
fn a_tombstone_shows_that_it_ended_and_which_keys_it_used_up() {
    for (end, cause, status) in ENDINGS {
        let mut s = stage();
        let mut office = office(&mut s);
        let before = s.content(office.did).unwrap();
        let (at, end) = (s.world.now, end(&mut s, &mut office));
        assert_eq!(verdict(&mut s, end), APPLIED);
        let content = s.content(office.did).unwrap();
        assert_eq!(s.status(office.did), Some(status));
        let hashes: Vec<_> = content.former_keys.iter().map(|former| former.key).collect();
        let keys = before.methods.iter().filter_map(|method| method.key.signature_key());
        assert_eq!(hashes, keys.map(KeyBytes::hash).collect::<Vec<_>>());
        let ended = |former: &FormerKey| {
            former.reason == KeyRevocationReason::Ended && former.revoked == at
        };
        assert!(content.former_keys.iter().all(ended));
        let expected = Content {
            methods: BoundedVec::default(),
            former_keys: content.former_keys.clone(),
            also_known_as: BoundedVec::default(),
            controllers: Controllers::default(),
            control: ControlCommitment::default(),
            sequence: content.sequence,
            last_holder_operation: content.last_holder_operation,
            end: Some(End { at, cause }),
            ..before
        };
        assert_eq!(content, expected);
    }
}

#[test]
fn an_end_is_for_good() {
    for (end, _, _) in ENDINGS {
        let mut s = stage();
        let mut office = office(&mut s);
        let first = end(&mut s, &mut office);
        assert_eq!(verdict(&mut s, first), APPLIED);
        for (again, _, _) in ENDINGS {
            let again = again(&mut s, &mut office.clone());
            assert_eq!(verdict(&mut s, again), "rejected.did_ended");
        }
        let create = s.world.create(&office);
        assert_eq!(verdict(&mut s, create), "rejected.did_exists");
    }
}

#[test]
fn a_legal_suspension_takes_two_organisations_whatever_the_rule_says() {
    let one = AuthRule::Signatures { count: 1, role: Role::Member };
    let mut s = Sandbox::new(World::with(7, |genesis| genesis.rules.suspend_legal = one));
    let did = enrol(&mut s, &Plan::default()).did;
    let alone = s.world.suspend_draft(&[MEMBER], did, 1_000_000, ReasonClass::Legal).sign();
    assert_eq!(verdict(&mut s, alone), "rejected.second_organisation");
    let both = [MEMBER, OTHER_MEMBER];
    let together = s.world.suspend_draft(&both, did, 1_000_000, ReasonClass::Legal).sign();
    assert_eq!(verdict(&mut s, together), APPLIED);
}

#[test]
fn revocation_takes_two_organisations_whatever_the_rule_says() {
    let one = AuthRule::Signatures { count: 1, role: Role::Member };
    let mut s = Sandbox::new(World::with(7, |genesis| genesis.rules.revoke = one));
    let did = enrol(&mut s, &Plan::default()).did;
    let alone = s.world.revoke(&[MEMBER], did);
    assert_eq!(verdict(&mut s, alone), "rejected.second_organisation");
    let together = s.world.revoke(&[MEMBER, OTHER_MEMBER], did);
    assert_eq!(verdict(&mut s, together), APPLIED);
}
