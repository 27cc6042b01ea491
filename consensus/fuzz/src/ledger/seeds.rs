//! Inputs for the ledger's targets to begin with: what the town holds, and edits of every kind.

use super::decode::LEDGER;
use super::text::TEXTS;
use super::town::{Town, town};
use crate::decode::Decoder;
use hefu_ledger::bundle::{At, Bundle, Operations, Query, build};
use hefu_ledger::document::multikey;
use hefu_ledger::genesis::{FounderSignature, SignedGenesis};
use hefu_ledger::json::{self, Json};
use hefu_ledger::key::KeyBytes;
use hefu_ledger::merkle::{Frontier, List};
use hefu_ledger::record::MethodKey;
use hefu_ledger::state::{StateKey, StateReader, StateValue};
use hefu_ledger::store::Store;
use hefu_ledger::transaction::{Body, Sealed};
use hefu_login::{Answer, Challenge, ChallengeVersion, Domain, Seen, Stapled};
use hefu_primitives::{BoundedVec, Hash, Height, SecretKey, Timestamp, codec};
use serde::Serialize;

/// Values behind the byte that chooses their type.
struct Encodings(Vec<Vec<u8>>);

/// The byte that chooses one of these.
fn selector<T>(all: &[T], chosen: impl FnMut(&T) -> bool) -> u8 {
    let place = all.iter().position(chosen).and_then(|place| u8::try_from(place).ok());
    place.expect("there is one of this name")
}

impl Encodings {
    fn add<T: Serialize>(&mut self, name: &str, value: &T) {
        let selector = selector(LEDGER, |decoder: &Decoder| decoder.name == name);
        self.0.push([vec![selector], codec::encode(value)].concat());
    }
}

/// A value of every type of the ledger.
pub(crate) fn encodings() -> Vec<Vec<u8>> {
    let mut all = Encodings(Vec::new());
    submitted(town(), &mut all);
    kept(town(), &mut all);
    proved(town(), &mut all);
    all.0
}

fn submitted(town: &Town, all: &mut Encodings) {
    for act in &town.acts {
        all.add("Transaction", &act.transaction);
        if let Body::Single(payload) = &act.transaction.body
            && let Sealed::Open { value, .. } = payload.as_ref()
        {
            all.add("Payload", value);
        }
    }
    let batch = &town.acts[2].transaction;
    if let Body::Batch(entries) = &batch.body
        && let Sealed::Open { value, .. } = &entries[0].enrolment
    {
        all.add("Enrolment", value);
    }
    all.add("Envelope", &batch.envelope);
    all.add("EnrolmentRequest", &town.child.request);
}

fn kept(town: &Town, all: &mut Encodings) {
    let (store, did) = (&town.chain.store, town.anna.did);
    let organisation = town.chain.world.genesis.organisations[0].id;
    let keys = [
        StateKey::Did(did),
        StateKey::Organisation(organisation),
        StateKey::Usage(organisation),
        StateKey::Rules,
        StateKey::Parameters,
        StateKey::Validators,
        StateKey::Protocol,
    ];
    for key in &keys {
        all.add("StateKey", key);
    }
    let records = keys.iter().map(|key| store.record(key).expect("memory can be read"));
    for record in records.flatten() {
        all.add("StateValue", record.as_ref());
        if let StateValue::Did(record) = record.as_ref() {
            all.add("DidRecord", record);
            all.add("Content", &record.content);
            all.add("LogHead", &record.log);
        }
    }
    let log = store.log(&did, 0, 1).expect("memory can be read");
    for entry in &log {
        all.add("LogEntry", entry);
    }
    for height in [1, 4].map(Height::new) {
        let effects = store.effects(height).expect("memory can be read");
        for effects in &effects {
            all.add("Effects", effects);
        }
        let body = store.body(height).expect("memory can be read");
        if let Some(body) = &body {
            all.add("BlockBody", body);
        }
    }
    let mut genesis = town.chain.world.genesis.clone();
    all.add("Genesis", &genesis);
    // One that is shorter than what a fuzzer is allowed.
    genesis.organisations = BoundedVec::first_of(genesis.organisations.iter().take(1).cloned());
    all.add("Genesis", &genesis);
}

fn proved(town: &Town, all: &mut Encodings) {
    let store = &town.chain.store;
    let key = StateKey::Rules.tree_key();
    let proof = hefu_ledger::tree::prove(store, &key).expect("memory can be read");
    all.add("TreeProof", &proof);
    let leaves = [Hash::from_bytes([1; 32]); 5];
    let inclusion = hefu_ledger::merkle::inclusion(List::History, &leaves, 2);
    if let Some(proof) = &inclusion {
        all.add("InclusionProof", proof);
    }
    let mut frontier = Frontier::default();
    for leaf in leaves {
        frontier.append(List::History, leaf);
        all.add("Frontier", &frontier);
    }
    let growth = hefu_ledger::merkle::consistency(List::History, store, 3, 6);
    if let Ok(Some(proof)) = &growth {
        all.add("ConsistencyProof", proof);
    }
    for bundle in &claims(town) {
        all.add("Bundle", &short(bundle));
    }
}

