//! The examples of docs/did-method.md, computed here and compared with what it says.

use super::*;
use crate::enrolment::GenesisOperation;
use crate::operation::holder::commit_to;
use data_encoding::HEXLOWER;
use hefu_primitives::SecretKey;
use serde::Serialize;

const METHOD: &str = include_str!("../../../../docs/did-method.md");

/// 2026-11-22T08:00:00Z.
const NOW: u64 = 1_795_334_400_000;
const HOUR: u64 = 3_600_000;

/// Refuses a document that does not show `value` as JSON in a block of its own.
fn shown(value: &impl Serialize) {
    let block = format!("```json\n{}\n```", serde_json::to_string_pretty(value).unwrap());
    assert!(METHOD.contains(&block), "docs/did-method.md should say\n{block}");
}

/// Refuses a document that does not show these bytes in a table.
fn listed(what: &str, bytes: &[u8]) {
    let row = format!("| {what} | `{}` |", HEXLOWER.encode(bytes));
    assert!(METHOD.contains(&row), "docs/did-method.md should say\n{row}");
}

fn public(byte: u8) -> KeyBytes {
    KeyBytes::from(&SecretKey::from_seed(&[byte; 32]).public_key())
}

fn method(key: MethodKey, relationships: Relationships) -> VerificationMethod {
    VerificationMethod { key, relationships, from: None, until: None }
}

fn operation() -> GenesisOperation {
    GenesisOperation {
        class: Class::Person,
        registrar: OrganisationId::new(7),
        methods: BoundedVec::first_of([method(
            MethodKey::Ed25519(public(1)),
            Relationships::AUTHENTICATION,
        )]),
        control: commit_to(&[public(2)], 1),
        controllers: Controllers::default(),
        recovery: None,
        nonce: [0x22; 32],
    }
}

fn identifier() -> DidId {
    operation().did(&GenesisHash::new(Hash::from_bytes([0x11; 32])))
}

fn example() -> Did {
    Did { network: network(), id: identifier() }
}

/// A person whose first key was stolen, and who has two others since.
fn versions() -> Vec<(u64, Content)> {
    let agreement = method(MethodKey::X25519(public(4)), Relationships::KEY_AGREEMENT);
    let first = Content {
        class: Class::Person,
        assurance: Assurance::Two,
        created: Timestamp::new(NOW - 3 * HOUR),
        methods: operation().methods,
        services: BoundedVec::default(),
        ..content(1)
    };
    let second = Content {
        methods: BoundedVec::first_of([
            method(MethodKey::Ed25519(public(3)), Relationships::AUTHENTICATION),
            first.methods[0],
            agreement,
        ]),
        ..first.clone()
    };
    let former = FormerKey {
        key: public(1).hash(),
        revoked: Timestamp::new(NOW - HOUR),
        reason: KeyRevocationReason::Compromised,
        compromised_since: Some(Timestamp::new(NOW - 2 * HOUR - HOUR / 2)),
    };
    let third = Content {
        methods: BoundedVec::first_of([second.methods[0], agreement]),
        former_keys: BoundedVec::first_of([former]),
        ..first.clone()
    };
    vec![(NOW - 3 * HOUR, first), (NOW - 2 * HOUR, second), (NOW - HOUR, third)]
}

/// The ledger with one more version.
fn after(change: impl FnOnce(Content) -> Content) -> Ledger {
    let mut versions = versions();
    let last = versions.last().unwrap().1.clone();
    versions.push((NOW - HOUR / 2, change(last)));
    Ledger { did: identifier(), ..Ledger::with(versions) }
}

fn resolve(ledger: &Ledger, options: &[(&str, &str)]) -> Resolution {
    let options = Options::of(None, options.iter().copied()).unwrap();
    ledger.at(NOW).resolve(&example().to_string(), &options)
}

#[test]
fn the_example_of_an_identifier_is_true() {
    let operation = codec::encode(&operation());
    listed("login key", public(1).as_bytes());
    listed("hash of the control key", public(2).control_hash().as_bytes());
    listed("genesis operation", &operation);
    listed("identifier", identifier().hash().as_bytes());
    assert!(METHOD.contains(&format!("`{}`", example())), "{}", example());
    // The same without our own code: the genesis hash, the operation, one derivation context.
    let bytes = [&[0x11; 32], operation.as_slice()].concat();
    let hash = blake3::derive_key("hefu 2026-11 identifier v1", &bytes);
    assert_eq!(identifier().hash().as_bytes(), &hash);
}

