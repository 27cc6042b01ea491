//! Making transactions: what wallets, registrars and organisations sign.
//!
//! Everything random (nonces, salts, keys) comes in as bytes.

use crate::did::DidId;
use crate::enrolment::{Consent, Enrolment, EnrolmentRequest, GenesisOperation};
use crate::key::KeyBytes;
use crate::limits::{BATCH_ENTRIES_MAX, SIGNERS_MAX};
use crate::operation::{OperationKind, Payload};
use crate::organisation::OrganisationId;
use crate::record::Relationships;
use crate::transaction::{
    BatchEntry, Body, Envelope, EnvelopeVersion, Ordering, Salt, Sealed, SignerRef, Subject,
    Transaction, consent_bytes, possession_bytes, signing_bytes,
};
use hefu_primitives::bounded::TooMany;
use hefu_primitives::{BoundedVec, GenesisHash, SecretKey, Signature, Signer, Timestamp};

/// A transaction without signatures, and who is to sign it.
#[derive(Clone, Debug)]
pub struct Unsigned {
    /// What the signatures will cover.
    pub envelope: Envelope,
    /// What it carries.
    pub body: Body,
}

/// What a transaction is about, before it is known who signs.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// The network.
    pub genesis: GenesisHash,
    /// To whom it happens.
    pub subject: Subject,
    /// After what.
    pub ordering: Ordering,
    /// From this block time on it no longer applies.
    pub expires: Timestamp,
}

impl Unsigned {
    /// A transaction that carries `payload` behind `salt`.
    pub fn new(
        terms: &Terms,
        mut signers: Vec<SignerRef>,
        payload: Payload,
        salt: Salt,
    ) -> Result<Self, TooMany> {
        signers.sort_unstable();
        let kind = payload.kind();
        let body = Body::Single(Box::new(Sealed::Open { salt, value: payload }));
        Self::with_body(terms, signers, kind, body)
    }

    /// A batch of enrolments, each behind a salt of its own.
    pub fn batch(
        terms: &Terms,
        registrar: SignerRef,
        entries: Vec<(Salt, Enrolment)>,
    ) -> Result<Self, TooMany> {
        let entry = |(salt, value): (Salt, Enrolment)| {
            let did = value.request.operation.did(&terms.genesis);
            BatchEntry { did, enrolment: Sealed::Open { salt, value } }
        };
        let entries: BoundedVec<_, BATCH_ENTRIES_MAX> =
            BoundedVec::new(entries.into_iter().map(entry).collect())?;
        let body = Body::Batch(entries);
        Self::with_body(terms, vec![registrar], OperationKind::DidCreateBatch, body)
    }

    fn with_body(
        terms: &Terms,
        signers: Vec<SignerRef>,
        kind: OperationKind,
        body: Body,
    ) -> Result<Self, TooMany> {
        let envelope = Envelope {
            version: EnvelopeVersion::V1,
            genesis: terms.genesis,
            kind,
            subject: terms.subject,
            ordering: terms.ordering,
            signers: BoundedVec::<_, SIGNERS_MAX>::new(signers)?,
            expires: terms.expires,
            payload_hash: body.hash(),
        };
        Ok(Self { envelope, body })
    }

    /// The signature of the signer `who` with `key`.
    pub fn signature(&self, who: &SignerRef, key: &SecretKey) -> Signature {
        let (genesis, id) = (&self.envelope.genesis, self.envelope.id());
        let new_key = match (who, &self.body) {
            (SignerRef::Possession(place), Body::Single(sealed)) => match sealed.as_ref() {
                Sealed::Open { value, .. } => value.new_key(*place),
                Sealed::Erased(_) => None,
            },
            _ => None,
        };
        match new_key {
            Some((bytes, relationships)) => {
                key.sign(&possession_bytes(genesis, id.hash(), &bytes, relationships))
            }
            None => key.sign(&signing_bytes(genesis, &id, who)),
        }
    }

    /// The transaction, signed with these keys, one for each signer of the envelope in order.
    pub fn sign(self, keys: &[&SecretKey]) -> Transaction {
        let pairs = self.envelope.signers.iter().zip(keys);
        let signatures: Vec<_> = pairs.map(|(who, key)| self.signature(who, key)).collect();
        self.with_signatures(BoundedVec::first_of(signatures))
    }

    /// The transaction with signatures that were made elsewhere, in the order of the signers.
    pub fn with_signatures(self, signatures: BoundedVec<Signature, SIGNERS_MAX>) -> Transaction {
        Transaction { envelope: self.envelope, signatures, body: self.body }
    }
}

/// The request that a holder hands to a registrar. `keys` are the Ed25519 keys of the operation, in
/// its order.
pub fn request(
    genesis: &GenesisHash,
    operation: GenesisOperation,
    keys: &[&SecretKey],
    consents: Vec<Consent>,
) -> EnrolmentRequest {
    let did = operation.did(genesis);
    let purposes = operation.methods.iter().filter(|method| method.key.signature_key().is_some());
    let pairs = purposes.map(|method| method.relationships).zip(keys);
    let possession: Vec<_> =
        pairs.map(|(what, key)| possession(genesis, &did, what, key)).collect();
    let (possession, consents) = (BoundedVec::first_of(possession), BoundedVec::first_of(consents));
    EnrolmentRequest { operation, possession, consents }
}

fn possession(
    genesis: &GenesisHash,
    did: &DidId,
    relationships: Relationships,
    key: &SecretKey,
) -> Signature {
    let public = KeyBytes::from(&key.public_key());
    key.sign(&possession_bytes(genesis, did.hash(), &public, relationships))
}

/// A controller's consent to the DID that `operation` makes.
pub fn consent(
    genesis: &GenesisHash,
    operation: &GenesisOperation,
    controller: &DidId,
    key: &SecretKey,
) -> Consent {
    let bytes = consent_bytes(genesis, &operation.did(genesis), controller);
    Consent { key: KeyBytes::from(&key.public_key()), signature: key.sign(&bytes) }
}

/// An organisation as a signer.
pub fn organisation(organisation: OrganisationId, key: &SecretKey) -> SignerRef {
    SignerRef::Organisation { organisation, key: KeyBytes::from(&key.public_key()) }
}
