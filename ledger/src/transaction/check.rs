//! What can be told of a transaction without any state: its shape, its keys, its signatures.
//!
//! This is the expensive part, and it is done once. Nothing else makes a [`CheckedTransaction`],
//! and execution takes no other.

use super::{
    BatchEntry, Body, Envelope, Ordering, Sealed, SignerRef, Subject, Transaction,
    TransactionError, TransactionId, consent_bytes, possession_bytes, signing_bytes,
};
use crate::did::DidId;
use crate::enrolment::Enrolment;
use crate::key::KeyBytes;
use crate::operation::authority::{check_signers, is_organisation};
use crate::operation::did_create::check_registrar_alone;
use crate::operation::{Family, OperationKind, Payload};
use crate::record::Relationships;
use crate::transaction::Salt;
use hefu_primitives::{GenesisHash, Hash, Signature, Verifier};
use std::sync::Arc;

/// A transaction whose shape, keys and signatures were found good.
#[derive(Clone, Debug)]
pub struct CheckedTransaction {
    transaction: Arc<Transaction>,
    id: TransactionId,
    signatures_hash: Hash,
}

impl CheckedTransaction {
    /// Checks all of `transaction` that needs no state.
    pub fn new<V: Verifier>(
        transaction: Arc<Transaction>,
        genesis: &GenesisHash,
        verifier: &V,
    ) -> Result<Self, TransactionError> {
        let checked = Self::shaped(transaction, genesis)?;
        Checker { genesis, verifier }.check(&checked)?;
        Ok(checked)
    }

    /// The transaction.
    pub fn transaction(&self) -> &Arc<Transaction> {
        &self.transaction
    }

    /// What names it.
    pub fn id(&self) -> TransactionId {
        self.id
    }

    /// The envelope.
    pub fn envelope(&self) -> &Envelope {
        &self.transaction.envelope
    }

    /// What stands for its signatures. A verdict is remembered under this and the identifier.
    pub fn signatures_hash(&self) -> Hash {
        self.signatures_hash
    }

    /// What it carries, unless it is a batch.
    pub fn payload(&self) -> Option<&Payload> {
        match &self.transaction.body {
            Body::Single(sealed) => match sealed.as_ref() {
                Sealed::Open { value, .. } => Some(value),
                Sealed::Erased(_) => None,
            },
            Body::Batch(_) => None,
        }
    }

    /// The salt of its payload, unless it is a batch.
    pub fn salt(&self) -> Option<&Salt> {
        match &self.transaction.body {
            Body::Single(sealed) => match sealed.as_ref() {
                Sealed::Open { salt, .. } => Some(salt),
                Sealed::Erased(_) => None,
            },
            Body::Batch(_) => None,
        }
    }

    /// The entries of a batch; none of anything else.
    pub fn entries(&self) -> &[BatchEntry] {
        match &self.transaction.body {
            Body::Single(_) => &[],
            Body::Batch(entries) => entries,
        }
    }

    /// The DID that it is about, if it is about one.
    pub fn did(&self) -> Option<DidId> {
        match self.envelope().subject {
            Subject::Did(did) => Some(did),
            Subject::Organisation(_) => None,
        }
    }

    /// Checks what is left of a transaction after an erasure: its shape, the signatures of
    /// organisations, whose keys the envelope names, and every entry of a batch that is still whole.
    pub(crate) fn remains<V: Verifier>(
        transaction: Arc<Transaction>,
        genesis: &GenesisHash,
        verifier: &V,
    ) -> Result<Self, TransactionError> {
        let checked = Self::shaped(transaction, genesis)?;
        let signatures = Checker { genesis, verifier };
        check_signer_kinds(checked.envelope())?;
        let whole = |entry: &&BatchEntry| matches!(entry.enrolment, Sealed::Open { .. });
        let mut entries = checked.entries().iter().filter(whole);
        entries.try_for_each(|entry| signatures.check_entry(entry))?;
        signatures.check_organisations(&checked)?;
        Ok(checked)
    }

    /// The transaction with its names, of which nothing but the shape was checked.
    fn shaped(
        transaction: Arc<Transaction>,
        genesis: &GenesisHash,
    ) -> Result<Self, TransactionError> {
        let id = transaction.envelope.id();
        let signatures_hash = transaction.signatures_hash();
        let checked = Self { transaction, id, signatures_hash };
        checked.check_shape(genesis)?;
        Ok(checked)
    }

