//! In which order operations happen, and that each happens once.

use super::stage::{APPLIED, code, enrol, person, stage, verdict};
use hefu_fixtures::{
    BLOCK_MS, Change, LOGIN, MEMBER, OTHER_MEMBER, OTHER_REGISTRAR, Plan, REGISTRAR, Sandbox,
    Wallet,
};
use hefu_ledger::Transaction;
use hefu_ledger::execute::{InvalidBlock, build, execute};
use hefu_ledger::limits::{AUTHORITY_WINDOW_MAX_MS, REPLAY_BUCKET_MS, REPLAY_PER_ORGANISATION_MAX};
use hefu_ledger::parameters::DAY_MS;
use hefu_ledger::rejection::Rejection;
use hefu_ledger::state::StateKey;
use hefu_ledger::step::Moment;
use hefu_ledger::transaction::Ordering;
use hefu_primitives::{Hash, Purpose, Signature};
use std::sync::Arc;

const REPLAYED: &str = "rejected.replayed";

fn codes(s: &mut Sandbox, transactions: &[&Transaction]) -> Vec<&'static str> {
    let verdicts = s.offer(transactions.iter().map(|one| (*one).clone()));
    verdicts.iter().map(code).collect()
}

fn pending(s: &Sandbox) -> usize {
    s.state.records().keys().filter(|key| matches!(key, StateKey::Pending(_))).count()
}

#[test]
fn one_that_applies_is_not_applied_twice() {
    let mut s = stage();
    let mut wallet = person(&mut s);
    let newcomer = Wallet::person(&mut s.world);
    let cases = [
        (s.world.create(&newcomer), "rejected.did_exists"),
        (wallet.rotate(&mut s.world), "rejected.sequence"),
        (s.world.suspend(&[REGISTRAR], newcomer.did, DAY_MS), REPLAYED),
        (s.world.reinstate(&[REGISTRAR], newcomer.did), REPLAYED),
        (s.world.anchor(MEMBER, Hash::default()), REPLAYED),
    ];
    for (transaction, again) in cases {
        assert_eq!(verdict(&mut s, transaction.clone()), APPLIED);
        assert_eq!(verdict(&mut s, transaction), again);
    }
}

#[test]
fn one_that_stands_twice_in_a_block_makes_it_invalid() {
    let mut s = stage();
    let wallet = Wallet::person(&mut s.world);
    let create = s.world.create(&wallet);
    let checked = s.check(create).unwrap();
    let moment = Moment { height: s.height.next(), time: s.world.now };
    let twice = [checked.clone(), checked.clone()];
    let rejection = Rejection::DidExists(wallet.did);
    let expected = InvalidBlock::Transaction { at: 1, id: checked.id(), rejection };
    assert_eq!(execute(&s.state, moment, s.last, &twice).unwrap_err(), expected);
    let built = build(&s.state, moment, s.last, twice).unwrap();
    assert_eq!((built.transactions.len(), built.left_out.len()), (1, 1));
    let alone = execute(&s.state, moment, s.last, &[checked]).unwrap();
    assert_eq!(built.outcome.commitments, alone.commitments);
}

#[test]
fn time_runs_out() {
    let mut s = stage();
    let wallets = Wallet::people(&mut s.world, 2);
    let now = s.world.now;
    for (wallet, expires, expected) in [
        (&wallets[0], now, "rejected.expired"),
        (&wallets[0], now.saturating_sub(1), "rejected.expired"),
        (&wallets[0], now.saturating_add(2 * BLOCK_MS), "rejected.expired"),
        (&wallets[1], now.saturating_add(3 * BLOCK_MS + 1), APPLIED),
    ] {
        let mut draft = s.world.create_draft(wallet);
        draft.terms.expires = expires;
        assert_eq!(verdict(&mut s, draft.sign()), expected, "{expires}");
    }
}

#[test]
fn a_holder_operation_expires_as_well() {
    let mut s = stage();
    let mut wallet = person(&mut s);
    let mut draft = wallet.draft(&mut s.world, Change::Rotate);
    draft.terms.expires = s.world.now;
    assert_eq!(verdict(&mut s, draft.clone().sign()), "rejected.expired");
    draft.terms.expires = hefu_primitives::Timestamp::MAX;
    assert_eq!(verdict(&mut s, draft.sign()), APPLIED, "and may be valid for as long as one likes");
}

