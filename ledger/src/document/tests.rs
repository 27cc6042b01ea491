//! Documents of every class and status, and of arbitrary records.

use super::*;
use crate::did::DidId;
use crate::key::KeyBytes;
use crate::organisation::OrganisationId;
use crate::record::{
    Assurance, Class, ControlCommitment, Controllers, End, EndCause, MethodKey, ReasonClass,
    Suspension,
};
use hefu_primitives::{BoundedVec, Hash};
use proptest::prelude::*;
use serde_json::Value;
use std::collections::BTreeSet;

fn did(byte: u8) -> Did {
    let id = DidId::new(Hash::from_bytes([byte; 32]));
    Did { network: "test".parse().unwrap(), id }
}

fn key(byte: u8, relationships: Relationships) -> VerificationMethod {
    let bytes = KeyBytes::from_bytes([byte; 32]);
    let key = match relationships {
        Relationships::KEY_AGREEMENT => MethodKey::X25519(bytes),
        _ => MethodKey::Ed25519(bytes),
    };
    VerificationMethod { key, relationships, from: None, until: None }
}

fn bounded<T, const MAX: usize>(elements: Vec<T>) -> BoundedVec<T, MAX> {
    BoundedVec::first_of(elements)
}

/// A person with a key to log in and one for messages.
fn person() -> Content {
    let login = key(1, Relationships::AUTHENTICATION.and(Relationships::ASSERTION_METHOD));
    Content {
        class: Class::Person,
        registrar: OrganisationId::new(7),
        assurance: Assurance::Two,
        enrolment: Hash::default(),
        created: Timestamp::new(1_000),
        methods: bounded(vec![login, key(2, Relationships::KEY_AGREEMENT)]),
        former_keys: BoundedVec::default(),
        services: BoundedVec::default(),
        also_known_as: BoundedVec::default(),
        controllers: Controllers::default(),
        control: ControlCommitment::default(),
        recovery: None,
        sequence: 0,
        last_holder_operation: Hash::default(),
        suspension: None,
        end: None,
    }
}

fn service(name: &str, kind: &str, endpoint: &str) -> Service {
    Service {
        name: name.parse().unwrap(),
        service_type: kind.parse().unwrap(),
        endpoint: endpoint.parse().unwrap(),
    }
}

/// An organisation with everything that a document can show.
fn organisation() -> Content {
    let services = vec![
        service("files", "FileStore", "https://files.example/a?b=c"),
        service("home", "LinkedDomains", "https://org.example"),
    ];
    let act = Relationships::CAPABILITY_INVOCATION.and(Relationships::CAPABILITY_DELEGATION);
    Content {
        class: Class::Organisation,
        methods: bounded(vec![key(3, Relationships::ASSERTION_METHOD), key(4, act)]),
        services: bounded(services),
        also_known_as: bounded(vec!["https://org.example/about".parse().unwrap()]),
        controllers: Controllers { threshold: 1, dids: bounded(vec![did(8).id, did(9).id]) },
        ..person()
    }
}

fn public() -> Content {
    let methods = bounded(vec![key(5, Relationships::ASSERTION_METHOD)]);
    Content { class: Class::Public, methods, ..person() }
}

fn suspended(content: Content) -> Content {
    let suspension = Suspension {
        by: OrganisationId::new(7),
        since: Timestamp::new(2_000),
        until: Timestamp::new(3_000),
        reason: ReasonClass::Compromise,
    };
    Content { suspension: Some(suspension), ..content }
}

fn render(content: &Content, now: u64) -> Option<Document> {
    Document::of(&did(0xaa), content, Timestamp::new(now))
}

fn json(content: &Content, now: u64) -> String {
    serde_json::to_string_pretty(&render(content, now).unwrap()).unwrap()
}

#[test]
fn each_class_and_status_is_shown_as_it_was_agreed() {
    for (name, content, now) in [
        ("person", person(), 2_500),
        ("organisation", organisation(), 2_500),
        ("public", public(), 2_500),
        ("person, suspended", suspended(person()), 2_500),
        ("organisation, suspended", suspended(organisation()), 2_500),
        ("person, suspension lapsed", suspended(person()), 3_000),
    ] {
        let file = name.replace(", ", "_").replace(' ', "_");
        let path = format!("{}/src/document/golden/{file}.json", env!("CARGO_MANIFEST_DIR"));
        let expected = std::fs::read_to_string(&path).unwrap_or_default();
        let got = json(&content, now);
        assert_eq!(got, expected.trim_end(), "{name}: {path} differs from\n{got}");
    }
}

#[test]
fn an_ended_did_has_no_document() {
    for cause in [EndCause::Deactivated, EndCause::Revoked(ReasonClass::Fraud)] {
        let end = Some(End { at: Timestamp::new(2_000), cause });
        assert_eq!(render(&Content { end, ..organisation() }, 2_500), None);
    }
}

#[test]
fn a_suspended_did_shows_no_key_until_the_suspension_lapses() {
    let content = suspended(organisation());
    for (now, keys) in [(1_999, 2), (2_000, 0), (2_999, 0), (3_000, 2)] {
        let document = render(&content, now).unwrap();
        assert_eq!(document.verification_method.len(), keys, "{now}");
        let listed =
            Relationships::NAMED.map(|(_, name)| document.relationship(name).unwrap().len());
        assert_eq!(listed.iter().any(|count| *count > 0), keys > 0, "{now}");
        assert_eq!(document.service.len(), 2, "services stay: {now}");
    }
}