    /// Each signer and its signature, with their place.
    fn signed(&self) -> impl Iterator<Item = (usize, &SignerRef, &Signature)> {
        let pairs = self.envelope().signers.iter().zip(&self.transaction.signatures);
        pairs.enumerate().map(|(at, (signer, signature))| (at, signer, signature))
    }

    fn check_shape(&self, genesis: &GenesisHash) -> Result<(), TransactionError> {
        let envelope = self.envelope();
        if envelope.genesis != *genesis {
            return Err(TransactionError::OtherNetwork);
        }
        self.check_kind()?;
        check_ordering(envelope)?;
        check_subject(envelope)?;
        self.check_signers()?;
        if envelope.payload_hash != self.transaction.body.hash() {
            return Err(TransactionError::PayloadHash);
        }
        Ok(())
    }

    fn check_kind(&self) -> Result<(), TransactionError> {
        let envelope = self.envelope().kind;
        let payload = match (&self.transaction.body, self.payload()) {
            (Body::Batch(_), _) => OperationKind::DidCreateBatch,
            (Body::Single(_), Some(payload)) => payload.kind(),
            // Only what carries something of a DID is ever erased.
            (Body::Single(_), None) if envelope.is_about_did() => envelope,
            (Body::Single(_), None) => return Err(TransactionError::Erased),
        };
        if envelope != payload {
            return Err(TransactionError::Kind { envelope, payload });
        }
        Ok(())
    }

    fn check_signers(&self) -> Result<(), TransactionError> {
        let signers = &self.envelope().signers;
        let signatures = self.transaction.signatures.len();
        if signers.len() != signatures {
            return Err(TransactionError::SignatureCount { signers: signers.len(), signatures });
        }
        let pairs = signers.iter().zip(signers.iter().skip(1));
        match pairs.zip(1..).find(|((first, second), _)| first >= second) {
            Some((_, at)) => Err(TransactionError::SignerOrder { at }),
            None => Ok(()),
        }
    }
}

fn check_ordering(envelope: &Envelope) -> Result<(), TransactionError> {
    let fits = match envelope.ordering {
        Ordering::Creation => envelope.kind.family() == Family::Creation,
        Ordering::Holder { .. } => envelope.kind.family() == Family::Holder,
        Ordering::Authority { .. } => envelope.kind.family() == Family::Authority,
    };
    if fits { Ok(()) } else { Err(TransactionError::Ordering { kind: envelope.kind }) }
}

/// Refuses signers that an operation of this family never has.
fn check_signer_kinds(envelope: &Envelope) -> Result<(), TransactionError> {
    match envelope.kind.family() {
        Family::Creation => check_registrar_alone(envelope),
        Family::Authority => check_signers(envelope, 0),
        Family::Holder => match envelope.signers.iter().position(is_organisation) {
            Some(at) => Err(TransactionError::Signer { at, kind: envelope.kind }),
            None => Ok(()),
        },
    }
}

fn check_subject(envelope: &Envelope) -> Result<(), TransactionError> {
    let kind = envelope.kind;
    match (kind.is_about_did(), &envelope.subject) {
        (true, Subject::Did(_)) | (false, Subject::Organisation(_)) => Ok(()),
        (true, _) => Err(TransactionError::Subject { kind, expected: "a DID" }),
        (false, _) => Err(TransactionError::Subject { kind, expected: "an organisation" }),
    }
}

/// Checks keys and signatures.
struct Checker<'a, V> {
    genesis: &'a GenesisHash,
    verifier: &'a V,
}

