//! A canary: one enrolment whose becoming final shows that a network does its work.

use crate::api::{Api, Fate, encode};
use crate::office::{Office, chance};
use crate::place::Place;
use crate::state::{Role, State};
use crate::wait::until;
use anyhow::{Context, Result, bail};
use hefu_ledger::DidId;
use hefu_ledger::author;
use hefu_ledger::enrolment::{EnrolmentRequest, GenesisOperation};
use hefu_ledger::key::KeyBytes;
use hefu_ledger::operation::holder::commit_to;
use hefu_ledger::record::{Class, Controllers, MethodKey, Relationships, VerificationMethod};
use hefu_primitives::{BoundedVec, SecretKey};
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// How long one validator may take to get it final.
const PATIENCE: Duration = Duration::from_secs(5);

/// Enrols somebody through the first validator that takes it, and waits until that is final. How
/// long it took.
pub(crate) async fn sing(
    api: &Api,
    place: &Place,
    state: &State,
    within: Duration,
) -> Result<Duration> {
    let office = Office::open(place)?;
    let start = Instant::now();
    let look = async || {
        let sung = attempt(api, state, &office).await;
        sung.map(|_| start.elapsed())
    };
    let all = until(within, "ready", look);
    timeout(within, all).await.with_context(|| format!("not ready within {within:?}"))?
}

async fn attempt(api: &Api, state: &State, office: &Office) -> Result<DidId> {
    let (did, request) = somebody(office)?;
    let bytes = encode(&office.enrol(request)?);
    let mut last = None;
    for node in state.of(Role::Validator) {
        last = Some(match api.submit(node.http, bytes.clone(), PATIENCE).await {
            Ok(Fate::Final(_)) => return Ok(did),
            Ok(Fate::Pending) => format!("{} has it pending", node.name),
            Ok(Fate::Later(_, problem) | Fate::Refused(problem)) => problem.to_string(),
            Err(error) => format!("{}: {error:#}", node.name),
        });
    }
    bail!(last.unwrap_or_else(|| "there is no validator".to_owned()))
}

/// Somebody who wants to be enrolled, and whose keys nobody keeps.
pub(crate) fn somebody(office: &Office) -> Result<(DidId, EnrolmentRequest)> {
    let key = SecretKey::from_seed(&chance()?);
    let control = SecretKey::from_seed(&chance()?).public_key();
    let method = VerificationMethod {
        key: MethodKey::Ed25519(KeyBytes::from(&key.public_key())),
        relationships: Relationships::AUTHENTICATION,
        from: None,
        until: None,
    };
    let operation = GenesisOperation {
        class: Class::Person,
        registrar: office.registrar()?,
        methods: BoundedVec::first_of([method]),
        control: commit_to(&[KeyBytes::from(&control)], 1),
        controllers: Controllers::default(),
        recovery: None,
        nonce: chance()?,
    };
    let did = operation.did(office.hash());
    Ok((did, author::request(office.hash(), operation, &[&key], Vec::new())))
}
