//! `key.register` and `key.revoke`: keys come into a document once, and go for good.

use super::stage::{APPLIED, create_with, enrol, person, stage, verdict};
use hefu_fixtures::{Change, LOGIN, MEMBER, OTHER_MEMBER, Plan, Sandbox, Wallet, list, method};
use hefu_ledger::key::KeyBytes;
use hefu_ledger::limits::{FORMER_KEYS_MAX, METHODS_MAX};
use hefu_ledger::operation::Payload;
use hefu_ledger::operation::key_revoke::KeyRevoke;
use hefu_ledger::record::{
    FormerKey, KeyRevocationReason, MethodKey, Relationships, VerificationMethod,
};
use hefu_ledger::state::StateReader;
use hefu_primitives::{SecretKey, Timestamp};

const TAKEN: &str = "rejected.key_taken";
const MALFORMED: &str = "transaction.malformed";

fn bytes(key: &SecretKey) -> KeyBytes {
    KeyBytes::from(&key.public_key())
}

fn register(s: &mut Sandbox, wallet: &mut Wallet, keys: &[&SecretKey]) -> &'static str {
    let keys = keys.iter().map(|key| ((*key).clone(), LOGIN)).collect();
    let mut ahead = wallet.clone();
    let transaction = ahead.make(&mut s.world, Change::Register(keys));
    let result = verdict(s, transaction);
    if result == APPLIED {
        *wallet = ahead;
    }
    result
}

fn revoke(key: &SecretKey, reason: KeyRevocationReason, since: Option<Timestamp>) -> Change {
    Change::Revoke(KeyRevoke { keys: list([bytes(key)]), reason, compromised_since: since })
}

#[test]
fn registered_keys_stand_in_the_document() {
    let mut s = stage();
    let mut wallet = person(&mut s);
    let keys = [s.world.seeds.key(), s.world.seeds.key()];
    assert_eq!(register(&mut s, &mut wallet, &[&keys[0], &keys[1]]), APPLIED);
    let mut expected = [&wallet.login[0], &keys[0], &keys[1]].map(|key| method(key, LOGIN));
    expected.sort_unstable();
    assert_eq!(s.content(wallet.did).unwrap().methods[..], expected);
    for key in &keys {
        assert_eq!(s.state.key_holder(&bytes(key).hash()), Ok(Some(wallet.did)));
    }
}

#[test]
fn a_key_belongs_to_one_did_for_ever() {
    type Loss = fn(&mut Sandbox, &mut Wallet);
    let losses: [(&str, Loss); 4] = [
        ("it has it", |_, _| ()),
        ("it revoked it", |s, wallet| {
            let revocation = wallet.revoke(&mut s.world, 0);
            s.submit(revocation).unwrap();
        }),
        ("it deactivated", |s, wallet| {
            let end = wallet.deactivate(&mut s.world);
            s.submit(end).unwrap();
        }),
        ("it was revoked", |s, wallet| {
            let end = s.world.revoke(&[MEMBER, OTHER_MEMBER], wallet.did);
            s.submit(end).unwrap();
        }),
    ];
    for (name, lose) in losses {
        let mut s = stage();
        let (mut owner, mut other) = (person(&mut s), person(&mut s));
        let key = owner.login[0].clone();
        lose(&mut s, &mut owner);
        assert_eq!(register(&mut s, &mut other, &[&key]), TAKEN, "{name}");
        let newcomer = Wallet { login: vec![key.clone()], ..Wallet::person(&mut s.world) };
        let create = create_with(&mut s, &newcomer, |operation| {
            operation.methods = list([method(&key, LOGIN)]);
        });
        assert_eq!(verdict(&mut s, create.sign()), TAKEN, "{name}");
        if s.content(owner.did).unwrap().end.is_none() {
            assert_eq!(register(&mut s, &mut owner, &[&key]), TAKEN, "{name}");
        }
        // What was refused leaves no trace: the other still registers what is new.
        let fresh = s.world.seeds.key();
        assert_eq!(register(&mut s, &mut other, &[&fresh]), APPLIED, "{name}");
    }
}

