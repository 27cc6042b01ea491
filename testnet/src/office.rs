//! The organisations of a local network, whose keys everybody knows: they enrol, suspend and revoke.

use crate::founding::now;
use crate::place::Place;
use anyhow::{Context, Result};
use hefu_ledger::author::{self, Terms, Unsigned};
use hefu_ledger::enrolment::{Enrolment, EnrolmentRequest};
use hefu_ledger::genesis::{Genesis, SignedGenesis, development};
use hefu_ledger::operation::Payload;
use hefu_ledger::operation::did_revoke::DidRevoke;
use hefu_ledger::operation::did_suspend::DidSuspend;
use hefu_ledger::organisation::OrganisationId;
use hefu_ledger::record::{Assurance, ReasonClass};
use hefu_ledger::transaction::{Ordering, Salt, SignerRef, Subject};
use hefu_ledger::{DidId, Transaction};
use hefu_primitives::{GenesisHash, Hash, SecretKey, Timestamp};
use std::fs;
use std::sync::atomic::{self, AtomicU64};

/// How far ahead the first of an office's acts expires.
const EXPIRES_MS: u64 = 10 * 60_000;

/// Acts that expire in the same minute: half of what the ledger takes of one organisation.
const ACTS_PER_MINUTE: u64 = 32;

/// Minutes over which the acts spread, all within the seven days that the ledger allows.
const MINUTES: u64 = 10_000;

/// How long a suspension lasts.
const SUSPENSION_MS: u64 = 24 * 3_600_000;

/// All organisations of a network.
#[derive(Debug)]
pub(crate) struct Office {
    genesis: Genesis,
    hash: GenesisHash,
    organisations: Vec<(OrganisationId, SecretKey)>,
    acts: AtomicU64,
}

/// 32 bytes by chance.
pub(crate) fn chance() -> Result<[u8; 32]> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).context("the system gives no random numbers")?;
    Ok(bytes)
}

impl Office {
    /// The organisations of the network at `place`.
    pub(crate) fn open(place: &Place) -> Result<Self> {
        let text = fs::read_to_string(place.genesis())?;
        let genesis = SignedGenesis::from_file(&text)?.genesis;
        let made = development(genesis.network.clone(), 1, genesis.start)?;
        let (hash, first) = (genesis.hash(), u64::from(std::process::id()) * 7);
        // Two offices of one network seldom use the same minutes.
        let acts = AtomicU64::new(first * ACTS_PER_MINUTE);
        Ok(Self { genesis, hash, organisations: made.organisations, acts })
    }

    /// The genesis of the network.
    pub(crate) const fn genesis(&self) -> &Genesis {
        &self.genesis
    }

    /// What names the network.
    pub(crate) const fn hash(&self) -> &GenesisHash {
        &self.hash
    }

    /// The organisation that attests enrolments.
    pub(crate) fn registrar(&self) -> Result<OrganisationId> {
        Ok(self.signer(0)?.0)
    }

    fn signer(&self, place: usize) -> Result<&(OrganisationId, SecretKey)> {
        self.organisations.get(place).context("the network has too few organisations")
    }

    fn terms(&self, subject: Subject, ordering: Ordering) -> Terms {
        let act = self.acts.fetch_add(1, atomic::Ordering::Relaxed);
        let minutes = act / ACTS_PER_MINUTE % MINUTES;
        let expires = now().saturating_add(EXPIRES_MS + minutes * 60_000);
        Terms { genesis: self.hash, subject, ordering, expires }
    }

    /// The enrolment of one.
    pub(crate) fn enrol(&self, request: EnrolmentRequest) -> Result<Transaction> {
        let did = request.operation.did(&self.hash);
        let terms = self.terms(Subject::Did(did), Ordering::Creation);
        self.sign(&terms, 1, Payload::DidCreate(attest(request)?))
    }

    /// The enrolment of many, at most a thousand.
    pub(crate) fn enrol_all(&self, requests: Vec<EnrolmentRequest>) -> Result<Transaction> {
        let (registrar, key) = self.signer(0)?;
        let entry = |request| Ok((Salt::from_bytes(chance()?), attest(request)?));
        let entries = requests.into_iter().map(entry).collect::<Result<Vec<_>>>()?;
        let terms = self.terms(Subject::Organisation(*registrar), Ordering::Creation);
        let signer = author::organisation(*registrar, key);
        Ok(Unsigned::batch(&terms, signer, entries)?.sign(&[key]))
    }

    /// A suspension for a day.
    pub(crate) fn suspend(&self, did: DidId) -> Result<Transaction> {
        let until = now().saturating_add(SUSPENSION_MS);
        let detail = Hash::from_bytes(chance()?);
        let suspend = DidSuspend { until, reason: ReasonClass::Compromise, detail };
        self.act(did, 1, Payload::DidSuspend(suspend))
    }

    /// A revocation, by two organisations.
    pub(crate) fn revoke(&self, did: DidId) -> Result<Transaction> {
        let revoke = DidRevoke { reason: ReasonClass::Fraud, detail: Hash::from_bytes(chance()?) };
        self.act(did, 2, Payload::DidRevoke(revoke))
    }

    fn act(&self, did: DidId, signers: usize, payload: Payload) -> Result<Transaction> {
        let reference = chance()?.first_chunk().copied().unwrap_or_default();
        let terms = self.terms(Subject::Did(did), Ordering::Authority { reference });
        self.sign(&terms, signers, payload)
    }

    /// The transaction, signed by the first so many organisations.
    fn sign(&self, terms: &Terms, signers: usize, payload: Payload) -> Result<Transaction> {
        let offices = self.organisations.iter().take(signers);
        let mut offices: Vec<(SignerRef, &SecretKey)> =
            offices.map(|(id, key)| (author::organisation(*id, key), key)).collect();
        offices.sort_by_key(|(signer, _)| *signer);
        let (signers, keys): (Vec<_>, Vec<_>) = offices.into_iter().unzip();
        Ok(Unsigned::new(terms, signers, payload, Salt::from_bytes(chance()?))?.sign(&keys))
    }
}

/// What a registrar says that has checked somebody, away from here.
fn attest(request: EnrolmentRequest) -> Result<Enrolment> {
    Ok(Enrolment { request, assurance: Assurance::Two, commitment: Hash::from_bytes(chance()?) })
}

/// The time until which a transaction that is made now is to apply.
pub(crate) fn expiry() -> Timestamp {
    now().saturating_add(EXPIRES_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_minute_gets_more_acts_than_the_ledger_takes() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::make(&folder.path().join("net")).unwrap();
        let made = development("testnet".parse().unwrap(), 4, now()).unwrap();
        let file = SignedGenesis::new(made.genesis, []).to_file();
        fs::write(place.genesis(), file).unwrap();
        let office = Office::open(&place).unwrap();
        let did = DidId::new(Hash::default());
        let mut minutes = std::collections::BTreeMap::new();
        for _ in 0..500 {
            let act = office.suspend(did).unwrap();
            *minutes.entry(act.envelope.expires.get() / 60_000).or_insert(0_usize) += 1;
        }
        let most = minutes.values().max().copied().unwrap();
        assert!(most <= hefu_ledger::limits::REPLAY_PER_ORGANISATION_MAX, "{most}");
        assert!(minutes.len() > 10);
    }
}
