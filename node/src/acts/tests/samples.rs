//! Records, bodies and floors made of numbers. Nothing here verifies a signature.

use crate::acts::{Append, Binding, Floor};
use hefu_consensus::message::{Justification, Proposal};
use hefu_consensus::{Record, Sequence};
use hefu_primitives::{
    Bitmap, BoundedVec, Certificate, Digest, Epoch, GenesisHash, Hash, Header, Height, Incarnation,
    ProposalStatement, Purpose, SecretKey, Signature, SignedProposal, Subject, Timestamp,
    ValidatorIndex, View, Vote,
};
use std::sync::Arc;

pub(super) fn binding() -> Binding {
    Binding {
        genesis: genesis(),
        validator: SecretKey::from_seed(&[1; 32]).public_key(),
        incarnation: Incarnation::from_bytes([0xa5; 16]),
    }
}

fn genesis() -> GenesisHash {
    GenesisHash::new(Hash::of(Purpose::Genesis, b"test"))
}

pub(super) fn epoch(number: u64) -> Epoch {
    Epoch::new(number)
}

pub(super) fn view(number: u64) -> View {
    View::new(number)
}

fn sequence(number: u64) -> Sequence {
    (0..number).fold(Sequence::NONE, |sequence, _| sequence.next())
}

fn signature(number: u64) -> Signature {
    Signature::from_bytes([u8::try_from(number % 251).unwrap(); 64])
}

fn header(height: u64) -> Header {
    Header {
        protocol_version: 1,
        genesis: genesis(),
        epoch: Epoch::ZERO,
        height: Height::new(height),
        parent: Digest::default(),
        time: Timestamp::new(height),
        transaction_root: Hash::default(),
        state_root: Hash::default(),
        history_root: Hash::default(),
        validators: Hash::default(),
        next_validators: Hash::default(),
    }
}

/// A block's digest and body.
pub(super) fn block(height: u64) -> (Digest, Arc<[u8]>) {
    let length = usize::try_from(height % 5 * 40).unwrap();
    (header(height).digest(), vec![u8::try_from(height % 251).unwrap(); length].into())
}

pub(super) fn act(at: u64) -> Record {
    Record::Act(Vote {
        epoch: Epoch::ZERO,
        view: view(at),
        subject: Subject::Nullify,
        signer: ValidatorIndex::new(2),
        signature: signature(at),
    })
}

pub(super) fn certificate(at: u64) -> Record {
    Record::Certificate(Arc::new(Certificate {
        genesis: genesis(),
        epoch: Epoch::ZERO,
        view: view(at),
        subject: Subject::Notarize(header(at).digest()),
        signers: Bitmap::from_bytes(BoundedVec::first_of([7])),
        signatures: BoundedVec::first_of([signature(at)]),
    }))
}

pub(super) fn proposal(at: u64, height: u64) -> Record {
    let statement = ProposalStatement {
        epoch: Epoch::ZERO,
        view: view(at),
        digest: header(height).digest(),
        parent_view: view(at.saturating_sub(1)),
        parent_digest: Digest::default(),
    };
    let Record::Certificate(parent) = certificate(at.saturating_sub(1)) else { unreachable!() };
    Record::Proposal(Arc::new(Proposal {
        signed: SignedProposal { statement, signature: signature(at) },
        header: header(height),
        justification: Justification { parent: Some(parent), ..Justification::default() },
    }))
}

pub(super) fn foreign(at: u64) -> Record {
    Record::ForeignSignature(view(at))
}

/// A record to append; with its body, if it is a proposal.
pub(super) fn append(in_epoch: u64, number: u64, record: Record) -> Append {
    let body = match &record {
        Record::Proposal(proposal) => Some(block(proposal.header.height.get()).1),
        _ => None,
    };
    Append { epoch: epoch(in_epoch), sequence: sequence(number), record, body }
}

pub(super) fn floor(in_epoch: u64, height: u64, own: Option<u64>) -> Floor {
    Floor {
        height: Height::new(height),
        digest: header(height).digest(),
        epoch: epoch(in_epoch),
        view: own.map(view),
    }
}
