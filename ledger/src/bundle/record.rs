//! What the state holds, or does not hold, under a checkpoint.

use crate::did::DidId;
use crate::key::KeyBytes;
use crate::record::{DidRecord, FormerKey, VerificationMethod};
use crate::state::{StateEntry, StateKey, StateValue};
use crate::tree::{ProofError, TreeProof};
use hefu_primitives::Hash;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use thiserror::Error;

/// A record, and the proof that it stands under its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordProof {
    /// Its name.
    pub key: StateKey,
    /// The record.
    pub value: Arc<StateValue>,
    /// What the state tree holds under that name.
    pub proof: TreeProof,
}

/// The proof that nothing stands under a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AbsenceProof {
    /// The name.
    pub key: StateKey,
    /// What the state tree holds under that name: nothing.
    pub proof: TreeProof,
}

/// The proof that a signature key belongs to a DID, or did. That a key is nobody's cannot be
/// proved: the key index follows from the records and has no root of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyHolderProof {
    /// The key.
    pub key: KeyBytes,
    /// The record of the DID, which has the key among its methods or its former keys.
    pub record: RecordProof,
}

/// How a DID has a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holding {
    /// It stands in the record, whether or not it is valid yet or still.
    Method(VerificationMethod),
    /// It stood there once.
    Former(FormerKey),
}

/// Why a record is not proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RecordError {
    /// The proof does not lead to the checkpoint's state.
    #[error("the state proof of {key:?} does not hold: {error}")]
    Proof {
        /// The record's name.
        key: StateKey,
        /// Why.
        error: ProofError,
    },
    /// The state has another record under this name.
    #[error(
        "the state has a record of hash {expected} under {key:?}, and this one hashes to {got}"
    )]
    OtherRecord {
        /// The name.
        key: StateKey,
        /// What the state has.
        expected: Hash,
        /// The hash of the record in the bundle.
        got: Hash,
    },
    /// The state has no record under this name.
    #[error("the state has no record under {0:?}")]
    Missing(StateKey),
    /// The state has a record that is said not to be there.
    #[error("the state has a record under {0:?}, which is said to be missing")]
    Present(StateKey),
    /// A record of another kind stands under this name.
    #[error("the record is not of the kind that {0:?} names")]
    Kind(StateKey),
    /// A record of a DID is needed.
    #[error("{0:?} does not name a DID")]
    NotADid(StateKey),
    /// The DID does not have the key.
    #[error("the DID {did} does not have the key {key}, and never had")]
    KeyNotHeld {
        /// The DID.
        did: DidId,
        /// The key.
        key: KeyBytes,
    },
}

impl RecordError {
    /// The stable code, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Proof { .. } => "bundle.state_proof",
            Self::OtherRecord { .. } => "bundle.other_record",
            Self::Missing(_) => "bundle.record_missing",
            Self::Present(_) => "bundle.record_present",
            Self::Kind(_) => "bundle.record_kind",
            Self::NotADid(_) => "bundle.not_a_did",
            Self::KeyNotHeld { .. } => "bundle.key_not_held",
        }
    }
}

impl RecordProof {
    /// Checks that the record stands under its name in the state with this root.
    pub(super) fn check(&self, root: &Hash) -> Result<(), RecordError> {
        let key = self.key;
        if !key.names(&self.value) {
            return Err(RecordError::Kind(key));
        }
        let got = StateEntry::new(Arc::clone(&self.value)).hash;
        match value_of(&self.proof, root, key)? {
            None => Err(RecordError::Missing(key)),
            Some(expected) if expected != got => {
                Err(RecordError::OtherRecord { key, expected, got })
            }
            Some(_) => Ok(()),
        }
    }

    /// The DID and its record, once they are checked.
    pub(super) fn check_did(self, root: &Hash) -> Result<(DidId, Box<DidRecord>), RecordError> {
        let StateKey::Did(did) = self.key else {
            return Err(RecordError::NotADid(self.key));
        };
        self.check(root)?;
        match Arc::unwrap_or_clone(self.value) {
            StateValue::Did(record) => Ok((did, record)),
            _ => Err(RecordError::Kind(self.key)),
        }
    }
}

impl AbsenceProof {
    /// Checks that nothing stands under the name in the state with this root.
    pub(super) fn check(&self, root: &Hash) -> Result<(), RecordError> {
        match value_of(&self.proof, root, self.key)? {
            Some(_) => Err(RecordError::Present(self.key)),
            None => Ok(()),
        }
    }
}

impl KeyHolderProof {
    /// How the DID has the key, with the DID and its record.
    pub(super) fn check(
        self,
        root: &Hash,
    ) -> Result<(DidId, Box<DidRecord>, Holding), RecordError> {
        let key = self.key;
        let (did, record) = self.record.check_did(root)?;
        let holding = holding(&record, &key).ok_or(RecordError::KeyNotHeld { did, key })?;
        Ok((did, record, holding))
    }
}

/// How a record has a signature key. Keys for key agreement are in no index, and so not here.
fn holding(record: &DidRecord, key: &KeyBytes) -> Option<Holding> {
    let content = &record.content;
    let method = content.methods.iter().find(|m| m.key.signature_key() == Some(key));
    let former = || content.former_keys.iter().find(|former| former.key == key.hash());
    let current = method.copied().map(Holding::Method);
    current.or_else(|| former().copied().map(Holding::Former))
}

fn value_of(proof: &TreeProof, root: &Hash, key: StateKey) -> Result<Option<Hash>, RecordError> {
    let value = proof.value_of(root, &key.tree_key());
    value.map_err(|error| RecordError::Proof { key, error })
}
