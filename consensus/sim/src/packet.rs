//! What machines send to each other.

use crate::disk::Final;
use crate::keys::Checker;
use crate::ledger::{Block, Epochs, TRANSACTION_BYTES, Transaction};
use crate::scenario::NodeId;
use hefu_consensus::{Input, Message};
use hefu_primitives::{
    BoundedVec, Certificate, Committee, Digest, Epoch, Kind, ValidatorIndex, View, codec,
};
use std::sync::Arc;

/// A message, made once however many get it.
#[derive(Debug)]
pub(crate) struct Packet {
    pub(crate) from: NodeId,
    /// The epoch whose engine it is for.
    pub(crate) epoch: Epoch,
    /// The sender's place in that epoch's committee. Connections tell who is at the other end.
    pub(crate) index: Option<ValidatorIndex>,
    pub(crate) content: Content,
    /// The parts of it that are wanted or not each by itself, with what they give an engine; none
    /// whose signatures do not hold.
    pub(crate) parts: Vec<Part>,
    pub(crate) bytes: u64,
    /// A hash of the content, for the trace.
    pub(crate) mark: u64,
}

/// A part of a message, and what it gives an engine.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) message: Message,
    pub(crate) input: Input,
}

/// The content of a message.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "one allocation a packet, shared by all receivers")]
pub(crate) enum Content {
    /// From engine to engine. A proposal's body travels with it.
    Engine { message: Message, block: Option<Arc<Block>> },
    /// Transactions, to a leader or to all.
    Transactions(Vec<Transaction>),
    /// Asks for a block.
    AskBlock(Digest),
    /// A block that was asked for.
    Block(Arc<Block>),
    /// Asks for all certificates of these views.
    AskCertificates { first: View, last: View },
    /// Certificates that were asked for.
    Certificates(Vec<Arc<Certificate>>),
    /// Asks for final blocks from this height on.
    AskRange(u64),
    /// Final blocks, oldest first.
    Range(Vec<Final>),
}

/// The sorts of messages that are counted apart.
pub(crate) const KINDS: [&str; 13] = [
    "proposal",
    "notarize",
    "nullify",
    "finalize",
    "certificate",
    "notarized",
    "status",
    "transactions",
    "ask block",
    "block",
    "ask certificates",
    "certificates",
    "range",
];

impl Content {
    /// The place of its sort in [`KINDS`].
    pub(crate) fn kind(&self) -> usize {
        match self {
            Self::Engine { message, .. } => message_kind(message),
            Self::Transactions(_) => 7,
            Self::AskBlock(_) => 8,
            Self::Block(_) => 9,
            Self::AskCertificates { .. } => 10,
            Self::Certificates(_) => 11,
            Self::AskRange(_) | Self::Range(_) => 12,
        }
    }

    fn encode(&self) -> (Vec<u8>, u64) {
        let body_bytes = |body: &[Transaction]| body.len() as u64 * u64::from(TRANSACTION_BYTES);
        match self {
            Self::Engine { message, block } => {
                let body = block.as_ref().map_or(&[][..], |block| &block.body);
                (codec::encode(message), body_bytes(body))
            }
            Self::Transactions(list) => (codec::encode(list), body_bytes(list)),
            Self::AskBlock(digest) => (codec::encode(digest), 0),
            Self::Block(block) => (codec::encode(&block.header), body_bytes(&block.body)),
            Self::AskCertificates { first, last } => (codec::encode(&(first, last)), 0),
            Self::Certificates(list) => (codec::encode(list), 0),
            Self::AskRange(from) => (codec::encode(from), 0),
            Self::Range(list) => (codec::encode(&range_digests(list)), 0),
        }
    }
}

fn range_digests(list: &[Final]) -> Vec<Digest> {
    list.iter().map(|block| block.block.digest).collect()
}

fn message_kind(message: &Message) -> usize {
    match message {
        Message::Proposal(_) => 0,
        Message::Vote(vote) => match vote.subject.kind() {
            Kind::Notarize => 1,
            Kind::Nullify => 2,
            Kind::Finalize => 3,
        },
        Message::Certificate(_) => 4,
        Message::Notarized { .. } => 5,
        Message::Status(_) => 6,
    }
}

/// The epoch that a message says it belongs to.
pub(crate) fn epoch_of(message: &Message) -> Epoch {
    match message {
        Message::Proposal(proposal) => proposal.signed.statement.epoch,
        Message::Vote(vote) => vote.epoch,
        Message::Certificate(certificate) | Message::Notarized { certificate, .. } => {
            certificate.epoch
        }
        Message::Status(status) => status.epoch,
    }
}

impl Packet {
    /// What it gives an engine.
    pub(crate) fn inputs(&self) -> impl Iterator<Item = &Input> {
        self.parts.iter().map(|part| &part.input)
    }

    /// A packet from a machine whose key sits at `index` of the epoch's committee. Signatures are
    /// checked here, once for all receivers: they all know the same committee.
    pub(crate) fn new(
        from: NodeId,
        index: Option<ValidatorIndex>,
        epoch: Epoch,
        content: Content,
        epochs: &Epochs,
        checker: &Checker,
    ) -> Self {
        let (encoded, more_bytes) = content.encode();
        let mut mark = [0; 8];
        mark.copy_from_slice(&blake3::hash(&encoded).as_bytes()[..8]);
        Self {
            from,
            epoch,
            index,
            parts: parts(index, epoch, &content, epochs, checker),
            content,
            bytes: encoded.len() as u64 + more_bytes,
            mark: u64::from_le_bytes(mark),
        }
    }
}

fn parts(
    index: Option<ValidatorIndex>,
    epoch: Epoch,
    content: &Content,
    epochs: &Epochs,
    checker: &Checker,
) -> Vec<Part> {
    let Some(committee) = epochs.committee(epoch) else {
        return Vec::new();
    };
    match (content, index) {
        // A proposal whose body is not the one that its header names is no proposal yet: a relay
        // may have swapped the body.
        (Content::Engine { message, block }, Some(index))
            if carries_its_body(message, block.as_deref()) =>
        {
            let parts = message.clone().parts().into_iter();
            parts.filter_map(|message| part(message, index, committee, checker)).collect()
        }
        (Content::Certificates(list), _) => {
            let messages = list.iter().map(|c| Message::Certificate(Arc::clone(c)));
            let nobody = ValidatorIndex::new(0);
            messages.filter_map(|message| part(message, nobody, committee, checker)).collect()
        }
        _ => Vec::new(),
    }
}

fn part(
    message: Message,
    from: ValidatorIndex,
    committee: &Committee,
    checker: &Checker,
) -> Option<Part> {
    let inputs = message.clone().verify(from, committee, checker).ok()?;
    inputs.into_iter().next().map(|input| Part { message, input })
}

fn carries_its_body(message: &Message, block: Option<&Block>) -> bool {
    match message {
        Message::Proposal(proposal) => {
            block.is_some_and(|block| block.header == proposal.header && block.is_whole())
        }
        _ => true,
    }
}

/// The certificates that a message carries, the proposal's checkpoint apart.
pub(crate) fn certificates(message: &Message) -> Vec<&Arc<Certificate>> {
    match message {
        Message::Proposal(proposal) => {
            let justification = &proposal.justification;
            let gap: &BoundedVec<_, _> = &justification.gap;
            justification.parent.iter().chain(gap).collect()
        }
        Message::Certificate(certificate) | Message::Notarized { certificate, .. } => {
            vec![certificate]
        }
        Message::Vote(_) | Message::Status(_) => Vec::new(),
    }
}