#[test]
fn an_approval_is_remembered_as_long_as_it_could_be_replayed() {
    let mut s = stage();
    let window_ms = s.world.genesis.parameters.authority_window_ms;
    let dids: Vec<_> = (0..2).map(|_| person(&mut s).did).collect();
    let draft = |s: &mut Sandbox, did, ahead_ms| {
        let reason = hefu_ledger::record::ReasonClass::Other;
        let mut draft = s.world.suspend_draft(&[REGISTRAR], did, 2 * window_ms, reason);
        draft.terms.expires = s.world.now.saturating_add(ahead_ms);
        draft.sign()
    };
    let too_late = draft(&mut s, dids[0], window_ms + 1);
    assert_eq!(verdict(&mut s, too_late), "rejected.expires_too_late");
    let suspension = draft(&mut s, dids[0], window_ms);
    let expires = suspension.envelope.expires;
    assert_eq!(verdict(&mut s, suspension.clone()), APPLIED);
    assert_eq!(pending(&s), 1);
    s.wait(expires.since(s.world.now) - 1);
    assert_eq!(verdict(&mut s, suspension.clone()), REPLAYED);
    assert_eq!(pending(&s), 1);
    assert_eq!(verdict(&mut s, suspension), "rejected.expired");
    s.wait(REPLAY_BUCKET_MS);
    codes(&mut s, &[]);
    assert_eq!(pending(&s), 0, "it is forgotten when it cannot come back");
}

#[test]
fn everything_is_forgotten_after_a_long_silence() {
    let mut s = stage();
    for number in 0..5_u8 {
        let anchor = s.world.anchor(MEMBER, Hash::from_bytes([number; 32]));
        assert_eq!(verdict(&mut s, anchor), APPLIED);
        s.wait(2 * REPLAY_BUCKET_MS);
    }
    assert_eq!(pending(&s), 5);
    s.wait(3 * AUTHORITY_WINDOW_MAX_MS);
    codes(&mut s, &[]);
    assert_eq!(pending(&s), 0);
}

#[test]
fn one_organisation_does_not_crowd_out_another() {
    let mut s = stage();
    // Early in a minute, so that all of these expire in the same one.
    let into_ms = s.world.now.get() % REPLAY_BUCKET_MS;
    s.wait(REPLAY_BUCKET_MS - into_ms);
    let digest = |number: usize| Hash::of(Purpose::Reason, &number.to_le_bytes());
    let anchors: Vec<_> = (0..REPLAY_PER_ORGANISATION_MAX)
        .map(|number| s.world.anchor(MEMBER, digest(number)))
        .collect();
    assert!(s.offer(anchors).iter().all(Result::is_ok));
    let more = s.world.anchor(MEMBER, digest(9_999));
    assert_eq!(verdict(&mut s, more), "rejected.too_many_pending");
    let other = s.world.anchor(OTHER_MEMBER, digest(9_999));
    assert_eq!(verdict(&mut s, other), APPLIED);
    s.wait(REPLAY_BUCKET_MS);
    let later = s.world.anchor(MEMBER, digest(9_999));
    assert_eq!(verdict(&mut s, later), APPLIED);
}