#[test]
fn a_key_is_shown_while_it_is_valid() {
    let (from, until) = (Some(Timestamp::new(5)), Some(Timestamp::new(9)));
    let bounded_key = VerificationMethod { from, until, ..key(1, Relationships::AUTHENTICATION) };
    let content = Content { methods: bounded(vec![bounded_key]), ..person() };
    for (now, shown) in [(4, 0), (5, 1), (8, 1), (9, 0)] {
        let document = render(&content, now).unwrap();
        assert_eq!(document.verification_method.len(), shown, "{now}");
        assert_eq!(document.authentication.len(), shown, "{now}");
    }
}

#[test]
fn keys_are_written_as_others_write_them() {
    let of_hex = |text: &str| {
        let bytes = data_encoding::HEXLOWER.decode(text.as_bytes()).unwrap();
        KeyBytes::from_bytes(bytes.try_into().unwrap())
    };
    // The first test key of RFC 8032, 7.1, and Alice's key of RFC 7748, 6.1.
    let ed25519 = of_hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    let x25519 = of_hex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
    assert_eq!(
        multikey(&MethodKey::Ed25519(ed25519)),
        "z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw"
    );
    assert_eq!(
        multikey(&MethodKey::X25519(x25519)),
        "z6LSkdrX4EvewpktHBjvNxRDogPdC5iVF8LT3LPKefGAgi89"
    );
}

#[test]
fn every_key_begins_as_keys_of_its_kind_do() {
    for byte in [0, 1, 0x7f, 0x80, 0xff] {
        let bytes = KeyBytes::from_bytes([byte; 32]);
        assert!(multikey(&MethodKey::Ed25519(bytes)).starts_with("z6Mk"), "{byte}");
        assert!(multikey(&MethodKey::X25519(bytes)).starts_with("z6LS"), "{byte}");
        assert!(is_like_multikey(&multikey(&MethodKey::X25519(bytes))), "{byte}");
    }
    assert!(!is_like_multikey("files"));
}

/// Every identifier in a document that names one of its parts.
fn part_ids(document: &Value) -> Vec<String> {
    let lists = ["verificationMethod", "service"].map(|name| document[name].as_array().cloned());
    let parts = lists.into_iter().flatten().flatten();
    parts.map(|part| part["id"].as_str().unwrap().to_owned()).collect()
}

fn any_method() -> impl Strategy<Value = VerificationMethod> {
    let times = (proptest::option::of(0..10u64), proptest::option::of(0..10u64));
    (any::<[u8; 32]>(), 0..5usize, 0..5usize, times).prop_map(
        |(bytes, one, other, (from, until))| {
            let purposes = Relationships::NAMED[one].0.and(Relationships::NAMED[other].0);
            let agreement = purposes.contain(Relationships::KEY_AGREEMENT);
            let bytes = KeyBytes::from_bytes(bytes);
            VerificationMethod {
                key: if agreement { MethodKey::X25519(bytes) } else { MethodKey::Ed25519(bytes) },
                relationships: if agreement { Relationships::KEY_AGREEMENT } else { purposes },
                from: from.map(Timestamp::new),
                until: until.map(Timestamp::new),
            }
        },
    )
}

fn any_service() -> impl Strategy<Value = Service> {
    let label = "[A-Za-z0-9._-]{1,64}";
    (label, label, "[a-z]{1,8}:[!#-;=?-\\[\\]_a-z~]{0,40}")
        .prop_filter("named like a key", |(name, ..)| !is_like_multikey(name))
        .prop_map(|(name, kind, endpoint)| service(&name, &kind, &endpoint))
}

prop_compose! {
    /// A version as operations can have made it.
    fn any_content()(
        methods in proptest::collection::vec(any_method(), 0..16),
        services in proptest::collection::vec(any_service(), 0..8),
        suspended_until in proptest::option::of(0..10u64),
    ) -> Content {
        let mut methods = methods;
        methods.sort_unstable();
        methods.dedup_by_key(|method| method.key);
        let mut services = services;
        services.sort_unstable_by(|one, other| one.name.cmp(&other.name));
        services.dedup_by(|one, other| one.name == other.name);
        let content = suspended(Content {
            methods: bounded(methods),
            services: bounded(services),
            ..organisation()
        });
        let suspension = content.suspension.zip(suspended_until).map(|(suspension, until)| {
            Suspension { since: Timestamp::ZERO, until: Timestamp::new(until), ..suspension }
        });
        Content { suspension, ..content }
    }
}

proptest! {
    #[test]
    fn whatever_a_record_holds_is_a_document_of_its_did(content in any_content(), now in 0..12u64) {
        let text = json(&content, now);
        let document: Value = serde_json::from_str(&text).unwrap();
        let did = did(0xaa).to_string();
        prop_assert_eq!(&document["@context"][0], CONTEXT);
        prop_assert_eq!(document["id"].as_str(), Some(did.as_str()));
        let ids = part_ids(&document);
        prop_assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "an id twice");
        let beginning = format!("{did}#");
        prop_assert!(ids.iter().all(|id| id.starts_with(&beginning)));
        let no_list_is_empty = document.as_object().unwrap().values().all(|value| {
            value.as_array().is_none_or(|list| !list.is_empty())
        });
        prop_assert!(no_list_is_empty);
    }

    #[test]
    fn a_relationship_lists_keys_of_the_document(content in any_content(), now in 0..12u64) {
        let document = render(&content, now).unwrap();
        let shown: Vec<_> = document.verification_method.iter().map(|method| &method.id).collect();
        for (_, name) in Relationships::NAMED {
            let listed = document.relationship(name).unwrap();
            prop_assert!(listed.iter().all(|id| shown.contains(&id)), "{}", name);
        }
        prop_assert_eq!(document.relationship("verificationMethod"), None);
    }
}
