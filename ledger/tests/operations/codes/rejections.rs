//! Transactions that are well made and do not apply.

use super::Case;
use crate::operations::stage::{enrol, person};
use hefu_fixtures::{
    AUDITOR, Change, Draft, LOGIN, MEMBER, OTHER_MEMBER, OTHER_REGISTRAR, Plan, REGISTRAR, Sandbox,
    Wallet, World, list,
};
use hefu_ledger::did::DidId;
use hefu_ledger::key::KeyBytes;
use hefu_ledger::limits::{METHODS_MAX, ORGANISATIONS_MAX, REPLAY_PER_ORGANISATION_MAX};
use hefu_ledger::operation::did_update::DidUpdate;
use hefu_ledger::operation::key_revoke::KeyRevoke;
use hefu_ledger::organisation::{OrganisationId, Role};
use hefu_ledger::parameters::DAY_MS;
use hefu_ledger::record::{Controllers, KeyRevocationReason};
use hefu_ledger::rule::AuthRule;
use hefu_ledger::transaction::{Ordering, Transaction};
use hefu_primitives::{Hash, Purpose};

const NOBODY: DidId = DidId::new(Hash::from_bytes([9; 32]));
const DIGEST: Hash = Hash::from_bytes([5; 32]);

/// Each code with a transaction that is refused with it.
pub(super) const CASES: &[Case] = &[
    ("rejected.expired", |s| enrolment(s, |s, draft| draft.terms.expires = s.world.now)),
    ("rejected.expires_too_late", |s| {
        enrolment(s, |s, draft| draft.terms.expires = s.world.now.saturating_add(8 * DAY_MS))
    }),
    ("rejected.replayed", |s| {
        let anchor = s.world.anchor(MEMBER, DIGEST);
        executed(s, anchor)
    }),
    ("rejected.too_many_pending", too_many_pending),
    ("rejected.did_exists", |s| {
        let wallet = person(s);
        s.world.create(&wallet)
    }),
    ("rejected.did_unknown", |s| s.world.suspend(&[REGISTRAR], NOBODY, DAY_MS)),
    ("rejected.did_ended", |s| {
        let mut wallet = person(s);
        let end = wallet.deactivate(&mut s.world);
        s.submit(end).unwrap();
        s.world.suspend(&[REGISTRAR], wallet.did, DAY_MS)
    }),
    ("rejected.sequence", |s| {
        rotation(s, |draft| {
            if let Ordering::Holder { sequence, .. } = &mut draft.terms.ordering {
                *sequence += 1;
            }
        })
    }),
    ("rejected.previous", |s| {
        rotation(s, |draft| {
            if let Ordering::Holder { previous, .. } = &mut draft.terms.ordering {
                *previous = DIGEST;
            }
        })
    }),
    ("rejected.control", |s| {
        let stranger = s.world.seeds.key();
        rotation(s, |draft| draft.reveal(&[stranger]))
    }),
    ("rejected.controllers", |s| {
        let mut ward = ward(s);
        let mut draft = ward.draft(&mut s.world, Change::Rotate);
        draft.agree(&[]);
        draft.sign()
    }),
    ("rejected.controller", |s| {
        let named = Controllers { threshold: 1, dids: list([NOBODY]) };
        let update = DidUpdate { controllers: Some(named), ..DidUpdate::default() };
        person(s).update(&mut s.world, update)
    }),
    ("rejected.key_taken", |s| {
        let taken = person(s).login.remove(0);
        person(s).make(&mut s.world, Change::Register(vec![(taken, LOGIN)]))
    }),
    ("rejected.key_unknown", |s| {
        revocation(s, |s| KeyRevoke {
            keys: list([KeyBytes::from(&s.world.seeds.key().public_key())]),
            reason: KeyRevocationReason::Ceased,
            compromised_since: None,
        })
    }),
    ("rejected.too_many", |s| {
        let mut wallet = enrol(s, &Plan { login_keys: METHODS_MAX, ..Plan::default() });
        wallet.register(&mut s.world)
    }),
    ("rejected.not_for_persons", |s| {
        let update = DidUpdate { services: Some(list([])), ..DidUpdate::default() };
        person(s).update(&mut s.world, update)
    }),
    ("rejected.compromised_later", |s| {
        revocation(s, |s| KeyRevoke {
            keys: list([KeyBytes::from(&s.world.seeds.key().public_key())]),
            reason: KeyRevocationReason::Compromised,
            compromised_since: Some(s.world.now.saturating_add(1)),
        })
    }),
    ("rejected.organisation_unknown", |s| {
        let unknown = OrganisationId::new(99);
        let key = s.world.seeds.key();
        s.world.offices.insert(unknown, key);
        s.world.anchor(unknown, DIGEST)
    }),
    ("rejected.organisation_key", |s| {
        let key = s.world.seeds.key();
        s.world.offices.insert(MEMBER, key);
        s.world.anchor(MEMBER, DIGEST)
    }),
    ("rejected.organisation_exists", |s| admission(s, AUDITOR)),
    ("rejected.organisation_number", |s| {
        admission(s, OrganisationId::new(u16::try_from(ORGANISATIONS_MAX).unwrap()))
    }),
    ("rejected.unauthorised", |s| {
        let did = person(s).did;
        s.world.suspend(&[AUDITOR], did, DAY_MS)
    }),
    ("rejected.second_organisation", |s| {
        let one = AuthRule::Signatures { count: 1, role: Role::Member };
        *s = Sandbox::new(World::with(7, |genesis| genesis.rules.revoke = one));
        let did = person(s).did;
        s.world.revoke(&[MEMBER], did)
    }),
    ("rejected.cap_reached", |s| {
        *s = Sandbox::new(World::with(7, |genesis| genesis.parameters.caps.enrolments = 1));
        person(s);
        enrolment(s, |_, _| ())
    }),
    ("rejected.other_registrar", |s| {
        enrolment(s, |s, draft| draft.signers = vec![s.world.signer(OTHER_REGISTRAR)])
    }),
    ("rejected.not_registrar", |s| {
        enrolment(s, |s, draft| draft.signers = vec![s.world.signer(MEMBER)])
    }),
    ("rejected.suspension_span", |s| {
        let did = person(s).did;
        s.world.suspend(&[REGISTRAR], did, 0)
    }),
    ("rejected.suspended_before", |s| {
        let did = person(s).did;
        let first = s.world.suspend(&[REGISTRAR], did, DAY_MS);
        s.submit(first).unwrap();
        s.world.suspend(&[REGISTRAR], did, 2 * DAY_MS)
    }),
    ("rejected.not_suspended", |s| {
        let did = person(s).did;
        s.world.reinstate(&[REGISTRAR], did)
    }),
    ("rejected.anchor_exists", |s| {
        let anchor = s.world.anchor(MEMBER, DIGEST);
        s.submit(anchor).unwrap();
        s.world.anchor(MEMBER, DIGEST)
    }),
    ("rejected.nothing_applies", |s| {
        let people = Wallet::people(&mut s.world, 2);
        let batch = s.world.batch(&people);
        executed(s, batch)
    }),
];