/// Transactions of which only one can apply, and how the later one is refused.
type Conflict = (fn(&mut Sandbox) -> [Transaction; 2], [&'static str; 2]);

const CONFLICTS: [Conflict; 6] = [
    // Two operations in the same place of the holder's order.
    (
        |s| {
            let wallet = person(s);
            let key = s.world.seeds.key();
            let register = Change::Register(vec![(key, LOGIN)]);
            [Change::Rotate, register].map(|change| wallet.clone().make(&mut s.world, change))
        },
        ["rejected.sequence"; 2],
    ),
    // Two that want the same key.
    (
        |s| {
            let key = s.world.seeds.key();
            let wallets = [person(s), person(s)];
            wallets.map(|mut wallet| {
                let register = Change::Register(vec![(key.clone(), LOGIN)]);
                wallet.make(&mut s.world, register)
            })
        },
        ["rejected.key_taken"; 2],
    ),
    // Two that enrol the same DID.
    (
        |s| {
            let wallet = Wallet::person(&mut s.world);
            [s.world.create(&wallet), s.world.create(&wallet)]
        },
        ["rejected.did_exists"; 2],
    ),
    // One by itself and in a batch.
    (
        |s| {
            let wallet = Wallet::person(&mut s.world);
            [s.world.create(&wallet), s.world.batch([&wallet])]
        },
        ["rejected.nothing_applies", "rejected.did_exists"],
    ),
    // One ends what the other stops.
    (
        |s| {
            let did = person(s).did;
            let stop = s.world.suspend(&[REGISTRAR], did, DAY_MS);
            [s.world.revoke(&[MEMBER, OTHER_MEMBER], did), stop]
        },
        ["rejected.did_ended", APPLIED],
    ),
    // The holder leaves while a controller, that must agree, leaves too.
    (
        |s| {
            let mut guardian = person(s);
            let guardians = vec![guardian.guardian()];
            let mut ward = enrol(s, &Plan { guardians, guardian_threshold: 1, ..Plan::default() });
            [guardian.deactivate(&mut s.world), ward.rotate(&mut s.world)]
        },
        ["rejected.controller", APPLIED],
    ),
];

#[test]
fn of_two_that_conflict_the_first_in_the_block_applies() {
    for (number, (make, [second, first])) in CONFLICTS.iter().enumerate() {
        let mut s = stage();
        let [a, b] = make(&mut s);
        let mut reverse = s.clone();
        assert_eq!(codes(&mut s, &[&a, &b]), [APPLIED, *second], "conflict {number}");
        assert_eq!(
            codes(&mut reverse, &[&b, &a]),
            [APPLIED, *first],
            "conflict {number}, reversed"
        );
    }
}

#[test]
fn a_block_may_hold_what_its_earlier_transactions_allow() {
    let mut s = stage();
    let mut wallet = Wallet::person(&mut s.world);
    let create = s.world.create(&wallet);
    let (rotate, register) = (wallet.rotate(&mut s.world), wallet.register(&mut s.world));
    let late = [&register, &rotate, &create];
    let mut reverse = s.clone();
    let unknown = "rejected.did_unknown";
    assert_eq!(codes(&mut reverse, &late), [unknown, unknown, APPLIED]);
    assert_eq!(codes(&mut s, &[&create, &rotate, &register]), [APPLIED; 3]);
}

#[test]
fn an_operation_follows_the_one_before() {
    let mut s = stage();
    let mut wallet = person(&mut s);
    let (first, second) = (wallet.rotate(&mut s.world), wallet.rotate(&mut s.world));
    assert_eq!(verdict(&mut s, second.clone()), "rejected.sequence");
    assert_eq!(verdict(&mut s, first), APPLIED);
    assert_eq!(verdict(&mut s, second), APPLIED);
    let mut draft = wallet.draft(&mut s.world, Change::Rotate);
    if let Ordering::Holder { previous, .. } = &mut draft.terms.ordering {
        *previous = *wallet.did.hash();
    }
    assert_eq!(verdict(&mut s, draft.sign()), "rejected.previous");
}

#[test]
fn other_signatures_are_another_verdict_on_the_same_transaction() {
    let mut s = stage();
    let wallet = Wallet::person(&mut s.world);
    let good = s.world.create(&wallet);
    let mut bad = good.clone();
    let mut bytes = *bad.signatures[0].as_bytes();
    bytes[63] ^= 1;
    bad.signatures = hefu_fixtures::list([Signature::from_bytes(bytes)]);
    assert_eq!(good.envelope.id(), bad.envelope.id());
    assert_ne!(good.signatures_hash(), bad.signatures_hash());
    assert_eq!(verdict(&mut s, bad.clone()), "transaction.signature");
    assert_eq!(verdict(&mut s, good.clone()), APPLIED, "the bad one has done no harm");
    assert_eq!(verdict(&mut s, bad), "transaction.signature");
    let checked = s.check(good.clone()).unwrap();
    assert_eq!(
        (checked.id(), checked.signatures_hash()),
        (good.envelope.id(), good.signatures_hash())
    );
    assert!(Arc::ptr_eq(checked.transaction(), checked.clone().transaction()));
}

#[test]
fn the_leaf_of_a_transaction_names_its_signatures() {
    let mut s = stage();
    let wallet = Wallet::new(&mut s.world, &Plan { registrar: OTHER_REGISTRAR, ..Plan::default() });
    let create = s.world.create(&wallet);
    let checked = s.check(create.clone()).unwrap();
    let moment = Moment { height: s.height.next(), time: s.world.now };
    let outcome = execute(&s.state, moment, s.last, &[checked]).unwrap();
    let leaf = outcome.leaves[0];
    assert_eq!((leaf.id, leaf.signatures), (create.envelope.id(), create.signatures_hash()));
    assert_eq!(leaf.effects, outcome.effects[0].root());
}
