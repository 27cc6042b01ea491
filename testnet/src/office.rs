//! The organisations of a local network, whose keys everybody knows: they enrol, suspend and revoke.

use crate::founding::now;
use crate::place::Place;
use anyhow::{Context, Result};
use hefu_ledger::Transaction;
use hefu_ledger::author::{self, Terms, Unsigned};
use hefu_ledger::enrolment::{Enrolment, EnrolmentRequest};
use hefu_ledger::genesis::{SignedGenesis, development};
use hefu_ledger::operation::Payload;
use hefu_ledger::organisation::OrganisationId;
use hefu_ledger::record::Assurance;
use hefu_ledger::transaction::{Ordering, Salt, SignerRef, Subject};
use hefu_primitives::{GenesisHash, Hash, SecretKey};
use std::fs;
use std::sync::atomic::{self, AtomicU64};

/// How far ahead the first of an office's acts expires.
const EXPIRES_MS: u64 = 10 * 60_000;

/// Acts that expire in the same minute: half of what the ledger takes of one organisation.
const ACTS_PER_MINUTE: u64 = 32;

/// Minutes over which the acts spread, all within the seven days that the ledger allows.
const MINUTES: u64 = 10_000;

/// All organisations of a network.
#[derive(Debug)]
pub(crate) struct Office {
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
        Ok(Self { hash, organisations: made.organisations, acts })
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