#[test]
fn a_refused_registration_takes_none_of_its_keys() {
    let mut s = stage();
    let (mut wallet, mut other) = (person(&mut s), person(&mut s));
    let (fresh, taken) = (s.world.seeds.key(), other.login[0].clone());
    assert_eq!(register(&mut s, &mut wallet, &[&fresh, &taken]), TAKEN);
    assert_eq!(s.state.key_holder(&bytes(&fresh).hash()), Ok(None));
    assert_eq!(register(&mut s, &mut other, &[&fresh]), APPLIED);
}

#[test]
fn keys_are_registered_in_order_and_for_something() {
    let mut s = stage();
    let mut wallet = person(&mut s);
    let mut keys = [s.world.seeds.key(), s.world.seeds.key()];
    keys.sort_by_key(SecretKey::public_key);
    let methods = keys.each_ref().map(|key| method(key, LOGIN));
    let agreement =
        VerificationMethod { relationships: Relationships::KEY_AGREEMENT, ..methods[0] };
    let wrong: [&[VerificationMethod]; 5] = [
        &[],
        &[methods[1], methods[0]],
        &[methods[0], methods[0]],
        &[agreement],
        &[VerificationMethod {
            from: Some(Timestamp::new(2)),
            until: Some(Timestamp::new(1)),
            ..methods[0]
        }],
    ];
    for wrong in wrong {
        let change = Change::Register(vec![]);
        let mut draft = wallet.draft(&mut s.world, change);
        if let Payload::KeyRegister(held) = draft.payload() {
            held.change.methods = list(wrong.iter().copied());
        }
        let places = (0..).map(hefu_ledger::transaction::SignerRef::Possession);
        draft.signers.extend(places.zip(keys.clone()).take(wrong.len()));
        assert_eq!(verdict(&mut s, draft.sign()), MALFORMED, "{wrong:?}");
    }
}

#[test]
fn a_new_key_signs_for_itself() {
    let mut s = stage();
    let mut wallet = person(&mut s);
    let (key, thief) = (s.world.seeds.key(), s.world.seeds.key());
    let mut draft = wallet.draft(&mut s.world, Change::Register(vec![(key, LOGIN)]));
    let last = draft.signers.len() - 1;
    draft.signers[last].1 = thief;
    assert_eq!(verdict(&mut s, draft.clone().sign()), "transaction.signature");
    draft.signers.truncate(last);
    assert_eq!(verdict(&mut s, draft.sign()), "transaction.signer_missing");
}

#[test]
fn a_document_has_so_many_keys_and_no_more() {
    let mut s = stage();
    let mut wallet = enrol(&mut s, &Plan { login_keys: METHODS_MAX - 1, ..Plan::default() });
    let (first, second) = (s.world.seeds.key(), s.world.seeds.key());
    assert_eq!(register(&mut s, &mut wallet, &[&first, &second]), "rejected.too_many");
    assert_eq!(register(&mut s, &mut wallet, &[&first]), APPLIED);
    assert_eq!(register(&mut s, &mut wallet, &[&second]), "rejected.too_many");
}

#[test]
fn a_did_has_had_so_many_keys_and_no_more() {
    let mut s = stage();
    let mut wallet = person(&mut s);
    for _ in 1..FORMER_KEYS_MAX {
        let key = s.world.seeds.key();
        assert_eq!(register(&mut s, &mut wallet, &[&key]), APPLIED);
        let revocation = wallet.make(&mut s.world, revoke(&key, KeyRevocationReason::Ceased, None));
        assert_eq!(verdict(&mut s, revocation), APPLIED);
    }
    let key = s.world.seeds.key();
    assert_eq!(register(&mut s, &mut wallet, &[&key]), "rejected.too_many");
    let end = wallet.deactivate(&mut s.world);
    assert_eq!(verdict(&mut s, end), APPLIED);
    let former = s.content(wallet.did).unwrap().former_keys;
    assert_eq!(former.len(), FORMER_KEYS_MAX, "the last key has left its trace, too");
}

