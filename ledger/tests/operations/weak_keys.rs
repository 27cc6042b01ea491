//! Keys under which a signature proves nothing, or not everywhere the same.

use super::stage::{create_of, create_with, enrol, person, stage, verdict};
use data_encoding::HEXLOWER;
use hefu_fixtures::{Change, LOGIN, Plan, REGISTRAR, Sandbox, Wallet, list, method};
use hefu_ledger::enrolment::{Consent, EnrolmentRequest};
use hefu_ledger::key::KeyBytes;
use hefu_ledger::operation::Payload;
use hefu_ledger::operation::org_admit::OrgAdmit;
use hefu_ledger::organisation::{OrganisationId, Role, Roles};
use hefu_ledger::record::{MethodKey, VerificationMethod};
use hefu_ledger::transaction::{SignerRef, Subject, Transaction};

/// Encodings that `ed25519-speccheck` and RFC 8032 warn of.
const WEAK: [(&str, &str); 9] = [
    ("zero, of order 4", "0000000000000000000000000000000000000000000000000000000000000000"),
    ("the neutral point", "0100000000000000000000000000000000000000000000000000000000000000"),
    ("a point of order 2", "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    ("a point of order 8", "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"),
    (
        "order 2, written otherwise",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    ),
    (
        "the neutral point, beyond p",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ),
    ("a part of order 8", "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d"),
    ("another part of order 8", "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43"),
    ("no point", "0200000000000000000000000000000000000000000000000000000000000000"),
];

/// Where a key comes in, and a transaction that brings it in there.
type Place = (&'static str, fn(&mut Sandbox, KeyBytes) -> Transaction);

const PLACES: [Place; 7] = [
    ("did.create", create),
    ("did.create_batch", batch),
    ("key.register", register),
    ("a control key", control),
    ("a controller's consent", consent),
    ("org.admit", admit),
    ("an organisation's signature", office),
];

fn weak_method(key: KeyBytes) -> VerificationMethod {
    let key = MethodKey::Ed25519(key);
    VerificationMethod { key, relationships: LOGIN, from: None, until: None }
}

fn create(s: &mut Sandbox, key: KeyBytes) -> Transaction {
    let wallet = Wallet::person(&mut s.world);
    create_with(s, &wallet, |operation| operation.methods = list([weak_method(key)])).sign()
}

fn batch(s: &mut Sandbox, key: KeyBytes) -> Transaction {
    let wallet = Wallet::person(&mut s.world);
    let mut request = wallet.request.clone();
    request.operation.methods = list([weak_method(key)]);
    s.world.batch_draft(REGISTRAR, [wallet.request, request]).sign()
}

fn register(s: &mut Sandbox, key: KeyBytes) -> Transaction {
    let stand_in = s.world.seeds.key();
    let change = Change::Register(vec![(stand_in, LOGIN)]);
    let mut draft = person(s).draft(&mut s.world, change);
    if let Payload::KeyRegister(held) = draft.payload() {
        held.change.methods = list([weak_method(key)]);
    }
    draft.sign()
}

fn control(s: &mut Sandbox, key: KeyBytes) -> Transaction {
    let mut draft = person(s).draft(&mut s.world, Change::Rotate);
    draft.control().keys = list([key]);
    draft.sign()
}

fn consent(s: &mut Sandbox, key: KeyBytes) -> Transaction {
    let guardians = vec![person(s).guardian()];
    let plan = Plan { guardians, guardian_threshold: 1, ..Plan::default() };
    let ward = Wallet::new(&mut s.world, &plan);
    let consents = list([Consent { key, ..ward.request.consents[0] }]);
    let request = EnrolmentRequest { consents, ..ward.request.clone() };
    create_of(s, &ward, request).sign()
}

fn admit(s: &mut Sandbox, key: KeyBytes) -> Transaction {
    let admit = OrgAdmit {
        name: "Weak".parse().unwrap(),
        roles: Roles::of([Role::Member]),
        keys: list([key]),
    };
    let by = [hefu_fixtures::MEMBER, hefu_fixtures::OTHER_MEMBER];
    let subject = Subject::Organisation(OrganisationId::new(50));
    let mut draft = s.world.act(&by, subject, Payload::OrgAdmit(admit));
    draft.signers.push((SignerRef::Possession(0), s.world.seeds.key()));
    draft.sign()
}

fn office(s: &mut Sandbox, key: KeyBytes) -> Transaction {
    let wallet = Wallet::person(&mut s.world);
    let mut draft = s.world.create_draft(&wallet);
    draft.signers[0].0 = SignerRef::Organisation { organisation: REGISTRAR, key };
    draft.sign()
}

fn key(hex: &str) -> KeyBytes {
    let bytes = HEXLOWER.decode(hex.as_bytes()).unwrap();
    KeyBytes::from_bytes(bytes.try_into().unwrap())
}

#[test]
fn a_weak_key_comes_in_nowhere() {
    for (what, hex) in WEAK {
        for (place, make) in PLACES {
            let mut s = stage();
            let transaction = make(&mut s, key(hex));
            assert_eq!(verdict(&mut s, transaction), "transaction.key", "{what} as {place}");
        }
    }
}

#[test]
fn a_good_key_in_these_places_is_only_not_signed_for() {
    for (place, make) in PLACES {
        let mut s = stage();
        let good = KeyBytes::from(&s.world.seeds.key().public_key());
        let transaction = make(&mut s, good);
        let found = verdict(&mut s, transaction);
        let signatures = ["transaction.possession", "transaction.consent", "transaction.signature"];
        assert!(signatures.contains(&found), "{found} as {place}");
    }
}

#[test]
fn a_weak_key_is_refused_even_where_its_signature_verifies() {
    // Under the neutral point, R = neutral point and s = 0 satisfies the equation for any message.
    let mut s = stage();
    let mut signature = [0; 64];
    signature[0] = 1;
    let wallet = Wallet::person(&mut s.world);
    let mut request = wallet.request.clone();
    let neutral = key(WEAK[1].1);
    request.operation.methods = list([weak_method(neutral)]);
    request.possession = list([hefu_primitives::Signature::from_bytes(signature)]);
    let forged = create_of(&mut s, &wallet, request);
    assert_eq!(verdict(&mut s, forged.sign()), "transaction.key");
    let good = enrol(&mut s, &Plan::default());
    assert_eq!(s.content(good.did).unwrap().methods[..], [method(&good.login[0], LOGIN)]);
}
