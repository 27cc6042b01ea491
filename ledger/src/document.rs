//! DID documents: what the world sees of a record (docs/did-method.md, Documents).
//!
//! A document is rendered whenever it is asked for, from the record and a time. None is stored,
//! hashed or signed, so no quirk of JSON can divide the validators.

mod datetime;
mod multikey;

pub use datetime::{parse_datetime, show_datetime};
pub use multikey::{is_like_multikey, multikey, parse_signature_key};

use crate::did::Did;
use crate::record::{Content, Relationships, Service, Status, VerificationMethod};
use hefu_primitives::Timestamp;
use serde::Serialize;

/// The context of DID 1.1, which defines every term of a document and the type `Multikey`.
pub const CONTEXT: &str = "https://www.w3.org/ns/did/v1.1";

/// Types of services that a context of their own defines.
const SERVICE_CONTEXTS: [(&str, &str); 3] = [
    ("DIDCommMessaging", "https://didcomm.org/messaging/contexts/v2"),
    ("LinkedDomains", "https://identity.foundation/.well-known/did-configuration/v1"),
    ("LinkedVerifiablePresentation", "https://identity.foundation/linked-vp/contexts/v1"),
];

/// A DID document in the data model of DID 1.1. What is empty is left out: that specification
/// wants one element or more where a relationship is present.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Document {
    /// Contexts, that of DID 1.1 first.
    #[serde(rename = "@context")]
    pub context: Vec<&'static str>,
    /// The DID.
    pub id: String,
    /// Other names of the subject, as URIs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also_known_as: Vec<String>,
    /// DIDs that must agree to changes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub controller: Vec<String>,
    /// Keys in force.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub verification_method: Vec<Multikey>,
    /// Identifiers of keys with which the subject logs in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authentication: Vec<String>,
    /// Identifiers of keys with which it signs statements.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub assertion_method: Vec<String>,
    /// Identifiers of keys to which messages are encrypted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub key_agreement: Vec<String>,
    /// Identifiers of keys with which it acts, for instance as a controller.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub capability_invocation: Vec<String>,
    /// Identifiers of keys with which it lets others act.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub capability_delegation: Vec<String>,
    /// Services.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub service: Vec<ServiceEntry>,
}

/// A verification method of a document (Controlled Identifiers 1.0, 2.2.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Multikey {
    /// The DID, `#`, and the key once more: so an identifier never comes to mean another key.
    pub id: String,
    /// `Multikey`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The DID.
    pub controller: String,
    /// The key ([`multikey`]).
    pub public_key_multibase: String,
}

/// A service of a document (Controlled Identifiers 1.0, 2.1.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceEntry {
    /// The DID, `#`, and the service's name.
    pub id: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its endpoint, a URI.
    pub service_endpoint: String,
}

impl Document {
    /// The document of `did` at `now`, where `content` is the version in force. There is none
    /// once the DID has ended.
    pub fn of(did: &Did, content: &Content, now: Timestamp) -> Option<Self> {
        let keys = match content.status(now) {
            Status::Active => shown_methods(content, now),
            Status::Suspended => Vec::new(),
            Status::Deactivated | Status::Revoked => return None,
        };
        Some(Self::with_keys(did, content, &keys))
    }

    /// The document that shows these keys. While a DID is suspended it shows none: not even
    /// under `verificationMethod`, since a careless verifier looks a key up there by its
    /// identifier and never asks what it is for.
    fn with_keys(did: &Did, content: &Content, keys: &[&VerificationMethod]) -> Self {
        let for_purpose = |purpose: Relationships| {
            let suited = keys.iter().filter(|method| method.relationships.contain(purpose));
            suited.map(|method| fragment_of(did, &multikey(&method.key))).collect()
        };
        let named = |controller| Did { network: did.network.clone(), id: controller }.to_string();
        Self {
            context: contexts(&content.services),
            id: did.to_string(),
            also_known_as: content.also_known_as.iter().map(ToString::to_string).collect(),
            controller: content.controllers.dids.iter().copied().map(named).collect(),
            verification_method: keys.iter().map(|method| Multikey::of(did, method)).collect(),
            authentication: for_purpose(Relationships::AUTHENTICATION),
            assertion_method: for_purpose(Relationships::ASSERTION_METHOD),
            key_agreement: for_purpose(Relationships::KEY_AGREEMENT),
            capability_invocation: for_purpose(Relationships::CAPABILITY_INVOCATION),
            capability_delegation: for_purpose(Relationships::CAPABILITY_DELEGATION),
            service: content
                .services
                .iter()
                .map(|service| ServiceEntry::of(did, service))
                .collect(),
        }
    }

    /// Identifiers of the keys under the relationship of this name; `None` if there is none of
    /// that name.
    pub fn relationship(&self, name: &str) -> Option<&[String]> {
        let all = [
            ("authentication", &self.authentication),
            ("assertionMethod", &self.assertion_method),
            ("keyAgreement", &self.key_agreement),
            ("capabilityInvocation", &self.capability_invocation),
            ("capabilityDelegation", &self.capability_delegation),
        ];
        all.into_iter().find(|(known, _)| *known == name).map(|(_, keys)| keys.as_slice())
    }
}

impl Multikey {
    fn of(did: &Did, method: &VerificationMethod) -> Self {
        let key = multikey(&method.key);
        Self {
            id: fragment_of(did, &key),
            kind: "Multikey",
            controller: did.to_string(),
            public_key_multibase: key,
        }
    }
}

impl ServiceEntry {
    fn of(did: &Did, service: &Service) -> Self {
        Self {
            id: fragment_of(did, service.name.as_str()),
            kind: service.service_type.to_string(),
            service_endpoint: service.endpoint.to_string(),
        }
    }
}

/// The URL of a part of a document.
fn fragment_of(did: &Did, fragment: &str) -> String {
    format!("{did}#{fragment}")
}

/// The keys that a document shows at `now`.
fn shown_methods(content: &Content, now: Timestamp) -> Vec<&VerificationMethod> {
    content.methods.iter().filter(|method| method.is_valid_at(now)).collect()
}

/// The contexts that define all terms, each once.
fn contexts(services: &[Service]) -> Vec<&'static str> {
    let needed = SERVICE_CONTEXTS
        .iter()
        .filter(|(kind, _)| services.iter().any(|service| service.service_type.as_str() == *kind));
    [CONTEXT].into_iter().chain(needed.map(|(_, context)| *context)).collect()
}

#[cfg(test)]
mod tests;
