//! `did.create`: what makes a DID, and who attests it.

use super::stage::{APPLIED, create_of, create_with, enrol, person, stage, verdict};
use hefu_fixtures::{
    LOGIN, OTHER_REGISTRAR, Plan, REGISTRAR, START, Sandbox, Wallet, World, list, method,
};
use hefu_ledger::author;
use hefu_ledger::enrolment::{EnrolmentRequest, GenesisOperation};
use hefu_ledger::operation::holder::commit_to;
use hefu_ledger::record::{
    Assurance, Class, Content, Controllers, MethodKey, Relationships, VerificationMethod,
};
use hefu_ledger::transaction::Subject;
use hefu_primitives::{BoundedVec, Timestamp};

const MALFORMED: &str = "transaction.malformed";
const MISSING: &str = "transaction.signer_missing";

#[test]
fn a_did_begins_as_its_holder_asked() {
    let mut s = stage();
    let wallet = enrol(&mut s, &Plan { login_keys: 3, class: Class::Public, ..Plan::default() });
    let operation = wallet.request.operation;
    let content = s.content(wallet.did).unwrap();
    let expected = Content {
        class: Class::Public,
        registrar: REGISTRAR,
        assurance: Assurance::Two,
        enrolment: content.enrolment,
        created: s.last,
        methods: operation.methods,
        former_keys: BoundedVec::default(),
        services: BoundedVec::default(),
        also_known_as: BoundedVec::default(),
        controllers: operation.controllers,
        control: operation.control,
        recovery: None,
        sequence: 0,
        last_holder_operation: *wallet.did.hash(),
        suspension: None,
        end: None,
    };
    assert_eq!(content, expected);
    assert!(content.created > START);
}

#[test]
fn a_copied_request_serves_no_other_registrar() {
    let mut s = stage();
    let wallet = Wallet::person(&mut s.world);
    let mut copied = s.world.create_draft(&wallet);
    copied.signers = vec![s.world.signer(OTHER_REGISTRAR)];
    assert_eq!(verdict(&mut s, copied.sign()), "rejected.other_registrar");
    // With the other registrar written into it, it is another DID, for which no key has signed.
    let operation =
        GenesisOperation { registrar: OTHER_REGISTRAR, ..wallet.request.operation.clone() };
    let altered = EnrolmentRequest { operation, ..wallet.request.clone() };
    let draft = |s: &mut Sandbox, request| {
        let mut draft = create_of(s, &wallet, request);
        draft.signers = vec![s.world.signer(OTHER_REGISTRAR)];
        draft
    };
    let mut same_name = draft(&mut s, altered.clone());
    same_name.terms.subject = Subject::Did(wallet.did);
    assert_eq!(verdict(&mut s, same_name.sign()), "transaction.identifier");
    let other_name = draft(&mut s, altered);
    assert_eq!(verdict(&mut s, other_name.sign()), "transaction.possession");
    let genuine = s.world.create(&wallet);
    assert_eq!(verdict(&mut s, genuine), APPLIED);
}

#[test]
fn the_identifier_follows_from_every_part_of_the_operation() {
    let mut s = stage();
    let wallet = Wallet::person(&mut s.world);
    let genuine = wallet.request.operation.clone();
    let key = s.world.seeds.key();
    let changes: [fn(&mut GenesisOperation); 5] = [
        |operation| operation.class = Class::Organisation,
        |operation| operation.registrar = OTHER_REGISTRAR,
        |operation| operation.recovery = Some(hefu_primitives::Hash::default()),
        |operation| operation.nonce[0] ^= 1,
        |operation| operation.control.keys = list([hefu_primitives::Hash::default()]),
    ];
    let mut dids: Vec<_> = changes
        .iter()
        .map(|change| {
            let mut operation = genuine.clone();
            change(&mut operation);
            operation.did(&s.world.hash)
        })
        .collect();
    let methods = list([method(&key, LOGIN)]);
    dids.push(GenesisOperation { methods, ..genuine.clone() }.did(&s.world.hash));
    dids.push(genuine.did(&World::new(8).hash));
    dids.push(genuine.did(&s.world.hash));
    let count = dids.len();
    dids.sort_unstable();
    dids.dedup();
    assert_eq!(dids.len(), count);
}