/// A bundle of every kind of claim.
fn claims(town: &Town) -> Vec<Bundle> {
    let did = town.batch[0].did;
    let nobody = StateKey::Organisation(hefu_ledger::organisation::OrganisationId::new(999));
    let operations = Operations::Named;
    let queries = [
        Query::Record(StateKey::Did(did)),
        Query::Record(nobody),
        Query::KeyHolder(town.former),
        Query::Transaction { id: town.acts[9].transaction.envelope.id(), of: None },
        Query::Transaction { id: town.acts[2].transaction.envelope.id(), of: Some(did) },
        Query::History { did: town.anna.did, operations },
        Query::Past { did: town.anna.did, at: At::Height(Height::new(2)), operations },
        Query::Consistency { older: Height::new(3) },
    ];
    let answer = |query| build(&town.chain.store, query).expect("the town can answer");
    queries.iter().map(answer).collect()
}

/// The bundle with the signature of a single validator, as no verifier would accept it: it is to
/// be read, and to be short.
fn short(bundle: &Bundle) -> Bundle {
    let mut short = bundle.clone();
    let signatures = &mut short.checkpoint.finalization.signatures;
    *signatures = BoundedVec::first_of(signatures.iter().take(1).copied());
    short
}

/// Texts that are accepted, and some that are not quite.
pub(crate) fn texts() -> Vec<Vec<u8>> {
    [names(), requests(), documents(), logins(), answers()].concat()
}

/// A text behind the byte that chooses its parser.
fn text(name: &str, text: &str) -> Vec<u8> {
    [&[selector(TEXTS, |parser| parser.name == name)], text.as_bytes()].concat()
}

fn names() -> Vec<Vec<u8>> {
    let identifier = town().anna.did.to_string();
    let did = format!("did:hefu:fixture:{identifier}");
    let texts: [(&str, &str); 21] = [
        ("Did", &did),
        ("Did", &did.to_uppercase()),
        ("Did", &format!("{did}#key")),
        ("DidId", &identifier),
        ("DidId", &format!("{}b", &identifier[..51])),
        ("NetworkName", "main-net2"),
        ("NetworkName", "2main"),
        ("Label", "login-1_a.b"),
        ("Label", "a b"),
        ("Reference", "https://a.example/x?y=1#z"),
        ("Reference", "urn:uuid:%20"),
        ("Reference", "1a:b"),
        ("Title", "合符 Registrar №1"),
        ("Title", "a\u{202e}b"),
        ("Title", "a\u{7f}b"),
        ("VersionId", "3-9f9f9f9f9f9f9f9f"),
        ("VersionId", "03-9f9f9f9f9f9f9f9f"),
        ("VersionId", "4294967296-9f9f9f9f9f9f9f9f"),
        ("datetime", "2026-11-22T05:40:00Z"),
        ("datetime", "2000-02-29T23:59:60Z"),
        ("datetime", "2026-02-29T00:00:00.0Z"),
    ];
    texts.iter().map(|(name, one)| text(name, one)).collect()
}

fn requests() -> Vec<Vec<u8>> {
    let did = |id| format!("did:hefu:fixture:{id}");
    let (child, office, ended) = (town().child.did, town().office.did, town().anna.did);
    let (child, office, ended) = (did(child), did(office), did(ended));
    let texts: [(&str, &str); 19] = [
        ("DidUrl", &child),
        ("DidUrl", "did:a:b%20/p/q?x=%41&y#z%2f"),
        ("DidUrl", "did:a:b?x&x"),
        ("DidUrl", "did:a:b?=1"),
        ("DidUrl", "did:a:#%ff"),
        ("Accept", "application/json, application/did;q=0.9"),
        ("Accept", "text/html, */*;q=0.8"),
        ("Accept", "application/ld+json;profile=x;q=1.000"),
        ("resolution", &child),
        ("resolution", &ended),
        (
            "resolution",
            &format!("{child}\napplication/did-resolution\nversionTime=2026-01-01T00:00:09Z"),
        ),
        ("resolution", &format!("{child}\n\nversionId=1-9f9f9f9f9f9f9f9f")),
        ("resolution", &format!("{ended}?versionTime=2026-01-01T00:00:02Z")),
        ("resolution", &format!("{office}#login")),
        ("resolution", &format!("{office}?service=login&relativeRef=%2Fx\ntext/uri-list")),
        ("resolution", &format!("{office}?serviceType=LinkedDomains#login")),
        ("resolution", &format!("{child}\n\nverificationRelationship=authentication")),
        ("resolution", "did:web:a.example"),
        ("resolution", "did:hefu:other:a\n\nnoCache=true"),
    ];
    texts.iter().map(|(name, one)| text(name, one)).collect()
}

/// JSON without line breaks and indentation, which would only make it longer.
fn compact<T: Json>(value: &T) -> String {
    json::to_text(value).lines().map(str::trim_start).collect()
}

