//! Resolution over a ledger that can be made to lie.

use super::*;
use crate::ReadError;
use crate::block::{BlockBody, FinalBlock, Parent};
use crate::did::DidId;
use crate::effects::Effects;
use crate::key::{KeyBytes, KeyHash};
use crate::log::{LogEntry, LogHead};
use crate::merkle::{Frontier, NodeReader};
use crate::organisation::OrganisationId;
use crate::record::{
    Assurance, Class, Content, ControlCommitment, Controllers, DidRecord, End, EndCause, FormerKey,
    KeyRevocationReason, MethodKey, ReasonClass, Relationships, Service, Suspension,
    VerificationMethod,
};
use crate::state::{StateKey, StateReader, StateValue};
use crate::store::{Index, Location, WriteError};
use crate::transaction::{Envelope, TransactionId};
use crate::tree::{Leaf, Page, Path, TreeKey, TreeReader};
use hefu_primitives::{
    BoundedVec, Certificate, Digest, Epoch, GenesisHash, Hash, Header, Height, codec,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

const BLIND: Hash = Hash::from_bytes([7; 32]);
const SECOND: u64 = 1_000;

/// A ledger with one DID. Its fields may be spoilt.
struct Ledger {
    did: DidId,
    head: Parent,
    record: Option<DidRecord>,
    log: Vec<LogEntry>,
    versions: BTreeMap<u32, Vec<u8>>,
    fails: bool,
}

impl Ledger {
    /// A DID with these versions, each made at a time in milliseconds.
    fn with(versions: Vec<(u64, Content)>) -> Self {
        let mut ledger = Self {
            did: did().id,
            head: head(0),
            record: None,
            log: Vec::new(),
            versions: BTreeMap::new(),
            fails: false,
        };
        for (time, content) in versions {
            ledger.push(time, content);
        }
        ledger
    }

    fn push(&mut self, time: u64, content: Content) {
        let number = u32::try_from(self.log.len()).unwrap();
        let entry = LogEntry {
            transaction: Hash::from_bytes([9; 32]),
            height: Height::new(u64::from(number) + 1),
            time: Timestamp::new(time),
            content: content.hash(&BLIND),
        };
        self.log.push(entry);
        self.versions.insert(number, codec::encode(&(BLIND, &content)));
        let before = self.record.take().map(|record| record.log).unwrap_or_default();
        self.record = Some(DidRecord { blind: BLIND, content, log: before.then(&entry) });
        self.head = head(time);
    }

    fn at(&self, now: u64) -> Resolver<'_, Self> {
        Resolver::new(self, Box::leak(Box::new(network())), Timestamp::new(now))
    }

    fn resolve(&self, now: u64, options: &[(&str, &str)]) -> Value {
        let options = Options::of(None, options.iter().copied()).unwrap();
        serde_json::to_value(self.at(now).resolve(&did().to_string(), &options)).unwrap()
    }

    fn dereference(&self, rest: &str, accept: Option<&str>) -> Dereferencing {
        let options = Options::of(accept, []).unwrap();
        self.at(100 * SECOND).dereference(&format!("{}{rest}", did()), &options)
    }

    /// The name of the version with this number, from one.
    fn version_id(&self, number: usize) -> String {
        VersionId::of(&LogHead::of(&self.log[..number])).to_string()
    }
}

fn head(time: u64) -> Parent {
    let header = Header {
        protocol_version: 1,
        genesis: GenesisHash::default(),
        epoch: Epoch::ZERO,
        height: Height::new(5),
        parent: Digest::default(),
        time: Timestamp::new(time),
        transaction_root: Hash::default(),
        state_root: Hash::default(),
        history_root: Hash::default(),
        validators: Hash::default(),
        next_validators: Hash::default(),
    };
    Parent::new(header, Frontier::default())
}

fn network() -> NetworkName {
    "test".parse().unwrap()
}

fn did() -> Did {
    Did { network: network(), id: DidId::new(Hash::from_bytes([0xaa; 32])) }
}

fn key(byte: u8) -> MethodKey {
    MethodKey::Ed25519(KeyBytes::from_bytes([byte; 32]))
}