#[test]
fn a_request_that_no_state_would_allow_is_refused() {
    let mut s = stage();
    let wallet = Wallet::new(&mut s.world, &Plan { login_keys: 2, ..Plan::default() });
    let changes: [fn(&mut GenesisOperation); 11] = [
        |o| o.methods = list([o.methods[1], o.methods[0]]),
        |o| o.methods = list([o.methods[0], o.methods[0]]),
        |o| o.methods = with(o, |m| m.relationships = Relationships::KEY_AGREEMENT),
        |o| o.methods = with(o, |m| m.relationships = LOGIN.and(Relationships::KEY_AGREEMENT)),
        |o| o.methods = with(o, |m| m.key = MethodKey::X25519(*m.key.bytes())),
        |o| {
            o.methods = with(o, |m| (m.from, m.until) = (Some(START), Some(START)));
        },
        |o| o.control = commit_to(&[], 0),
        |o| o.control.threshold = 0,
        |o| o.control.threshold = 2,
        |o| o.controllers = Controllers { threshold: 1, dids: list([]) },
        |o| o.nonce = [0; 32],
    ];
    for (number, change) in changes.iter().enumerate() {
        let draft = create_with(&mut s, &wallet, change);
        // The last change does no harm, and shows that nothing else is wrong with these.
        let expected = if number == 10 { APPLIED } else { MALFORMED };
        assert_eq!(verdict(&mut s, draft.sign()), expected, "change {number}");
    }
}

/// The methods, the first of them altered.
fn with(
    operation: &GenesisOperation,
    change: impl FnOnce(&mut VerificationMethod),
) -> BoundedVec<VerificationMethod, { hefu_ledger::limits::METHODS_MAX }> {
    let mut methods = operation.methods.to_vec();
    change(&mut methods[0]);
    list(methods)
}

#[test]
fn each_key_and_each_controller_signs_once() {
    let mut s = stage();
    let guardians = vec![person(&mut s).guardian()];
    let plan = Plan { guardians, guardian_threshold: 1, ..Plan::default() };
    let ward = Wallet::new(&mut s.world, &plan);
    let request = &ward.request;
    let twice = |signature| list([signature, signature]);
    let wrong = [
        EnrolmentRequest { possession: list([]), ..request.clone() },
        EnrolmentRequest { possession: twice(request.possession[0]), ..request.clone() },
        EnrolmentRequest { consents: list([]), ..request.clone() },
        EnrolmentRequest { consents: list([request.consents[0]; 2]), ..request.clone() },
    ];
    for request in wrong {
        let draft = create_of(&mut s, &ward, request);
        assert_eq!(verdict(&mut s, draft.sign()), MISSING);
    }
    let genuine = s.world.create(&ward);
    assert_eq!(verdict(&mut s, genuine), APPLIED);
}

#[test]
fn a_key_signs_for_itself_with_what_it_is_for() {
    let mut s = stage();
    let wallet = Wallet::person(&mut s.world);
    // Signed by another key than the one that is to stand in the document.
    let mut thief = wallet.clone();
    thief.login = vec![s.world.seeds.key()];
    let stolen = create_with(&mut s, &thief, |_| ());
    assert_eq!(verdict(&mut s, stolen.sign()), "transaction.possession");
    // Signed for another purpose.
    let operation = GenesisOperation {
        methods: list([method(&wallet.login[0], Relationships::AUTHENTICATION)]),
        ..wallet.request.operation.clone()
    };
    let did = operation.did(&s.world.hash);
    let key = hefu_ledger::key::KeyBytes::from(&wallet.login[0].public_key());
    let bytes = hefu_ledger::transaction::possession_bytes(&s.world.hash, did.hash(), &key, LOGIN);
    let signature = hefu_primitives::Signer::sign(&wallet.login[0], &bytes);
    let mut request = author::request(&s.world.hash, operation, &[&wallet.login[0]], vec![]);
    request.possession = list([signature]);
    let other_purpose = create_of(&mut s, &wallet, request);
    assert_eq!(verdict(&mut s, other_purpose.sign()), "transaction.possession");
}

#[test]
fn agreement_keys_are_claims_and_need_no_signature() {
    let mut s = stage();
    let wallet = Wallet::person(&mut s.world);
    let agreement = |bytes| VerificationMethod {
        key: MethodKey::X25519(hefu_ledger::key::KeyBytes::from_bytes(bytes)),
        relationships: Relationships::KEY_AGREEMENT,
        from: None,
        until: Some(Timestamp::MAX),
    };
    let with = |bytes| {
        move |operation: &mut GenesisOperation| {
            operation.methods = list([operation.methods[0], agreement(bytes)]);
        }
    };
    let zero = create_with(&mut s, &wallet, with([0; 32]));
    assert_eq!(verdict(&mut s, zero.sign()), MALFORMED);
    let good = create_with(&mut s, &wallet, with([7; 32]));
    assert_eq!(verdict(&mut s, good.sign()), APPLIED);
    // Anybody may claim the same.
    let other = Wallet::person(&mut s.world);
    let same = create_with(&mut s, &other, with([7; 32]));
    assert_eq!(verdict(&mut s, same.sign()), APPLIED);
}