impl<V: Verifier> Checker<'_, V> {
    fn check(&self, checked: &CheckedTransaction) -> Result<(), TransactionError> {
        self.check_body(checked)?;
        self.check_signatures(checked)
    }

    fn check_signatures(&self, checked: &CheckedTransaction) -> Result<(), TransactionError> {
        let mut signed = checked.signed();
        signed.try_for_each(|(at, signer, signature)| {
            self.check_signer(checked, at, signer, signature)
        })
    }

    /// All other keys may be gone.
    fn check_organisations(&self, checked: &CheckedTransaction) -> Result<(), TransactionError> {
        let mut signed = checked.signed().filter(|(_, signer, _)| is_organisation(signer));
        signed.try_for_each(|(at, signer, signature)| {
            self.check_signer(checked, at, signer, signature)
        })
    }

    fn check_body(&self, checked: &CheckedTransaction) -> Result<(), TransactionError> {
        let Some(payload) = checked.payload() else {
            if matches!(checked.transaction.body, Body::Single(_)) {
                return Err(TransactionError::Erased);
            }
            check_registrar_alone(checked.envelope())?;
            return self.check_entries(checked.entries());
        };
        payload.check(checked.envelope())?;
        match (payload, checked.did()) {
            (Payload::DidCreate(enrolment), Some(did)) => self.check_enrolment(&did, enrolment),
            _ => Ok(()),
        }
    }

    fn check_signer(
        &self,
        checked: &CheckedTransaction,
        at: usize,
        signer: &SignerRef,
        signature: &Signature,
    ) -> Result<(), TransactionError> {
        let kind = checked.envelope().kind;
        let nobody = TransactionError::Signer { at, kind };
        if let SignerRef::Possession(place) = signer {
            let new = checked.payload().and_then(|payload| payload.new_key(*place));
            let (key, relationships) = new.ok_or(nobody)?;
            let operation = checked.id.hash();
            let bytes = possession_bytes(self.genesis, operation, &key, relationships);
            return self.holds("a new key", &key, &bytes, signature, nobody_signed(at));
        }
        let key = signer_key(checked, signer).ok_or(nobody)?;
        let bytes = signing_bytes(self.genesis, &checked.id, signer);
        self.holds("a signer's key", &key, &bytes, signature, nobody_signed(at))
    }

    fn holds(
        &self,
        what: &'static str,
        key: &KeyBytes,
        message: &[u8],
        signature: &Signature,
        otherwise: TransactionError,
    ) -> Result<(), TransactionError> {
        let key = key.check().map_err(|error| TransactionError::Key { what, error })?;
        if self.verifier.verify(&key, message, signature) { Ok(()) } else { Err(otherwise) }
    }

    fn check_entries(&self, entries: &[BatchEntry]) -> Result<(), TransactionError> {
        if entries.is_empty() {
            return Err(TransactionError::Malformed("a batch has at least one entry"));
        }
        entries.iter().enumerate().try_for_each(|(at, entry)| {
            self.check_entry(entry)
                .map_err(|error| TransactionError::Entry { at, error: Box::new(error) })
        })
    }

    fn check_entry(&self, entry: &BatchEntry) -> Result<(), TransactionError> {
        let Sealed::Open { value, .. } = &entry.enrolment else {
            return Err(TransactionError::Erased);
        };
        value.check()?;
        self.check_enrolment(&entry.did, value)
    }

    fn check_enrolment(&self, did: &DidId, enrolment: &Enrolment) -> Result<(), TransactionError> {
        let request = &enrolment.request;
        if request.operation.did(self.genesis) != *did {
            return Err(TransactionError::Identifier);
        }
        self.check_possession(did, enrolment)?;
        let controllers = request.operation.controllers.dids.iter().zip(&request.consents);
        controllers.enumerate().try_for_each(|(at, (controller, consent))| {
            let bytes = consent_bytes(self.genesis, did, controller);
            let wrong = TransactionError::Consent { at };
            self.holds("a controller's key", &consent.key, &bytes, &consent.signature, wrong)
        })
    }

    fn check_possession(&self, did: &DidId, enrolment: &Enrolment) -> Result<(), TransactionError> {
        let keys = enrolment.signature_keys().zip(&enrolment.request.possession);
        keys.enumerate().try_for_each(|(at, ((key, relationships), signature))| {
            let bytes = possession_bytes(self.genesis, did.hash(), key, relationships);
            let wrong = TransactionError::Possession { at };
            self.holds("a new key", key, &bytes, signature, wrong)
        })
    }
}

fn nobody_signed(at: usize) -> TransactionError {
    TransactionError::Signature { at }
}

/// The key of a signer that is no new key.
fn signer_key(checked: &CheckedTransaction, signer: &SignerRef) -> Option<KeyBytes> {
    let payload = checked.payload();
    match signer {
        SignerRef::Organisation { key, .. } => Some(*key),
        SignerRef::Control(place) => payload?.control()?.key(*place),
        SignerRef::Controller(place) => payload?.controller(*place),
        SignerRef::Possession(place) => payload?.new_key(*place).map(|new| new.0),
    }
}

impl Enrolment {
    /// The keys that sign, with what they are for, in order.
    pub fn signature_keys(&self) -> impl Iterator<Item = (&KeyBytes, Relationships)> {
        let methods = self.request.operation.methods.iter();
        methods.filter_map(|method| Some((method.key.signature_key()?, method.relationships)))
    }
}
