//! A genesis with its founders' signatures, and how files with some of them become one.
//!
//! Each founder checks the file on its own machine, signs it and sends its copy back. Whoever
//! collects the copies can join them, and cannot change a thing: every signature covers the hash.

use super::{FoundersError, Genesis, JoinError};
use crate::key::KeyBytes;
use crate::limits::ORGANISATIONS_MAX;
use crate::operation::holder::is_strictly_sorted;
use crate::organisation::{OrganisationId, Role};
use hefu_primitives::{BoundedVec, GenesisHash, SecretKey, Signature, Signer, Verifier, codec};
use std::collections::BTreeMap;

/// A genesis and who has signed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedGenesis {
    /// The genesis.
    pub genesis: Genesis,
    /// Signatures in the order of their organisations, each organisation once.
    pub signatures: BoundedVec<FounderSignature, ORGANISATIONS_MAX>,
}

/// An organisation's signature under a genesis ([`founding_bytes`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FounderSignature {
    /// Who signs.
    pub organisation: OrganisationId,
    /// With which of its keys.
    pub key: KeyBytes,
    /// The signature.
    pub signature: Signature,
}

const FOUNDING_DOMAIN: [u8; 16] = *b"hefu founders v1";

/// What a founder signs: domain (16 bytes), genesis hash (32), its own number (2, little-endian).
pub fn founding_bytes(genesis: &GenesisHash, organisation: OrganisationId) -> Vec<u8> {
    codec::encode(&(FOUNDING_DOMAIN, genesis, organisation))
}

impl FounderSignature {
    /// The signature of `organisation` with `key` under `genesis`.
    pub fn new(genesis: &GenesisHash, organisation: OrganisationId, key: &SecretKey) -> Self {
        let signature = key.sign(&founding_bytes(genesis, organisation));
        Self { organisation, key: KeyBytes::from(&key.public_key()), signature }
    }
}

impl SignedGenesis {
    /// A genesis with these signatures. If an organisation has signed twice, one of the two is
    /// kept, the same whatever the order.
    pub fn new(genesis: Genesis, signatures: impl IntoIterator<Item = FounderSignature>) -> Self {
        let mut all: Vec<FounderSignature> = signatures.into_iter().collect();
        all.sort_unstable();
        all.dedup_by_key(|one| one.organisation);
        Self { genesis, signatures: BoundedVec::first_of(all) }
    }

    /// The founding members that have not signed. Of a development network, nobody needs to.
    pub fn missing(&self) -> Vec<OrganisationId> {
        let signed =
            |id: &OrganisationId| self.signatures.iter().any(|one| one.organisation == *id);
        let founders = self.genesis.organisations.iter();
        let members = founders.filter(|founder| founder.roles.contain(Role::Member));
        let needed = members.filter(|_| !self.genesis.development).map(|founder| founder.id);
        needed.filter(|id| !signed(id)).collect()
    }

    /// Refuses a genesis that is none, or signatures that do not hold. Some may still be missing.
    pub fn check<V: Verifier>(&self, verifier: &V) -> Result<(), FoundersError> {
        self.genesis.check()?;
        let signers: Vec<_> = self.signatures.iter().map(|one| one.organisation).collect();
        if !is_strictly_sorted(&signers) {
            return Err(FoundersError::Order);
        }
        let hash = self.genesis.hash();
        let keys = self.founders_keys();
        self.signatures.iter().try_for_each(|one| one.check(&hash, &keys, verifier))
    }

    /// The hash of a genesis that every founding member has signed: what names the network.
    pub fn verify<V: Verifier>(&self, verifier: &V) -> Result<GenesisHash, FoundersError> {
        self.check(verifier)?;
        let missing = self.missing();
        if !missing.is_empty() {
            return Err(FoundersError::Missing(missing));
        }
        Ok(self.genesis.hash())
    }

    fn founders_keys(&self) -> BTreeMap<OrganisationId, &[KeyBytes]> {
        let founders = self.genesis.organisations.iter();
        founders.map(|founder| (founder.id, &founder.keys[..])).collect()
    }

    /// One file with all signatures of these, which have the same genesis.
    pub fn join<V: Verifier>(parts: &[Self], verifier: &V) -> Result<Self, JoinError> {
        let first = parts.first().ok_or(JoinError::Nothing)?.genesis.clone();
        for (at, part) in parts.iter().enumerate() {
            if let Some(field) = first.first_difference(&part.genesis) {
                return Err(JoinError::Differs { at, field });
            }
            part.check(verifier).map_err(|error| JoinError::Part { at, error })?;
        }
        let signatures = parts.iter().flat_map(|part| part.signatures.iter().copied());
        Ok(Self::new(first, signatures))
    }
}

impl FounderSignature {
    fn check<V: Verifier>(
        &self,
        genesis: &GenesisHash,
        keys: &BTreeMap<OrganisationId, &[KeyBytes]>,
        verifier: &V,
    ) -> Result<(), FoundersError> {
        let organisation = self.organisation;
        if !keys.get(&organisation).is_some_and(|own| own.contains(&self.key)) {
            return Err(FoundersError::NotFounder(organisation));
        }
        let bytes = founding_bytes(genesis, organisation);
        let holds = |key| verifier.verify(&key, &bytes, &self.signature);
        if self.key.check().is_ok_and(holds) {
            Ok(())
        } else {
            Err(FoundersError::Signature(organisation))
        }
    }
}

impl Genesis {
    /// The name of the first field in which another genesis differs from this one.
    fn first_difference(&self, other: &Self) -> Option<&'static str> {
        let same = [
            ("protocol_version", self.protocol_version == other.protocol_version),
            ("network", self.network == other.network),
            ("development", self.development == other.development),
            ("start", self.start == other.start),
            ("validators", self.validators == other.validators),
            ("organisations", self.organisations == other.organisations),
            ("rules", self.rules == other.rules),
            ("parameters", self.parameters == other.parameters),
            ("agreement", self.agreement == other.agreement),
        ];
        same.into_iter().find(|(_, same)| !same).map(|(field, _)| field)
    }
}