fn documents() -> Vec<Vec<u8>> {
    let transactions =
        town().acts.iter().map(|act| text("Transaction", &compact(&act.transaction)));
    let request = text("EnrolmentRequest", &compact(&town().child.request));
    let world = &town().chain.world;
    let hash = world.genesis.hash();
    let signed = world.offices.iter().map(|(id, key)| FounderSignature::new(&hash, *id, key));
    let genesis = SignedGenesis::new(world.genesis.clone(), signed);
    let genesis = text("Genesis", &compact(&genesis));
    transactions.chain([request, genesis]).collect()
}

fn logins() -> Vec<Vec<u8>> {
    let world = &town().chain.world;
    let did = town().anna.did;
    let domain: Domain = "bank.example:8443".parse().expect("a domain");
    let challenge = Challenge {
        network: world.genesis.hash(),
        version: ChallengeVersion::V1,
        platform: town().office.did,
        domain: domain.clone(),
        nonce: [7; 32],
        issued: Timestamp::new(1_800_000_000_000),
        expires: Timestamp::new(1_800_000_060_000),
        purpose: "Log in".parse().expect("a title"),
    };
    let (key, seen) = (
        SecretKey::from_seed(&[7; 32]),
        Seen { network: challenge.network, domain, platform: None },
    );
    let bundle = Stapled::new(vec![1, 2, 3]).expect("a short bundle");
    let answer = Answer::sign(challenge.clone(), &seen, did, &key, bundle).expect("the same place");
    let public = KeyBytes::from(&key.public_key());
    let short = |text: String| text.lines().map(str::trim_start).collect::<String>();
    vec![
        text("Domain", "bank.example:8443"),
        text("Domain", "bank.example:08443"),
        text("Domain", "-bank.example"),
        text("SignatureKey", &public.to_string()),
        text("SignatureKey", &multikey(&MethodKey::Ed25519(public))),
        text("SignatureKey", &multikey(&MethodKey::X25519(public))),
        text("Challenge", &short(challenge.to_json())),
        text("Answer", &short(answer.to_json())),
    ]
}

/// What nodes answer, each behind a line that says what it is.
fn answers() -> Vec<Vec<u8>> {
    let hash = "07".repeat(32);
    let pending = r#""pending":{"transactions":1,"bytes":300}"#;
    let peer = format!(
        r#"{{"key":"{hash}","name":"b","reachable":true,"connected_at_height":3,"dropped":0}}"#
    );
    let status = format!(
        r#"{{"network":"demo","genesis":"{hash}","development":true,"key":"{hash}","role":"validator","software":"0","protocol_version":1,"height":3,"digest":"{hash}","time_ms":4,"epoch":0,"view":5,"leader":"{hash}","quorum":3,"peers":[{peer}],{pending}}}"#
    );
    let why = format!(
        r#"{{"well":false,"height":1,"age_ms":2,"view":3,"in_view_ms":4,"reasons":[{{"code":"why.no_quorum","detail":"2 of 4","validators":["{hash}"]}}]}}"#
    );
    let problem = r#"{"type":"about:blank","title":"Conflict","status":409,"code":"rejected.sequence","detail":"x","retry_after_ms":9}"#;
    let transaction = format!(
        r#"{{"id":"{hash}","status":"refused","code":"rejected.replayed","reason":"it was"}}"#
    );
    let organisations = r#"{"items":[],"next":"1"}"#;
    [
        ("status", status.as_str()),
        ("why", &why),
        ("problem", problem),
        ("transaction", &transaction),
        ("organisations", organisations),
        ("status", "{}"),
        ("nothing", "{}"),
    ]
    .iter()
    .map(|(kind, json)| text("API", &format!("{kind}\n{json}")))
    .collect()
}

/// Inputs that choose, one after the other, everything there is to choose at their first bytes,
/// and leave the rest to a pattern.
fn patterns(first: u8, length: u8) -> Vec<Vec<u8>> {
    let pattern =
        |at: u8, step: u8| (0..length).map(move |n| at.wrapping_add(n.wrapping_mul(step)));
    let input = |at: u8| [vec![at], pattern(at, at | 1).collect()].concat();
    (0..first).map(input).collect()
}

/// Every genuine bundle, untouched and edited.
pub(crate) fn bundles() -> Vec<Vec<u8>> {
    let untouched = (0..=u8::MAX).map(|place| vec![place]).take(super::bundles::count());
    untouched.chain(patterns(48, 12)).collect()
}

/// Every genuine transaction, untouched, tampered with, and spoilt before it is signed.
pub(crate) fn transactions() -> Vec<Vec<u8>> {
    let acts = (0..=u8::MAX).take(town().acts.len());
    let both = acts.flat_map(|place| [vec![place, 0], vec![place, 1]]);
    both.chain(patterns(32, 12)).collect()
}

/// Short chains.
pub(crate) fn executions() -> Vec<Vec<u8>> {
    patterns(32, 120)
}
