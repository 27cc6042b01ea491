//! Enrolments: what a holder asks for, what a registrar attests.

use crate::did::DidId;
use crate::key::KeyBytes;
use crate::limits::{CONTROLLERS_MAX, METHODS_MAX};
use crate::organisation::OrganisationId;
use crate::record::{Assurance, Class, ControlCommitment, Controllers, VerificationMethod};
use hefu_primitives::hash::Purpose;
use hefu_primitives::{BoundedVec, GenesisHash, Hash, Signature, codec};
use serde::{Deserialize, Serialize};

/// What a DID is made from, and all that its identifier follows from. Nothing in it is an
/// attribute of the person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GenesisOperation {
    /// What kind of subject the DID is for.
    pub class: Class,
    /// Who alone may attest it. So nobody can have a copied operation attested elsewhere.
    pub registrar: OrganisationId,
    /// The first keys, sorted.
    pub methods: BoundedVec<VerificationMethod, METHODS_MAX>,
    /// Who may make the first holder operation.
    pub control: ControlCommitment,
    /// Who must agree to holder operations.
    pub controllers: Controllers,
    /// A salted commitment to the recovery policy, if there is one.
    pub recovery: Option<Hash>,
    /// Drawn at random, so that equal keys would still give another identifier.
    pub nonce: [u8; 32],
}

/// A genesis operation with everything that makes it a DID.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    /// What the holder asks for.
    pub request: EnrolmentRequest,
    /// How far the registrar checked the subject.
    pub assurance: Assurance,
    /// A salted commitment to what it checked.
    pub commitment: Hash,
}

/// What a holder hands to a registrar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolmentRequest {
    /// What the DID is to be made from.
    pub operation: GenesisOperation,
    /// One signature for each Ed25519 key of the operation, in their order: the proof that its
    /// holder has it ([`crate::transaction::possession_bytes`]).
    pub possession: BoundedVec<Signature, METHODS_MAX>,
    /// One for each named controller, in their order.
    pub consents: BoundedVec<Consent, CONTROLLERS_MAX>,
}

/// A controller's signature under an enrolment ([`crate::transaction::consent_bytes`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// A key that stands under `capabilityInvocation` in the controller's document.
    pub key: KeyBytes,
    /// The signature.
    pub signature: Signature,
}

impl GenesisOperation {
    /// The identifier of the DID that this makes in a network.
    pub fn did(&self, genesis: &GenesisHash) -> DidId {
        DidId::new(Hash::of(Purpose::Identifier, &codec::encode(&(genesis, self))))
    }
}
