//! Whether the ledger says of everybody what its wallet expects: of all DIDs as a node resolves them,
//! and of some by proof.

use super::Job;
use super::crowd::{Crowd, Person};
use crate::founding::now;
use crate::office::chance;
use crate::out;
use anyhow::{Context, Result, bail, ensure};
use futures::{StreamExt, TryStreamExt, stream};
use hefu_api::{DidView, paths};
use hefu_ledger::bundle::{Bundle, Fact, Origin, Policy, verify};
use hefu_ledger::did::Did;
use hefu_ledger::record::Status;
use hefu_primitives::Ed25519;
use std::time::{Duration, Instant};

/// Questions to a node at a time.
const AT_ONCE: usize = 32;

/// DIDs whose proofs are checked.
const BUNDLES: usize = 100;

/// Compares what a follower says of every DID with what its wallet expects.
pub(super) async fn resolve(job: &Job<'_>, crowd: &Crowd) -> Result<()> {
    let all = stream::iter(&crowd.people).map(|person| async move {
        let path = paths::did(&did(job, person));
        let view: DidView = job.api.get(job.reader, &path).await?.json()?;
        compare(person, &view).with_context(|| format!("the DID {}", view.did))
    });
    all.buffer_unordered(AT_ONCE).try_collect().await
}

/// The DID in full.
pub(super) fn did(job: &Job<'_>, person: &Person) -> Did {
    Did { network: job.office.genesis().network.clone(), id: person.did }
}

const fn word(status: Status) -> &'static str {
    match status {
        Status::Active => "active",
        Status::Suspended => "suspended",
        Status::Deactivated => "deactivated",
        Status::Revoked => "revoked",
    }
}

/// The keys that the document of somebody should have, in hexadecimal. What has ended has none.
fn keys(person: &Person) -> Result<Vec<String>> {
    if matches!(person.part.status(), Status::Revoked | Status::Deactivated) {
        return Ok(Vec::new());
    }
    let keys = person.wallet.account(&person.did)?.login_keys();
    Ok(keys.iter().map(|key| key.key.to_string()).collect())
}

fn compare(person: &Person, view: &DidView) -> Result<()> {
    let expected = word(person.part.status());
    ensure!(view.status == expected, "is {}, expected {expected}", view.status);
    let got: Vec<String> = view.keys.iter().map(|key| key.key.to_string()).collect();
    let expected = keys(person)?;
    ensure!(got == expected, "has the keys {got:?}, expected {expected:?}");
    let expected = person.wallet.account(&person.did)?.sequence();
    ensure!(view.sequence == expected, "has sequence {}, expected {expected}", view.sequence);
    Ok(())
}

/// So many people by chance, perhaps some of them twice.
pub(super) fn some<'a>(people: &[&'a Person], count: usize) -> Result<Vec<&'a Person>> {
    ensure!(!people.is_empty(), "there is nobody");
    let pick = |_| {
        let number = u64::from_le_bytes(*chance()?.first_chunk().context("no chance")?);
        let place = usize::try_from(number % people.len() as u64)?;
        people.get(place).copied().context("nobody is there")
    };
    (0..count).map(pick).collect()
}

/// Fetches proofs of some DIDs and verifies them with nothing but the genesis.
pub(super) async fn bundles(job: &Job<'_>, crowd: &Crowd) -> Result<()> {
    let everybody: Vec<&Person> = crowd.people.iter().collect();
    let mut checking = Duration::ZERO;
    let mut bytes = 0;
    for person in some(&everybody, BUNDLES)? {
        let path = paths::did_bundle(&did(job, person));
        let bundle = job.api.get(job.reader, &path).await?.bytes()?;
        let start = Instant::now();
        prove(job, person, &bundle).with_context(|| format!("the bundle of {}", person.did))?;
        checking += start.elapsed();
        bytes += bundle.len();
    }
    let (each, us) = (bytes / BUNDLES, checking.as_micros() / BUNDLES as u128);
    out::data(format_args!(
        "{BUNDLES} bundles verified offline from the genesis: {each} bytes and {us} µs each"
    ));
    Ok(())
}

fn prove(job: &Job<'_>, person: &Person, bytes: &[u8]) -> Result<()> {
    let (origin, policy) = (Origin::from(job.office.genesis()), Policy::strict(now()));
    let proven = verify(Bundle::from_bytes(bytes)?, &origin, &policy, &Ed25519)?;
    let Fact::Did { did, record } = proven.fact() else { bail!("it proves something else") };
    ensure!(*did == person.did, "it proves another DID");
    let status = record.content.status(proven.checkpoint().header.time);
    let expected = person.part.status();
    ensure!(status == expected, "it proves {status:?}, expected {expected:?}");
    let got: Vec<_> =
        record.content.methods.iter().map(|one| one.key.bytes().to_string()).collect();
    ensure!(got == keys(person)?, "it proves the keys {got:?}");
    Ok(())
}
