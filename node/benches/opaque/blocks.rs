//! The final blocks of a validator: one file, to which each block is appended and synced.

use crate::application::Parcels;
use hefu_node::application::Chain;
use hefu_node::limits::PACKET_BYTES_MAX;
use hefu_primitives::{
    Certificate, Committee, Digest, Epoch, GenesisHash, Hash, Header, Height, Incarnation,
    SecretKey, Timestamp, Validator, ValidatorSet, codec,
};
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;

/// How many validators there are.
pub(crate) const VALIDATORS: u8 = 4;

/// Where a block lies.
#[derive(Debug)]
struct Place {
    header: Header,
    proof: Certificate,
    at: u64,
    bytes: usize,
}

/// The chain.
#[derive(Debug)]
pub(crate) struct Blocks {
    file: File,
    end: u64,
    genesis: Header,
    places: Vec<Place>,
}

/// The key of a validator.
pub(crate) fn key(number: u8) -> SecretKey {
    SecretKey::from_seed(&[number + 1; 32])
}

/// What names the network.
pub(crate) fn genesis() -> GenesisHash {
    GenesisHash::new(Hash::from_bytes([7; 32]))
}

fn validators() -> ValidatorSet {
    let one =
        |number| Validator { key: key(number).public_key(), incarnation: Incarnation::default() };
    ValidatorSet::new((0..VALIDATORS).map(one).collect()).unwrap()
}

/// The block below all others.
fn first() -> Header {
    let validators = validators().hash();
    Header {
        protocol_version: 1,
        genesis: genesis(),
        epoch: Epoch::ZERO,
        height: Height::ZERO,
        parent: Digest::default(),
        time: Timestamp::new(0),
        transaction_root: Header::empty_transaction_root(),
        state_root: Hash::default(),
        history_root: Hash::default(),
        validators,
        next_validators: validators,
    }
}

impl Blocks {
    /// Begins a chain in a file that must not exist.
    pub(crate) fn begin(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().read(true).append(true).create_new(true).open(path)?;
        Ok(Self { file, end: 0, genesis: first(), places: Vec::new() })
    }

    /// Appends a block. It is durable when this returns.
    pub(crate) fn append(
        &mut self,
        header: &Header,
        proof: &Certificate,
        content: &Parcels,
    ) -> io::Result<()> {
        let head = codec::encode(&(header, proof));
        let body = codec::encode(content);
        self.file.write_all(&head)?;
        self.file.write_all(&body)?;
        self.file.sync_data()?;
        let (header, proof) = (header.clone(), proof.clone());
        let at = self.end + head.len() as u64;
        self.places.push(Place { header, proof, at, bytes: body.len() });
        self.end = at + body.len() as u64;
        Ok(())
    }

    fn place(&self, height: Height) -> Option<&Place> {
        self.places.get(usize::try_from(height.get().checked_sub(1)?).ok()?)
    }
}

impl Chain for Blocks {
    type Content = Parcels;
    type Error = io::Error;

    fn last(&self) -> Header {
        self.places.last().map_or(&self.genesis, |place| &place.header).clone()
    }

    fn committee(&self, genesis: GenesisHash) -> io::Result<Committee> {
        Ok(Committee { genesis, epoch: Epoch::ZERO, validators: validators() })
    }

    fn header_at(&self, height: Height) -> io::Result<Option<Header>> {
        if height == Height::ZERO {
            return Ok(Some(self.genesis.clone()));
        }
        Ok(self.place(height).map(|place| place.header.clone()))
    }

    fn proof_at(&self, height: Height) -> io::Result<Option<Certificate>> {
        Ok(self.place(height).map(|place| place.proof.clone()))
    }

    fn content_at(&self, height: Height) -> io::Result<Option<Parcels>> {
        let Some(place) = self.place(height) else { return Ok(None) };
        let mut bytes = vec![0; place.bytes];
        self.file.read_exact_at(&mut bytes, place.at)?;
        codec::decode(&bytes, PACKET_BYTES_MAX).map(Some).map_err(io::Error::other)
    }
}