#[test]
fn a_revoked_key_leaves_its_hash_and_why() {
    let mut s = stage();
    let mut wallet = person(&mut s);
    let key = wallet.login[0].clone();
    let since = Some(s.world.now.saturating_sub(5));
    let change = revoke(&key, KeyRevocationReason::Compromised, since);
    let revoked = s.world.now;
    let transaction = wallet.make(&mut s.world, change);
    assert_eq!(verdict(&mut s, transaction), APPLIED);
    let content = s.content(wallet.did).unwrap();
    let former = FormerKey {
        key: bytes(&key).hash(),
        revoked,
        reason: KeyRevocationReason::Compromised,
        compromised_since: since,
    };
    assert_eq!((content.methods.len(), &content.former_keys[..]), (0, &[former][..]));
}

#[test]
fn a_revocation_says_what_can_be() {
    let mut s = stage();
    let mut wallet = enrol(&mut s, &Plan { login_keys: 2, ..Plan::default() });
    let (now, key) = (s.world.now, wallet.login[0].clone());
    let later = now.saturating_add(hefu_fixtures::BLOCK_MS * 20);
    let cases = [
        (revoke(&key, KeyRevocationReason::Ended, None), MALFORMED),
        (revoke(&key, KeyRevocationReason::Ceased, Some(now)), MALFORMED),
        (revoke(&key, KeyRevocationReason::Compromised, Some(later)), "rejected.compromised_later"),
        (disordered(&wallet, Vec::clear), MALFORMED),
        (disordered(&wallet, |keys| keys.reverse()), MALFORMED),
        (disordered(&wallet, |keys| keys[1] = keys[0]), MALFORMED),
        (revoke(&key, KeyRevocationReason::Compromised, Some(now)), APPLIED),
    ];
    for (change, expected) in cases {
        let draft = wallet.draft(&mut s.world, change.clone());
        assert_eq!(verdict(&mut s, draft.sign()), expected, "{change:?}");
    }
}

fn disordered(wallet: &Wallet, change: fn(&mut Vec<KeyBytes>)) -> Change {
    let mut keys: Vec<_> = wallet.login.iter().map(bytes).collect();
    change(&mut keys);
    let (reason, compromised_since) = (KeyRevocationReason::Ceased, None);
    Change::Revoke(KeyRevoke { keys: list(keys), reason, compromised_since })
}

#[test]
fn a_key_of_another_is_not_revoked() {
    let mut s = stage();
    let (mut wallet, other) = (person(&mut s), person(&mut s));
    let change = revoke(&other.login[0], KeyRevocationReason::Ceased, None);
    let transaction = wallet.make(&mut s.world, change);
    assert_eq!(verdict(&mut s, transaction), "rejected.key_unknown");
}

#[test]
fn an_agreement_key_goes_without_a_trace() {
    let mut s = stage();
    let mut wallet = person(&mut s);
    let key = KeyBytes::from_bytes([7; 32]);
    let claim = VerificationMethod {
        key: MethodKey::X25519(key),
        relationships: Relationships::KEY_AGREEMENT,
        from: None,
        until: None,
    };
    for expected in [APPLIED, TAKEN] {
        let mut draft = wallet.draft(&mut s.world, Change::Register(vec![]));
        if let Payload::KeyRegister(held) = draft.payload() {
            held.change.methods = list([claim]);
        }
        let transaction = draft.sign();
        assert_eq!(verdict(&mut s, transaction.clone()), expected, "twice in one document");
        if expected == APPLIED {
            wallet.accept(&transaction, &mut s.world);
        }
    }
    let (keys, reason) = (list([key]), KeyRevocationReason::Ceased);
    let change = Change::Revoke(KeyRevoke { keys, reason, compromised_since: None });
    let transaction = wallet.make(&mut s.world, change);
    assert_eq!(verdict(&mut s, transaction), APPLIED);
    let content = s.content(wallet.did).unwrap();
    assert_eq!((content.methods.len(), content.former_keys.len()), (1, 0));
}
