//! Arbitrary transactions. They are well-formed, and hardly ever apply.

use crate::did::DidId;
use crate::enrolment::{Consent, Enrolment, EnrolmentRequest, GenesisOperation};
use crate::key::KeyBytes;
use crate::operation::anchor_put::AnchorPut;
use crate::operation::control_rotate::ControlRotate;
use crate::operation::did_deactivate::DidDeactivate;
use crate::operation::did_reinstate::DidReinstate;
use crate::operation::did_revoke::DidRevoke;
use crate::operation::did_suspend::DidSuspend;
use crate::operation::did_update::DidUpdate;
use crate::operation::holder::{ControlReveal, ControllerKey, Held};
use crate::operation::key_register::KeyRegister;
use crate::operation::key_revoke::KeyRevoke;
use crate::operation::org_admit::OrgAdmit;
use crate::operation::org_update::OrgUpdate;
use crate::operation::{OperationKind, Payload};
use crate::organisation::{OrganisationId, Roles, Standing};
use crate::record::{
    Assurance, Class, ControlCommitment, Controllers, KeyRevocationReason, MethodKey, ReasonClass,
    Relationships, Service, VerificationMethod,
};
use crate::text::{Label, Reference, Title};
use crate::transaction::{
    BatchEntry, Body, Envelope, EnvelopeVersion, Ordering, Salt, Sealed, SignerRef, Subject,
    Transaction,
};
use hefu_primitives::{BoundedVec, GenesisHash, Hash, Signature, Timestamp};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

fn hash() -> impl Strategy<Value = Hash> {
    any::<[u8; 32]>().prop_map(Hash::from_bytes)
}

fn key() -> impl Strategy<Value = KeyBytes> {
    any::<[u8; 32]>().prop_map(KeyBytes::from_bytes)
}

fn signature() -> impl Strategy<Value = Signature> {
    any::<[u8; 64]>().prop_map(Signature::from_bytes)
}

fn did() -> impl Strategy<Value = DidId> {
    hash().prop_map(DidId::new)
}

fn organisation() -> impl Strategy<Value = OrganisationId> {
    any::<u16>().prop_map(OrganisationId::new)
}

fn time() -> impl Strategy<Value = Timestamp> {
    let number = prop_oneof![any::<u64>(), Just(0), Just(u64::MAX), 0..2_000_000_000_000_u64];
    number.prop_map(Timestamp::new)
}

/// Up to three elements, or as many as there may be.
fn list<T: std::fmt::Debug, const MAX: usize>(
    element: impl Strategy<Value = T>,
) -> impl Strategy<Value = BoundedVec<T, MAX>> {
    vec(element, 0..=3.min(MAX)).prop_map(BoundedVec::first_of)
}

fn label() -> impl Strategy<Value = Label> {
    "[A-Za-z0-9._-]{1,64}".prop_map(|text| text.parse().unwrap())
}

fn reference() -> impl Strategy<Value = Reference> {
    "[a-z][a-z0-9+.-]{0,8}:[!#-;=?-Z_a-z~]{0,40}".prop_map(|text| text.parse().unwrap())
}

/// Names with whatever JSON escapes.
fn title() -> impl Strategy<Value = Title> {
    r#"["\\/a-z 合符é😀]{1,20}"#.prop_map(|text| text.parse().unwrap())
}

fn method() -> impl Strategy<Value = VerificationMethod> {
    let kind = prop_oneof![key().prop_map(MethodKey::Ed25519), key().prop_map(MethodKey::X25519)];
    let relationships = any::<u8>().prop_map(Relationships::from_bits);
    let times = (option::of(time()), option::of(time()));
    (kind, relationships, times).prop_map(|(key, relationships, (from, until))| {
        VerificationMethod { key, relationships, from, until }
    })
}

fn roles() -> impl Strategy<Value = Roles> {
    any::<u8>().prop_map(Roles::from_bits)
}

fn commitment() -> impl Strategy<Value = ControlCommitment> {
    (any::<u8>(), list(hash())).prop_map(|(threshold, keys)| ControlCommitment { threshold, keys })
}

fn controllers() -> impl Strategy<Value = Controllers> {
    (any::<u8>(), list(did())).prop_map(|(threshold, dids)| Controllers { threshold, dids })
}

fn reason() -> impl Strategy<Value = ReasonClass> {
    use ReasonClass::{Ceased, Compromise, Fraud, Legal, Mistake, Other};
    select(vec![Compromise, Fraud, Mistake, Ceased, Legal, Other])
}

prop_compose! {
    fn genesis_operation()(
        class in select(vec![Class::Person, Class::Organisation, Class::Public]),
        registrar in organisation(),
        methods in list(method()),
        control in commitment(),
        controllers in controllers(),
        recovery in option::of(hash()),
        nonce in any::<[u8; 32]>(),
    ) -> GenesisOperation {
        GenesisOperation { class, registrar, methods, control, controllers, recovery, nonce }
    }
}

prop_compose! {
    fn enrolment()(
        operation in genesis_operation(),
        possession in list(signature()),
        consents in list((key(), signature()).prop_map(|(key, signature)| Consent { key, signature })),
        assurance in select(vec![Assurance::One, Assurance::Two, Assurance::Three]),
        commitment in hash(),
    ) -> Enrolment {
        let request = EnrolmentRequest { operation, possession, consents };
        Enrolment { request, assurance, commitment }
    }
}

fn held<T: std::fmt::Debug>(change: impl Strategy<Value = T>) -> impl Strategy<Value = Held<T>> {
    let reveal = (list(key()), commitment()).prop_map(|(keys, next)| ControlReveal { keys, next });
    let agreeing = (did(), key()).prop_map(|(did, key)| ControllerKey { did, key });
    (reveal, list(agreeing), change).prop_map(|(control, controllers, change)| Held {
        control,
        controllers,
        change,
    })
}

