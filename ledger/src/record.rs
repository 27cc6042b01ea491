//! What the ledger knows of a DID.
//!
//! A record is made of *content*, which operations change, and of the head of the DID's operation
//! log, which chains every version that there ever was. So a proof of the record vouches for the
//! complete history, and no archived state is needed to prove a past one.

use crate::did::DidId;
use crate::key::{KeyBytes, KeyHash};
use crate::limits::{
    ALSO_KNOWN_AS_MAX, CONTROL_KEYS_MAX, CONTROLLERS_MAX, FORMER_KEYS_MAX, METHODS_MAX,
    SERVICES_MAX,
};
use crate::log::LogHead;
use crate::organisation::OrganisationId;
use crate::text::{Label, Reference};
use hefu_primitives::hash::Purpose;
use hefu_primitives::{BoundedVec, Hash, Timestamp, codec};
use serde::{Deserialize, Serialize};

/// What the ledger knows of a DID, with its operation log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DidRecord {
    /// Hides the content of the record from whoever only knows its hash: values of low entropy
    /// could be guessed otherwise once they are erased.
    pub blind: Hash,
    /// What operations change.
    pub content: Content,
    /// All versions.
    pub log: LogHead,
}

/// One version of a DID, its log apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// What kind of subject it has.
    pub class: Class,
    /// Who attested its enrolment.
    pub registrar: OrganisationId,
    /// How far the registrar checked the subject.
    pub assurance: Assurance,
    /// What the registrar checked, to be opened by who holds the opening.
    pub enrolment: Hash,
    /// When it was enrolled, by block time.
    pub created: Timestamp,
    /// Its verification methods, sorted by key.
    pub methods: BoundedVec<VerificationMethod, METHODS_MAX>,
    /// Keys that it had and has no more, in the order in which they went.
    pub former_keys: BoundedVec<FormerKey, FORMER_KEYS_MAX>,
    /// Services. Empty for persons.
    pub services: BoundedVec<Service, SERVICES_MAX>,
    /// Other names of the subject, as URIs. Empty for persons.
    pub also_known_as: BoundedVec<Reference, ALSO_KNOWN_AS_MAX>,
    /// Who must agree to the holder's operations.
    pub controllers: Controllers,
    /// Who may make the next holder operation.
    pub control: ControlCommitment,
    /// A salted commitment to the recovery policy, if the holder has made one.
    pub recovery: Option<Hash>,
    /// How many holder operations there were, the creation not counted.
    pub sequence: u32,
    /// The last holder operation: at first the creation, whose name is the identifier.
    pub last_holder_operation: Hash,
    /// The latest suspension, which may have lapsed or been lifted since.
    pub suspension: Option<Suspension>,
    /// How it ended, once it has.
    pub end: Option<End>,
}

/// What kind of subject a DID has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Class {
    /// A natural person, about whom the ledger shows keys and nothing else.
    Person,
    /// An organisation, which may show services and names.
    Organisation,
    /// A public thing: an office, an issuer of credentials, a machine.
    Public,
}

/// How far a registrar checked a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Assurance {
    /// Number and name.
    One,
    /// Number, name and face.
    Two,
    /// Number, name, face and the chip of a document.
    Three,
}

/// A key of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct VerificationMethod {
    /// The key.
    pub key: MethodKey,
    /// What it is for.
    pub relationships: Relationships,
    /// Before this time it is not in the document.
    pub from: Option<Timestamp>,
    /// From this time on it is not in the document.
    pub until: Option<Timestamp>,
}

/// A key of the document, by kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum MethodKey {
    /// For signatures. It belongs to one DID for ever, and its holder proves to have it.
    Ed25519(KeyBytes),
    /// For key agreement. It is a claim that harms only who makes it, and so is in no index.
    X25519(KeyBytes),
}

/// What a key is for: the verification relationships of DID Core, one bit each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Relationships(u8);

/// A key that a DID had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormerKey {
    /// The key's hash.
    pub key: KeyHash,
    /// When it went, by block time.
    pub revoked: Timestamp,
    /// Why.
    pub reason: KeyRevocationReason,
    /// Since when the holder believes it to be in other hands: a claim, beside the ledger's time
    /// and never instead of it.
    pub compromised_since: Option<Timestamp>,
}

/// Why a key was revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum KeyRevocationReason {
    /// None given.
    Unspecified,
    /// Another key takes its place.
    Superseded,
    /// Somebody else has it.
    Compromised,
    /// It is no longer used.
    Ceased,
    /// Its DID has ended.
    Ended,
}

/// A service of the document (DID Core, 5.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// Its fragment, such as `login`.
    pub name: Label,
    /// Its type.
    pub service_type: Label,
    /// Its endpoint, a URI.
    pub endpoint: Reference,
}

/// DIDs that must agree to what the holder does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Controllers {
    /// How many of them; zero if there are none.
    pub threshold: u8,
    /// Who they are, sorted.
    pub dids: BoundedVec<DidId, CONTROLLERS_MAX>,
}

/// Who may make the next holder operation: hashes of control keys that nobody has seen yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlCommitment {
    /// How many of the keys must sign; zero once the DID has ended.
    pub threshold: u8,
    /// Their hashes ([`KeyBytes::control_hash`]).
    pub keys: BoundedVec<Hash, CONTROL_KEYS_MAX>,
}

/// A stop by authority. It lapses by itself: no operation marks the lapse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspension {
    /// The organisation that asked for it.
    pub by: OrganisationId,
    /// When it began, by block time.
    pub since: Timestamp,
    /// When it lapses, or when it was lifted before that.
    pub until: Timestamp,
    /// Why, coarsely.
    pub reason: ReasonClass,
}

