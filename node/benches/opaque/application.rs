//! Payloads that mean nothing, as what a node orders. Clients' payloads are put together into parcels
//! where they come in, and parcels are what validators pass on and propose.

use crate::blocks::Blocks;
use crate::executor::Machine;
use crate::waiting::Waiting;
use hefu_node::application::{Application, Checked, Content};
use hefu_node::wire::Packed;
use hefu_primitives::limits::BODY_BYTES_MAX;
use hefu_primitives::{BoundedVec, Hash, Header};
use serde::{Deserialize, Serialize};
use std::io;
use std::sync::Arc;

/// Parcels of one block: a full body of the smallest.
const PARCELS_MAX: usize = 8_192;

/// What validators order here.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Opaque;

impl Application for Opaque {
    type Id = Hash;
    type Transaction = Parcel;
    type Checked = Sealed;
    type Content = Parcels;
    type Pool = Waiting;
    type Chain = Blocks;
    type Executor = Machine;
    type Failure = io::Error;
}

/// Payloads one behind the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Parcel(Packed);

impl Parcel {
    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        Self(Packed(bytes))
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0.0
    }

    pub(crate) fn id(&self) -> Hash {
        Hash::from_bytes(*blake3::hash(self.bytes()).as_bytes())
    }
}

/// A parcel with its hash.
#[derive(Clone, Debug)]
pub(crate) struct Sealed {
    pub(crate) id: Hash,
    pub(crate) parcel: Arc<Parcel>,
}

impl Checked<Opaque> for Sealed {
    fn id(&self) -> Hash {
        self.id
    }

    fn transaction(&self) -> &Arc<Parcel> {
        &self.parcel
    }
}

/// The parcels of a block, with their hashes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Parcels {
    pub(crate) ids: BoundedVec<Hash, PARCELS_MAX>,
    pub(crate) parcels: BoundedVec<Arc<Parcel>, PARCELS_MAX>,
}

impl Parcels {
    pub(crate) fn new(sealed: &[Sealed]) -> Self {
        Self {
            ids: BoundedVec::first_of(sealed.iter().map(|one| one.id)),
            parcels: BoundedVec::first_of(sealed.iter().map(|one| Arc::clone(&one.parcel))),
        }
    }

    /// What a header commits to.
    pub(crate) fn root(&self) -> Hash {
        if self.ids.is_empty() {
            return Header::empty_transaction_root();
        }
        let mut hasher = blake3::Hasher::new();
        for id in &self.ids {
            hasher.update(id.as_bytes());
        }
        Hash::from_bytes(*hasher.finalize().as_bytes())
    }
}

impl Content for Parcels {
    type Id = Hash;

    fn belongs_to(&self, header: &Header) -> bool {
        let bytes: usize = self.parcels.iter().map(|one| one.bytes().len() + 64).sum();
        self.ids.len() == self.parcels.len()
            && bytes <= BODY_BYTES_MAX as usize
            && self.root() == header.transaction_root
            && self.ids.iter().zip(self.parcels.iter()).all(|(id, parcel)| parcel.id() == *id)
    }

    fn ids(&self) -> Vec<Hash> {
        self.ids.to_vec()
    }
}