prop_compose! {
    fn key_revoke()(
        keys in list(key()),
        reason in select(vec![
            KeyRevocationReason::Unspecified,
            KeyRevocationReason::Superseded,
            KeyRevocationReason::Compromised,
            KeyRevocationReason::Ceased,
            KeyRevocationReason::Ended,
        ]),
        compromised_since in option::of(time()),
    ) -> KeyRevoke {
        KeyRevoke { keys, reason, compromised_since }
    }
}

fn service() -> impl Strategy<Value = Service> {
    (label(), label(), reference()).prop_map(|(name, service_type, endpoint)| Service {
        name,
        service_type,
        endpoint,
    })
}

prop_compose! {
    fn did_update()(
        services in option::of(list(service())),
        also_known_as in option::of(list(reference())),
        controllers in option::of(controllers()),
    ) -> DidUpdate {
        DidUpdate { services, also_known_as, controllers }
    }
}

prop_compose! {
    fn org_update()(
        name in option::of(title()),
        keys in option::of(list(key())),
        roles in option::of(roles()),
        standing in option::of(select(vec![Standing::Good, Standing::Suspended, Standing::Left])),
    ) -> OrgUpdate {
        OrgUpdate { name, keys, roles, standing }
    }
}

fn holder_payload() -> impl Strategy<Value = Payload> {
    let register = list(method()).prop_map(|methods| KeyRegister { methods });
    prop_oneof![
        held(register).prop_map(Payload::KeyRegister),
        held(key_revoke()).prop_map(Payload::KeyRevoke),
        held(did_update()).prop_map(Payload::DidUpdate),
        held(Just(ControlRotate)).prop_map(Payload::ControlRotate),
        held(Just(DidDeactivate)).prop_map(Payload::DidDeactivate),
    ]
}

fn authority_payload() -> impl Strategy<Value = Payload> {
    let suspend = (time(), reason(), hash());
    let admit = (title(), roles(), list(key()));
    prop_oneof![
        suspend.prop_map(|(until, reason, detail)| {
            Payload::DidSuspend(DidSuspend { until, reason, detail })
        }),
        hash().prop_map(|detail| Payload::DidReinstate(DidReinstate { detail })),
        (reason(), hash())
            .prop_map(|(reason, detail)| Payload::DidRevoke(DidRevoke { reason, detail })),
        admit.prop_map(|(name, roles, keys)| Payload::OrgAdmit(OrgAdmit { name, roles, keys })),
        org_update().prop_map(Payload::OrgUpdate),
        (hash(), label())
            .prop_map(|(digest, label)| Payload::AnchorPut(AnchorPut { digest, label })),
    ]
}

fn sealed<T: std::fmt::Debug + Clone>(
    value: impl Strategy<Value = T>,
) -> impl Strategy<Value = Sealed<T>> {
    let salt = any::<[u8; 32]>().prop_map(Salt::from_bytes);
    prop_oneof![
        4 => (salt, value).prop_map(|(salt, value)| Sealed::Open { salt, value }),
        1 => hash().prop_map(Sealed::Erased),
    ]
}

fn body() -> impl Strategy<Value = Body> {
    let payload = prop_oneof![
        1 => enrolment().prop_map(Payload::DidCreate),
        5 => holder_payload(),
        6 => authority_payload(),
    ];
    let entry =
        (did(), sealed(enrolment())).prop_map(|(did, enrolment)| BatchEntry { did, enrolment });
    prop_oneof![
        12 => sealed(payload).prop_map(|sealed| Body::Single(Box::new(sealed))),
        1 => list(entry).prop_map(Body::Batch),
    ]
}

fn ordering() -> impl Strategy<Value = Ordering> {
    prop_oneof![
        Just(Ordering::Creation),
        (any::<u32>(), hash())
            .prop_map(|(sequence, previous)| Ordering::Holder { sequence, previous }),
        any::<[u8; 16]>().prop_map(|reference| Ordering::Authority { reference }),
    ]
}

fn signer() -> impl Strategy<Value = SignerRef> {
    prop_oneof![
        (organisation(), key())
            .prop_map(|(organisation, key)| SignerRef::Organisation { organisation, key }),
        any::<u8>().prop_map(SignerRef::Control),
        any::<u8>().prop_map(SignerRef::Controller),
        any::<u8>().prop_map(SignerRef::Possession),
    ]
}

prop_compose! {
    fn envelope()(
        genesis in hash(),
        kind in select(OperationKind::NAMED.to_vec()),
        subject in prop_oneof![
            did().prop_map(Subject::Did),
            organisation().prop_map(Subject::Organisation),
        ],
        ordering in ordering(),
        signers in list(signer()),
        expires in time(),
        payload_hash in hash(),
    ) -> Envelope {
        let (version, genesis) = (EnvelopeVersion::V1, GenesisHash::new(genesis));
        Envelope { version, genesis, kind: kind.0, subject, ordering, signers, expires, payload_hash }
    }
}

prop_compose! {
    /// Any transaction. Envelope and body know nothing of each other.
    pub(super) fn transaction()(
        envelope in envelope(),
        signatures in list(signature()),
        body in body(),
    ) -> Transaction {
        Transaction { envelope, signatures, body }
    }
}

/// Some enrolment.
pub(super) fn one_enrolment() -> Enrolment {
    let mut runner = TestRunner::deterministic();
    enrolment().new_tree(&mut runner).unwrap().current()
}