/// A version with one key and two services.
fn content(byte: u8) -> Content {
    let relationships = Relationships::AUTHENTICATION;
    let method = VerificationMethod { key: key(byte), relationships, from: None, until: None };
    let service = |name: &str, kind: &str, endpoint: &str| Service {
        name: name.parse().unwrap(),
        service_type: kind.parse().unwrap(),
        endpoint: endpoint.parse().unwrap(),
    };
    let services = [
        service("files", "FileStore", "https://files.example/a/b?c=d"),
        service("home", "LinkedDomains", "https://org.example/#top"),
    ];
    Content {
        class: Class::Organisation,
        registrar: OrganisationId::new(7),
        assurance: Assurance::Three,
        enrolment: Hash::default(),
        created: Timestamp::new(10 * SECOND),
        methods: BoundedVec::first_of([method]),
        former_keys: BoundedVec::default(),
        services: BoundedVec::first_of(services),
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

/// Three versions, made at 10.0, 20.7 and 30.0 seconds, each with another key.
fn three() -> Ledger {
    let at = |time, byte| (time, content(byte));
    Ledger::with(vec![at(10 * SECOND, 1), at(20_700, 2), at(30 * SECOND, 3)])
}

/// Two versions: alive, and ended at 20 seconds.
fn ended(cause: EndCause) -> Ledger {
    let end = Some(End { at: Timestamp::new(20 * SECOND), cause });
    let last = Content { methods: BoundedVec::default(), end, ..content(1) };
    Ledger::with(vec![(10 * SECOND, content(1)), (20 * SECOND, last)])
}

/// The key that a result shows.
fn shown(result: &Value) -> &Value {
    &result["didDocument"]["verificationMethod"][0]["publicKeyMultibase"]
}

fn error(result: &Value) -> &str {
    result["didResolutionMetadata"]["error"]["type"].as_str().unwrap_or_default()
}

fn detail(result: &Value) -> &str {
    result["didResolutionMetadata"]["error"]["detail"].as_str().unwrap_or_default()
}

#[test]
fn the_latest_version_comes_with_all_that_is_said_of_it() {
    let ledger = three();
    let result = ledger.resolve(40 * SECOND, &[]);
    assert_eq!(shown(&result), &json!(crate::document::multikey(&key(3))));
    assert_eq!(
        result["didDocumentMetadata"],
        json!({
            "created": "1970-01-01T00:00:10Z",
            "updated": "1970-01-01T00:00:30Z",
            "versionId": ledger.version_id(3),
            "hefu": {
                "class": "organisation", "status": "active", "registrar": 7, "assurance": "three",
            },
        })
    );
    let digest = ledger.head.header.digest().to_string();
    assert_eq!(
        result["didResolutionMetadata"],
        json!({
            "contentType": "application/did",
            "hefu": { "checkpoint": {
                "height": "5", "digest": digest, "time": "1970-01-01T00:00:30Z",
            }},
        })
    );
}

#[test]
fn a_did_that_was_never_changed_was_not_updated() {
    let ledger = Ledger::with(vec![(10 * SECOND, content(1))]);
    let metadata = &ledger.resolve(40 * SECOND, &[])["didDocumentMetadata"];
    assert_eq!(metadata["updated"], Value::Null);
    assert_eq!(metadata["created"], "1970-01-01T00:00:10Z");
}

#[test]
fn a_version_time_picks_the_last_version_of_its_second() {
    let ledger = three();
    for (second, byte) in [(10, 1), (19, 1), (20, 2), (29, 2), (30, 3), (40, 3)] {
        let time = format!("1970-01-01T00:00:{second}Z");
        let result = ledger.resolve(40 * SECOND, &[("versionTime", &time)]);
        assert_eq!(shown(&result), &json!(crate::document::multikey(&key(byte))), "{time}");
        let number = usize::from(byte);
        assert_eq!(result["didDocumentMetadata"]["versionId"], ledger.version_id(number));
    }
}

#[test]
fn an_earlier_version_tells_what_came_after_it() {
    let ledger = three();
    let result = ledger.resolve(40 * SECOND, &[("versionId", &ledger.version_id(1))]);
    let metadata = &result["didDocumentMetadata"];
    assert_eq!(shown(&result), &json!(crate::document::multikey(&key(1))));
    assert_eq!(metadata["nextUpdate"], "1970-01-01T00:00:20Z");
    assert_eq!(metadata["nextVersionId"], ledger.version_id(2));
    let latest = json!({ "versionId": ledger.version_id(3), "status": "active" });
    assert_eq!(metadata["hefu"]["latest"], latest);
}

#[test]
fn the_latest_version_is_the_same_by_its_name() {
    let ledger = three();
    let named = ledger.resolve(40 * SECOND, &[("versionId", &ledger.version_id(3))]);
    assert_eq!(named, ledger.resolve(40 * SECOND, &[]));
}

#[test]
fn a_time_before_the_creation_finds_nothing() {
    let result = three().resolve(40 * SECOND, &[("versionTime", "1970-01-01T00:00:09Z")]);
    assert!(error(&result).ends_with("#NOT_FOUND"), "{result}");
    assert_eq!(detail(&result), "the DID was created at 1970-01-01T00:00:10Z");
}

#[test]
fn a_version_is_found_under_its_own_name_only() {
    let ledger = three();
    let of_second = ledger.version_id(2).replacen('2', "1", 1);
    for id in [of_second.as_str(), "4-0000000000000000", "0-0000000000000000"] {
        let result = ledger.resolve(40 * SECOND, &[("versionId", id)]);
        assert!(error(&result).ends_with("#NOT_FOUND"), "{result}");
        assert_eq!(detail(&result), format!("the DID has no version {id}"));
    }
}

#[test]
fn options_that_make_no_sense_are_refused() {
    let ledger = three();
    let (id, time) = (ledger.version_id(1), "1970-01-01T00:00:10Z");
    for options in [
        vec![("versionId", id.as_str()), ("versionTime", time)],
        vec![("versionId", "1")],
        vec![("versionTime", "yesterday")],
        vec![("versionTime", "1970-01-01T00:00:41Z")],
    ] {
        let result = ledger.resolve(40 * SECOND, &options);
        assert!(error(&result).ends_with("#INVALID_OPTIONS"), "{options:?}: {result}");
    }
    let ahead = ledger.resolve(40 * SECOND, &[("versionTime", "1970-01-01T00:00:41Z")]);
    assert_eq!(detail(&ahead), "versionTime lies ahead: it is 1970-01-01T00:00:40Z here");
}

#[test]
fn options_are_given_once_and_are_known() {
    let refused = |named: &[(&str, &str)]| Options::of(None, named.iter().copied()).unwrap_err();
    let twice = refused(&[("versionId", "a"), ("versionId", "a")]);
    assert_eq!(twice, ResolutionError::InvalidOptions("versionId is given twice".to_owned()));
    let unknown = refused(&[("hl", "zQm")]);
    assert_eq!(unknown, ResolutionError::FeatureNotSupported("the option \"hl\"".to_owned()));
    assert!(matches!(refused(&[("noCache", "1")]), ResolutionError::InvalidOptions(_)));
    assert!(Options::of(None, [("noCache", "true"), ("expandRelativeUrls", "false")]).is_ok());
}

#[test]
fn a_version_is_seen_as_it_was_at_last() {
    let of = |until| {
        let suspension = Suspension {
            by: OrganisationId::new(7),
            since: Timestamp::new(20 * SECOND),
            until: Timestamp::new(until),
            reason: ReasonClass::Legal,
        };
        let stopped = Content { suspension: Some(suspension), ..content(1) };
        let versions =
            vec![(10 * SECOND, content(1)), (20 * SECOND, stopped), (30 * SECOND, content(2))];
        Ledger::with(versions)
    };
    // It lapsed before the next version, or lasted until then.
    for (until, status) in [(25 * SECOND, "active"), (30 * SECOND, "suspended")] {
        let ledger = of(until);
        let result = ledger.resolve(40 * SECOND, &[("versionId", &ledger.version_id(2))]);
        assert_eq!(result["didDocumentMetadata"]["hefu"]["status"], status);
        let during = ledger.resolve(40 * SECOND, &[("versionTime", "1970-01-01T00:00:22Z")]);
        assert_eq!(during["didDocumentMetadata"]["hefu"]["status"], "suspended");
    }
}

#[test]
fn a_suspension_is_told_of_while_it_lasts() {
    let suspension = Suspension {
        by: OrganisationId::new(3),
        since: Timestamp::new(20 * SECOND),
        until: Timestamp::new(30 * SECOND),
        reason: ReasonClass::Compromise,
    };
    let stopped = Content { suspension: Some(suspension), ..content(1) };
    let ledger = Ledger::with(vec![(10 * SECOND, content(1)), (20 * SECOND, stopped)]);
    let during = ledger.resolve(25 * SECOND, &[]);
    assert_eq!(shown(&during), &Value::Null);
    assert_eq!(
        during["didDocumentMetadata"]["hefu"]["suspended"],
        json!({
            "since": "1970-01-01T00:00:20Z",
            "until": "1970-01-01T00:00:30Z",
            "by": 3,
            "reason": "compromise",
        })
    );
    let after = ledger.resolve(30 * SECOND, &[]);
    assert_eq!(after["didDocumentMetadata"]["hefu"]["suspended"], Value::Null);
    assert_ne!(shown(&after), &Value::Null);
}

#[test]
fn a_clock_behind_the_ledger_does_not_undo_what_it_says() {
    let suspension = Suspension {
        by: OrganisationId::new(3),
        since: Timestamp::new(20 * SECOND),
        until: Timestamp::new(30 * SECOND),
        reason: ReasonClass::Other,
    };
    let stopped = Content { suspension: Some(suspension), ..content(1) };
    let ledger = Ledger::with(vec![(10 * SECOND, content(1)), (20 * SECOND, stopped)]);
    assert_eq!(shown(&ledger.resolve(15 * SECOND, &[])), &Value::Null);
}

#[test]
fn an_ended_did_resolves_to_nothing_and_says_so() {
    for (cause, status, reason) in [
        (EndCause::Deactivated, "deactivated", None),
        (EndCause::Revoked(ReasonClass::Fraud), "revoked", Some("fraud")),
        (EndCause::Revoked(ReasonClass::Mistake), "revoked", Some("mistake")),
        (EndCause::Revoked(ReasonClass::Ceased), "revoked", Some("ceased")),
    ] {
        let ledger = ended(cause);
        let result = ledger.resolve(40 * SECOND, &[]);
        assert_eq!(result["didDocument"], Value::Null);
        assert_eq!(result["didDocumentMetadata"]["deactivated"], true);
        let hefu = &result["didDocumentMetadata"]["hefu"];
        assert_eq!(hefu["status"], status);
        assert_eq!(hefu["ended"]["reason"], json!(reason));
        assert_eq!(hefu["ended"]["at"], "1970-01-01T00:00:20Z");
        let resolved = ledger.at(40 * SECOND).resolve(&did().to_string(), &Options::default());
        assert_eq!(resolved.http_status(), 410);
    }
}

#[test]
fn what_an_ended_did_was_can_still_be_seen() {
    let ledger = ended(EndCause::Revoked(ReasonClass::Compromise));
    let result = ledger.resolve(40 * SECOND, &[("versionTime", "1970-01-01T00:00:15Z")]);
    assert_ne!(shown(&result), &Value::Null);
    assert_eq!(result["didDocumentMetadata"]["deactivated"], Value::Null);
    assert_eq!(result["didDocumentMetadata"]["hefu"]["latest"]["status"], "revoked");
}

#[test]
fn an_erased_version_is_said_to_be_erased() {
    let mut ledger = ended(EndCause::Deactivated);
    ledger.versions.clear();
    let id = ledger.version_id(1);
    let result = ledger.resolve(40 * SECOND, &[("versionId", &id)]);
    assert!(error(&result).ends_with("#NOT_FOUND"), "{result}");
    let expected =
        format!("version {id} was erased after the DID had ended; only its hash is kept");
    assert_eq!(detail(&result), expected);
    assert_eq!(ledger.resolve(40 * SECOND, &[])["didDocumentMetadata"]["deactivated"], true);
}

#[test]
fn former_keys_are_told_with_claims_beside_the_ledgers_times() {
    let former = |reason, since: Option<u64>| FormerKey {
        key: KeyBytes::from_bytes([1; 32]).hash(),
        revoked: Timestamp::new(20 * SECOND),
        reason,
        compromised_since: since.map(Timestamp::new),
    };
    let all = [
        (KeyRevocationReason::Compromised, "compromised", Some(12 * SECOND)),
        (KeyRevocationReason::Superseded, "superseded", None),
        (KeyRevocationReason::Unspecified, "unspecified", None),
        (KeyRevocationReason::Ceased, "ceased", None),
        (KeyRevocationReason::Ended, "ended", None),
    ];
    let former_keys = all.map(|(reason, _, since)| former(reason, since));
    let content = Content { former_keys: BoundedVec::first_of(former_keys), ..content(2) };
    let result = Ledger::with(vec![(10 * SECOND, content)]).resolve(40 * SECOND, &[]);
    let told = result["didDocumentMetadata"]["hefu"]["formerKeys"].as_array().unwrap();
    assert_eq!(
        told[0],
        json!({
            "keyHash": KeyBytes::from_bytes([1; 32]).hash().hash().to_string(),
            "revoked": "1970-01-01T00:00:20Z",
            "reason": "compromised",
            "compromisedSince": "1970-01-01T00:00:12Z",
        })
    );
    let reasons: Vec<_> = told.iter().map(|key| key["reason"].as_str().unwrap()).collect();
    assert_eq!(reasons, all.map(|row| row.1));
}

#[test]
fn each_class_and_assurance_has_its_word() {
    for (class, assurance, expected) in [
        (Class::Person, Assurance::One, json!(["person", "one"])),
        (Class::Public, Assurance::Two, json!(["public", "two"])),
    ] {
        let controllers = Controllers { threshold: 2, ..Controllers::default() };
        let content = Content { class, assurance, controllers, ..content(1) };
        let result = Ledger::with(vec![(10 * SECOND, content)]).resolve(40 * SECOND, &[]);
        let hefu = &result["didDocumentMetadata"]["hefu"];
        assert_eq!(json!([hefu["class"], hefu["assurance"]]), expected);
        assert_eq!(hefu["controllersNeeded"], 2);
    }
}

#[test]
fn a_log_that_is_not_the_records_is_an_error_of_the_ledger() {
    let spoil: [fn(&mut Ledger); 4] = [
        |ledger| ledger.log.truncate(2),
        |ledger| ledger.log[0].content = Hash::default(),
        |ledger| ledger.log[1].time = Timestamp::new(20_800),
        |ledger| {
            ledger.versions.insert(0, vec![0; 64]);
        },
    ];
    for (at, spoil) in spoil.into_iter().enumerate() {
        let mut ledger = three();
        let id = ledger.version_id(1);
        spoil(&mut ledger);
        let result = ledger.resolve(40 * SECOND, &[("versionId", &id)]);
        assert!(error(&result).ends_with("#INTERNAL_ERROR"), "{at}: {result}");
        assert_eq!(result["didDocumentMetadata"], json!({}));
    }
}

#[test]
fn a_version_that_hashes_well_and_is_no_version_is_an_error_of_the_ledger() {
    let mut ledger = three();
    ledger.versions.insert(0, vec![1, 2, 3]);
    ledger.log[0].content = Hash::of(hefu_primitives::hash::Purpose::Content, &[1, 2, 3]);
    ledger.record.as_mut().unwrap().log = LogHead::of(&ledger.log);
    let result = ledger.resolve(40 * SECOND, &[("versionId", &ledger.version_id(1))]);
    assert!(detail(&result).contains("not a canonical encoding"), "{result}");
}

#[test]
fn a_long_log_is_read_to_its_end() {
    let versions =
        (0..3_000).map(|at| (10 * SECOND + at, content(u8::try_from(at % 250).unwrap())));
    let ledger = Ledger::with(versions.collect());
    for number in [1, 1_024, 1_025, 3_000] {
        let id = ledger.version_id(number);
        let result = ledger.resolve(40 * SECOND, &[("versionId", &id)]);
        assert_eq!(result["didDocumentMetadata"]["versionId"], id);
    }
}

/// What makes each error of resolution: the input, its type, and its HTTP status.
#[test]
fn each_error_has_a_type_a_status_and_a_sentence() {
    let ledger = three();
    let other = format!("did:hefu:other:{}", did().id);
    let absent = format!("did:hefu:test:{}", DidId::new(Hash::default()));
    for (input, kind, status) in [
        ("nonsense", "INVALID_DID", 400),
        ("did:hefu:test:abc", "INVALID_DID", 400),
        ("did:hefu:test:abc/path", "INVALID_DID", 400),
        ("did:key:z6Mk", "METHOD_NOT_SUPPORTED", 501),
        (other.as_str(), "NOT_FOUND", 404),
        (absent.as_str(), "NOT_FOUND", 404),
    ] {
        let result = ledger.at(40 * SECOND).resolve(input, &Options::default());
        let shown = serde_json::to_value(&result).unwrap();
        assert_eq!(error(&shown), format!("https://www.w3.org/ns/did#{kind}"), "{input}");
        assert_eq!(result.http_status(), status, "{input}");
        assert_eq!(shown["didResolutionMetadata"]["error"]["status"], status);
        assert!(detail(&shown).len() > 20, "{shown}");
        assert_eq!(shown["didDocument"], Value::Null);
        assert_eq!(shown["didDocumentMetadata"], json!({}));
    }
}

#[test]
fn a_form_that_nobody_offers_is_refused() {
    let options = Options::of(Some("text/html"), []).unwrap();
    let result = three().at(40 * SECOND).resolve(&did().to_string(), &options);
    assert_eq!(result.http_status(), 406);
    let shown = serde_json::to_value(&result).unwrap();
    assert!(error(&shown).ends_with("#REPRESENTATION_NOT_SUPPORTED"));
    assert!(detail(&shown).contains("application/did"), "{shown}");
    let options = Options::of(Some("application/json"), []).unwrap();
    let result = three().at(40 * SECOND).resolve(&did().to_string(), &options);
    assert_eq!(result.did_resolution_metadata.content_type, Some("application/json"));
}

#[test]
fn a_relationship_without_a_url_is_not_passed_over() {
    let options = Options::of(None, [("verificationRelationship", "authentication")]).unwrap();
    let result = three().at(40 * SECOND).resolve(&did().to_string(), &options);
    assert_eq!(result.http_status(), 501);
}

#[test]
fn a_ledger_that_fails_is_an_internal_error() {
    let ledger = Ledger { fails: true, ..three() };
    let result = ledger.at(40 * SECOND).resolve(&did().to_string(), &Options::default());
    assert_eq!(result.http_status(), 500);
    let result = ledger.dereference("", None);
    assert_eq!(result.http_status(), 500);
}

impl Store for Ledger {
    fn head(&self) -> &Parent {
        &self.head
    }

    fn log(&self, _: &DidId, from: u32, count: usize) -> Result<Vec<LogEntry>, ReadError> {
        let from = usize::try_from(from).unwrap();
        Ok(self.log.iter().skip(from).take(count).copied().collect())
    }

    fn version(&self, _: &DidId, number: u32) -> Result<Option<Vec<u8>>, ReadError> {
        Ok(self.versions.get(&number).cloned())
    }

    fn commit(&mut self, _: &FinalBlock) -> Result<(), WriteError> {
        Err(WriteError::Failed("it is for reading".to_owned()))
    }

    fn settle(&mut self) -> Result<(), WriteError> {
        Ok(())
    }

    fn header(&self, _: Height) -> Result<Option<Header>, ReadError> {
        Ok(None)
    }

    fn finalization(&self, _: Height) -> Result<Option<Certificate>, ReadError> {
        Ok(None)
    }

    fn body(&self, _: Height) -> Result<Option<BlockBody>, ReadError> {
        Ok(None)
    }

    fn envelopes(&self, _: Height) -> Result<Vec<Envelope>, ReadError> {
        Ok(Vec::new())
    }

    fn envelope(&self, _: &Location) -> Result<Option<Envelope>, ReadError> {
        Ok(None)
    }

    fn effects(&self, _: Height) -> Result<Vec<Effects>, ReadError> {
        Ok(Vec::new())
    }

    fn locate(&self, _: &TransactionId) -> Result<Option<Location>, ReadError> {
        Ok(None)
    }

    fn search(&self, _: Index, _: Option<Location>, _: usize) -> Result<Vec<Location>, ReadError> {
        Ok(Vec::new())
    }

    fn height_at(&self, _: Timestamp) -> Result<Option<Height>, ReadError> {
        Ok(None)
    }

    fn erase(&mut self, _: &DidId) -> Result<u64, WriteError> {
        Err(WriteError::Failed("it is for reading".to_owned()))
    }
}

impl StateReader for Ledger {
    fn record(&self, key: &StateKey) -> Result<Option<Arc<StateValue>>, ReadError> {
        if self.fails {
            return Err(ReadError::Failed("the disk is gone".to_owned()));
        }
        let ours = self.record.clone().filter(|_| *key == StateKey::Did(self.did));
        Ok(ours.map(|record| Arc::new(StateValue::Did(Box::new(record)))))
    }

    fn key_holder(&self, _: &KeyHash) -> Result<Option<DidId>, ReadError> {
        Ok(None)
    }
}

impl TreeReader for Ledger {
    fn page(&self, _: &Path) -> Result<Option<Arc<Page>>, ReadError> {
        Ok(None)
    }

    fn leaves(&self, _: &Path) -> Result<Arc<[Leaf]>, ReadError> {
        Ok(Arc::new([]))
    }

    fn value(&self, _: &TreeKey) -> Result<Option<Hash>, ReadError> {
        Ok(None)
    }
}

impl NodeReader for Ledger {
    fn node(&self, _: u8, _: u64) -> Result<Option<Hash>, ReadError> {
        Ok(None)
    }
}

mod examples;
mod urls;