/// A transaction after it has been executed.
fn executed(sandbox: &mut Sandbox, transaction: Transaction) -> Transaction {
    sandbox.submit(transaction.clone()).unwrap();
    transaction
}

fn enrolment(sandbox: &mut Sandbox, change: fn(&mut Sandbox, &mut Draft)) -> Transaction {
    let wallet = Wallet::person(&mut sandbox.world);
    let mut draft = sandbox.world.create_draft(&wallet);
    change(sandbox, &mut draft);
    draft.sign()
}

fn rotation(sandbox: &mut Sandbox, change: impl FnOnce(&mut Draft)) -> Transaction {
    let mut draft = person(sandbox).draft(&mut sandbox.world, Change::Rotate);
    change(&mut draft);
    draft.sign()
}

fn revocation(sandbox: &mut Sandbox, revoke: fn(&mut Sandbox) -> KeyRevoke) -> Transaction {
    let (mut wallet, revoke) = (person(sandbox), revoke(sandbox));
    wallet.make(&mut sandbox.world, Change::Revoke(revoke))
}

fn admission(sandbox: &mut Sandbox, id: OrganisationId) -> Transaction {
    sandbox.world.admit(&[MEMBER, OTHER_MEMBER], id, Role::Platform)
}

/// Somebody for whom another decides, too.
fn ward(sandbox: &mut Sandbox) -> Wallet {
    let guardians = vec![person(sandbox).guardian()];
    enrol(sandbox, &Plan { guardians, guardian_threshold: 1, ..Plan::default() })
}

/// One operation more than an organisation may have that expire in the same minute.
fn too_many_pending(sandbox: &mut Sandbox) -> Transaction {
    let mut anchor = |number: usize| {
        let digest = Hash::of(Purpose::Reason, &number.to_le_bytes());
        sandbox.world.anchor(MEMBER, digest)
    };
    let anchors: Vec<_> = (0..=REPLAY_PER_ORGANISATION_MAX).map(&mut anchor).collect();
    let (last, before) = anchors.split_last().unwrap();
    let verdicts = sandbox.offer(before.iter().cloned());
    assert!(verdicts.iter().all(Result::is_ok));
    last.clone()
}