#[test]
fn the_parts_of_the_operation_are_the_operation() {
    let begin = METHOD.find("| part | bytes |").unwrap();
    let rows = METHOD[begin..].lines().skip(2).take_while(|line| line.starts_with('|'));
    let parts: Vec<&str> = rows.map(|row| row.split('`').nth(1).unwrap()).collect();
    assert_eq!(parts.concat(), HEXLOWER.encode(&codec::encode(&operation())));
}

#[test]
fn the_example_of_a_resolution_is_true() {
    let ledger = Ledger { did: identifier(), ..Ledger::with(versions()) };
    shown(&resolve(&ledger, &[]));
}

#[test]
fn the_example_of_an_earlier_version_is_true() {
    let ledger = Ledger { did: identifier(), ..Ledger::with(versions()) };
    let earlier = resolve(&ledger, &[("versionTime", "2026-11-22T05:30:00Z")]);
    shown(&earlier.did_document_metadata.unwrap());
}

#[test]
fn the_example_of_a_suspension_is_true() {
    let suspension = Suspension {
        by: OrganisationId::new(7),
        since: Timestamp::new(NOW - HOUR / 2),
        until: Timestamp::new(NOW + 24 * HOUR),
        reason: ReasonClass::Compromise,
    };
    let ledger = after(|content| Content { suspension: Some(suspension), ..content });
    let result = resolve(&ledger, &[]);
    shown(&result.did_document.unwrap());
    shown(&result.did_document_metadata.unwrap().hefu.suspended.unwrap());
}

#[test]
fn the_example_of_an_end_is_true() {
    let at = Timestamp::new(NOW - HOUR / 2);
    let cause = EndCause::Revoked(ReasonClass::Fraud);
    let ended = |content| Content {
        methods: BoundedVec::default(),
        former_keys: BoundedVec::default(),
        end: Some(End { at, cause }),
        ..content
    };
    shown(&resolve(&after(ended), &[]));
}

#[test]
fn the_example_of_an_organisation_is_true() {
    let purposes = Relationships::ASSERTION_METHOD.and(Relationships::CAPABILITY_INVOCATION);
    let controllers = Controllers { threshold: 1, dids: BoundedVec::first_of([identifier()]) };
    let organisation = Content {
        methods: BoundedVec::first_of([method(MethodKey::Ed25519(public(5)), purposes)]),
        also_known_as: BoundedVec::first_of(["https://org.example/about".parse().unwrap()]),
        controllers,
        ..content(1)
    };
    let ledger = Ledger::with(vec![(NOW - HOUR, organisation)]);
    shown(&ledger.at(NOW).resolve(&did().to_string(), &Options::default()).did_document.unwrap());
}

#[test]
fn the_example_of_an_error_is_true() {
    let ledger = Ledger { did: identifier(), ..Ledger::with(versions()) };
    shown(&resolve(&ledger, &[("versionTime", "2026-11-22T04:00:00Z")]));
}

/// Every kind of error has a row in the table of the method's specification.
#[test]
fn the_table_of_errors_is_complete() {
    let text = String::new;
    for error in [
        ResolutionError::InvalidDid(text()),
        ResolutionError::InvalidDidUrl(text()),
        ResolutionError::InvalidOptions(text()),
        ResolutionError::NotFound(Missing::Did),
        ResolutionError::RepresentationNotSupported { accept: text(), offered: Vec::new() },
        ResolutionError::MethodNotSupported(text()),
        ResolutionError::FeatureNotSupported(text()),
        ResolutionError::InvalidVerificationMethod,
        ResolutionError::InvalidRelationship(text()),
        ResolutionError::Internal(ReadError::Failed(text())),
    ] {
        let problem = error.problem();
        let name = problem.kind.rsplit('#').next().unwrap().to_owned();
        let row = format!("| `{name}` | {} |", problem.status);
        assert!(METHOD.contains(&row), "docs/did-method.md should have a row\n{row}");
    }
}