/// How a DID ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// When, by block time.
    pub at: Timestamp,
    /// By whom and why.
    pub cause: EndCause,
}

/// By whom and why a DID ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EndCause {
    /// By its holder.
    Deactivated,
    /// By authority, for this class of reasons.
    Revoked(ReasonClass),
}

/// Why an authority acts, coarsely. The detail is a salted commitment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ReasonClass {
    /// Keys are in other hands.
    Compromise,
    /// The enrolment rests on false papers.
    Fraud,
    /// The enrolment was a mistake.
    Mistake,
    /// The subject has died or no longer exists.
    Ceased,
    /// A court or a law asks for it. Suspensions for this reason need n of m organisations.
    Legal,
    /// None of these.
    Other,
}

/// What a DID is at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// In force.
    Active,
    /// Stopped by authority until a time: it resolves to a document without relationships.
    Suspended,
    /// Ended by its holder.
    Deactivated,
    /// Ended by authority.
    Revoked,
}

impl Relationships {
    /// `authentication`: to log in.
    pub const AUTHENTICATION: Self = Self(1);
    /// `assertionMethod`: to sign statements and credentials.
    pub const ASSERTION_METHOD: Self = Self(2);
    /// `keyAgreement`: to receive encrypted messages.
    pub const KEY_AGREEMENT: Self = Self(4);
    /// `capabilityInvocation`: to act for the DID, for instance as a controller of another.
    pub const CAPABILITY_INVOCATION: Self = Self(8);
    /// `capabilityDelegation`: to let others act.
    pub const CAPABILITY_DELEGATION: Self = Self(16);
    /// Each of them, with its name in DID Core.
    pub const NAMED: [(Self, &'static str); 5] = [
        (Self::AUTHENTICATION, "authentication"),
        (Self::ASSERTION_METHOD, "assertionMethod"),
        (Self::KEY_AGREEMENT, "keyAgreement"),
        (Self::CAPABILITY_INVOCATION, "capabilityInvocation"),
        (Self::CAPABILITY_DELEGATION, "capabilityDelegation"),
    ];
    const ALL: u8 = 31;

    /// The set with these bits, whether or not they mean anything.
    pub(crate) const fn from_bits(bits: u8) -> Self {
        Self(bits)
    }

    /// The bits.
    pub(crate) const fn bits(self) -> u8 {
        self.0
    }

    /// Both sets together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether every one of `other` is among these.
    pub const fn contain(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether these are none, or bits that mean nothing are set.
    pub const fn is_malformed(self) -> bool {
        self.0 == 0 || self.0 & !Self::ALL != 0
    }

    /// Whether these suit the key: key agreement is for X25519 keys, all else for Ed25519 keys.
    pub const fn suit(self, key: &MethodKey) -> bool {
        let agreement = self.0 & Self::KEY_AGREEMENT.0 != 0;
        match key {
            MethodKey::Ed25519(_) => !agreement,
            MethodKey::X25519(_) => self.0 == Self::KEY_AGREEMENT.0,
        }
    }
}

impl MethodKey {
    /// The bytes of the key.
    pub const fn bytes(&self) -> &KeyBytes {
        match self {
            Self::Ed25519(bytes) | Self::X25519(bytes) => bytes,
        }
    }

    /// The key that signs, if it is one.
    pub const fn signature_key(&self) -> Option<&KeyBytes> {
        match self {
            Self::Ed25519(bytes) => Some(bytes),
            Self::X25519(_) => None,
        }
    }
}

impl VerificationMethod {
    /// Whether the method is in the document at `now`.
    pub fn is_valid_at(&self, now: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= now) && self.until.is_none_or(|until| now < until)
    }
}

impl DidRecord {
    /// The number of the log entry that made this version; none before the first.
    pub fn last_entry(&self) -> Option<u32> {
        self.log.length.checked_sub(1)
    }

    /// The bytes of this version, as they are kept once another follows: they hash to what the
    /// log says of it ([`version_hash`]).
    pub fn version(&self) -> Vec<u8> {
        codec::encode(&(&self.blind, &self.content))
    }
}

/// What the operation log says of the version with these bytes ([`DidRecord::version`]).
pub fn version_hash(bytes: &[u8]) -> Hash {
    Hash::of(Purpose::Content, bytes)
}

impl Content {
    /// What the DID is at `now`, by block time.
    pub fn status(&self, now: Timestamp) -> Status {
        match (self.end, self.suspension) {
            (Some(End { cause: EndCause::Deactivated, .. }), _) => Status::Deactivated,
            (Some(End { cause: EndCause::Revoked(_), .. }), _) => Status::Revoked,
            (None, Some(suspension)) if suspension.since <= now && now < suspension.until => {
                Status::Suspended
            }
            (None, _) => Status::Active,
        }
    }

    /// The hash of this version under `blind`, as the operation log has it.
    pub fn hash(&self, blind: &Hash) -> Hash {
        version_hash(&codec::encode(&(blind, self)))
    }

    /// The hashes of the signature keys that the DID has or had.
    pub fn signature_keys(&self) -> impl Iterator<Item = KeyHash> + '_ {
        let present = self.methods.iter().filter_map(|method| method.key.signature_key());
        let former = self.former_keys.iter().map(|former| former.key);
        present.map(KeyBytes::hash).chain(former)
    }

    /// The method with this key.
    pub fn method(&self, key: &KeyBytes) -> Option<&VerificationMethod> {
        self.methods.iter().find(|method| method.key.bytes() == key)
    }
}
