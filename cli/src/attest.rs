//! What a registrar signs: enrolments, one by one or in batches.

use crate::chance;
use crate::out::Failure;
use crate::submit::expiry;
use anyhow::Result;
use clap::ValueEnum;
use hefu_client::Exit;
use hefu_ledger::author::{self, Terms, Unsigned};
use hefu_ledger::did::DidId;
use hefu_ledger::enrolment::{Enrolment, EnrolmentRequest};
use hefu_ledger::operation::Payload;
use hefu_ledger::organisation::OrganisationId;
use hefu_ledger::record::Assurance;
use hefu_ledger::transaction::{Ordering, Salt, Subject};
use hefu_ledger::{CheckedTransaction, Transaction};
use hefu_primitives::{Ed25519, GenesisHash, Hash, Purpose, SecretKey};
use std::sync::Arc;

/// How far a registrar has checked a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Level {
    /// Number and name
    #[value(name = "1")]
    One,
    /// Number, name and face
    #[value(name = "2")]
    Two,
    /// Number, name, face and the chip of a document
    #[value(name = "3")]
    Three,
}

impl From<Level> for Assurance {
    fn from(level: Level) -> Self {
        match level {
            Level::One => Self::One,
            Level::Two => Self::Two,
            Level::Three => Self::Three,
        }
    }
}

/// A registrar at work.
#[derive(Debug)]
pub(crate) struct Registrar {
    /// The network.
    pub(crate) genesis: GenesisHash,
    /// Its number.
    pub(crate) id: OrganisationId,
    /// Its key.
    pub(crate) key: SecretKey,
}

/// A request that was attested.
#[derive(Clone, Debug)]
pub(crate) struct Attested {
    /// The DID that it makes.
    pub(crate) did: DidId,
    /// What opens the commitment of the enrolment, for the registrar's own files.
    pub(crate) opening: Hash,
    /// The salt of its entry.
    pub(crate) salt: Salt,
    /// The enrolment.
    pub(crate) enrolment: Enrolment,
}

impl Registrar {
    /// Attests a request after a check of its own signatures.
    pub(crate) fn attest(&self, request: EnrolmentRequest, level: Level) -> Result<Attested> {
        let (did, named) = (request.operation.did(&self.genesis), request.operation.registrar);
        if named != self.id {
            let what =
                format!("the request names registrar {named}, and this is registrar {}", self.id);
            let next = format!("have it attested by registrar {named}");
            let code = "rejected.other_registrar";
            return Err(Failure { exit: Exit::Rejected, code, what, next }.into());
        }
        let opening = Hash::from_bytes(chance::bytes()?);
        let commitment = Hash::of(Purpose::Enrolment, opening.as_bytes());
        let enrolment = Enrolment { request, assurance: level.into(), commitment };
        let attested = Attested { did, opening, salt: chance::salt()?, enrolment };
        self.check(&self.single(&attested)?)?;
        Ok(attested)
    }

    /// The transaction that enrols one.
    pub(crate) fn single(&self, attested: &Attested) -> Result<Transaction> {
        let terms = self.terms(Subject::Did(attested.did))?;
        let payload = Payload::DidCreate(attested.enrolment.clone());
        let signers = vec![author::organisation(self.id, &self.key)];
        Ok(Unsigned::new(&terms, signers, payload, attested.salt)?.sign(&[&self.key]))
    }

    /// The transaction that enrols up to a thousand.
    pub(crate) fn batch(&self, attested: &[Attested]) -> Result<Transaction> {
        let entries = attested.iter().map(|one| (one.salt, one.enrolment.clone())).collect();
        let terms = self.terms(Subject::Organisation(self.id))?;
        let signer = author::organisation(self.id, &self.key);
        Ok(Unsigned::batch(&terms, signer, entries)?.sign(&[&self.key]))
    }

    fn terms(&self, subject: Subject) -> Result<Terms> {
        let (genesis, ordering, expires) = (self.genesis, Ordering::Creation, expiry()?);
        Ok(Terms { genesis, subject, ordering, expires })
    }

    fn check(&self, transaction: &Transaction) -> Result<()> {
        let checked =
            CheckedTransaction::new(Arc::new(transaction.clone()), &self.genesis, &Ed25519);
        checked.map(|_| ()).map_err(|error| {
            let what = format!("the request does not hold: {error}");
            let next =
                "have the holder make it anew, for this network: hefu wallet request".to_owned();
            Failure { exit: Exit::Rejected, code: error.code(), what, next }.into()
        })
    }
}
