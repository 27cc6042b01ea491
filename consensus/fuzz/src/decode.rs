//! Bytes from outside, given to every decoder there is.
//!
//! The first byte chooses the type, the rest is its encoding. What decodes must encode to the
//! same bytes, no more of them than its type may have, and no fewer or more of them decode; and
//! it must hold before a committee if and only if its members signed it.

use crate::genuine::{Signed, is_proposed};
use crate::people::{Mock, People};
use hefu_consensus::limits::GAP_INLINE_MAX;
use hefu_consensus::{Input, Justification, Message, Proposal, Record, Sequence, Status, Timer};
use hefu_primitives::limits::{
    BITMAP_BYTES_MAX, CERTIFICATE_BYTES_MAX, HEADER_BYTES, PUBLIC_KEY_BYTES, SIGNATURE_BYTES,
    VALIDATORS_MAX, VOTE_BYTES_MAX,
};
use hefu_primitives::{
    Bitmap, Certificate, Checkpoint, Digest, Ed25519, Epoch, Evidence, GenesisHash, Hash, Header,
    Height, Incarnation, ProposalStatement, PublicKey, Signature, SignedProposal, Subject,
    Timestamp, Validator, ValidatorIndex, ValidatorSet, View, Vote, codec,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;

/// One type's decoder.
#[derive(Clone, Copy, Debug)]
pub struct Decoder {
    /// The type.
    pub name: &'static str,
    /// Bytes of its longest encoding.
    pub bytes_max: usize,
    check: fn(&[u8], usize) -> bool,
}

impl Decoder {
    pub(crate) const fn new<T: Probe>(name: &'static str, bytes_max: usize) -> Self {
        Self { name, bytes_max, check: check::<T> }
    }

    /// Decodes `bytes` and checks what comes of it; whether anything came of it.
    ///
    /// # Panics
    /// If the decoder, or the value, is not as it should be.
    pub fn run(&self, bytes: &[u8]) -> bool {
        (self.check)(bytes, self.bytes_max)
    }
}

const PROPOSAL_STATEMENT_BYTES: usize = 3 * 8 + 2 * 32;
const SIGNED_PROPOSAL_BYTES: usize = PROPOSAL_STATEMENT_BYTES + SIGNATURE_BYTES;
const VALIDATOR_BYTES: usize = PUBLIC_KEY_BYTES + 16;
const CHECKPOINT_BYTES_MAX: usize = HEADER_BYTES + CERTIFICATE_BYTES_MAX;
const JUSTIFICATION_BYTES_MAX: usize = (1 + CERTIFICATE_BYTES_MAX)
    + (1 + GAP_INLINE_MAX * CERTIFICATE_BYTES_MAX)
    + (1 + CHECKPOINT_BYTES_MAX);
const PROPOSAL_BYTES_MAX: usize = SIGNED_PROPOSAL_BYTES + HEADER_BYTES + JUSTIFICATION_BYTES_MAX;
const STATUS_BYTES_MAX: usize = 3 * 8 + (1 + VOTE_BYTES_MAX) + (1 + SIGNED_PROPOSAL_BYTES) + 1;

/// The decoders of `hefu_primitives`, in the order of the selecting byte.
pub const PRIMITIVES: &[Decoder] = &[
    Decoder::new::<Vote>("Vote", VOTE_BYTES_MAX),
    Decoder::new::<Certificate>("Certificate", CERTIFICATE_BYTES_MAX),
    Decoder::new::<Header>("Header", HEADER_BYTES),
    Decoder::new::<Checkpoint>("Checkpoint", CHECKPOINT_BYTES_MAX),
    Decoder::new::<Evidence>("Evidence", 1 + 2 * SIGNED_PROPOSAL_BYTES),
    Decoder::new::<SignedProposal>("SignedProposal", SIGNED_PROPOSAL_BYTES),
    Decoder::new::<ValidatorSet>("ValidatorSet", 1 + VALIDATORS_MAX * VALIDATOR_BYTES),
    Decoder::new::<PublicKey>("PublicKey", PUBLIC_KEY_BYTES),
    Decoder::new::<Validator>("Validator", VALIDATOR_BYTES),
    Decoder::new::<Subject>("Subject", 1 + 32),
    Decoder::new::<Bitmap>("Bitmap", 1 + BITMAP_BYTES_MAX),
    Decoder::new::<Signature>("Signature", SIGNATURE_BYTES),
    Decoder::new::<ProposalStatement>("ProposalStatement", PROPOSAL_STATEMENT_BYTES),
    Decoder::new::<(Hash, Digest, GenesisHash, Incarnation)>("hashes", 3 * 32 + 16),
    Decoder::new::<(Height, View, Epoch, Timestamp, ValidatorIndex)>("positions", 4 * 8 + 1),
];

/// The decoders of `hefu_consensus`, in the order of the selecting byte.
pub const CONSENSUS: &[Decoder] = &[
    Decoder::new::<Message>("Message", 1 + PROPOSAL_BYTES_MAX),
    Decoder::new::<Proposal>("Proposal", PROPOSAL_BYTES_MAX),
    Decoder::new::<Record>("Record", 1 + PROPOSAL_BYTES_MAX),
    Decoder::new::<Status>("Status", STATUS_BYTES_MAX),
    Decoder::new::<Justification>("Justification", JUSTIFICATION_BYTES_MAX),
    Decoder::new::<Timer>("Timer", 1 + 8),
    Decoder::new::<Sequence>("Sequence", 8),
];

/// The decoder that the first byte chooses, and what is left for it.
pub fn choose<'a, 'd>(all: &'a [Decoder], data: &'d [u8]) -> Option<(&'a Decoder, &'d [u8])> {
    let (selector, bytes) = data.split_first()?;
    Some((&all[usize::from(*selector) % all.len()], bytes))
}

/// Target `decode_primitives`.
pub fn decode_primitives(data: &[u8]) {
    if let Some((decoder, bytes)) = choose(PRIMITIVES, data) {
        decoder.run(bytes);
    }
}

/// Target `decode_consensus`.
pub fn decode_consensus(data: &[u8]) {
    if let Some((decoder, bytes)) = choose(CONSENSUS, data) {
        decoder.run(bytes);
    }
}

fn check<T: Probe>(bytes: &[u8], bytes_max: usize) -> bool {
    let decoded = codec::decode::<T>(bytes, bytes_max);
    let unbounded = codec::decode::<T>(bytes, usize::MAX);
    let Ok(value) = decoded else {
        assert!(unbounded.is_err(), "{} bytes decode, over the limit {bytes_max}", bytes.len());
        return false;
    };
    assert_eq!(codec::encode(&value), bytes, "{value:?} has two encodings");
    assert_eq!(unbounded.as_ref(), Ok(&value), "a limit changes what is decoded");
    assert!(codec::decode::<T>(bytes, bytes.len() - 1).is_err(), "the limit is not kept");
    let (more, fewer) = ([bytes, &[0]].concat(), &bytes[..bytes.len() - 1]);
    assert!(codec::decode::<T>(&more, usize::MAX).is_err(), "a byte is left over");
    assert!(codec::decode::<T>(fewer, usize::MAX).is_err(), "a byte is lacking");
    value.probe();
    true
}

/// What else is asked of a decoded value.
pub(crate) trait Probe: Serialize + DeserializeOwned + Debug + PartialEq {
    /// Panics if it is not as it should be.
    fn probe(&self) {}
}

/// The committees before which decoded values are verified.
fn committees() -> impl Iterator<Item = &'static People> {
    [1, 4, 10].into_iter().map(People::of)
}

/// Verifies a value before each committee, and compares the verdict with our own. What is signed
/// with real keys is made again only if it is accepted: that is what must never happen wrongly.
fn judge<T: Signed + Debug>(value: &T) {
    for people in committees() {
        let accepted = value.verify(&people.committee, &Mock).is_ok();
        assert_eq!(accepted, value.holds(people, &Mock), "the verdict on {value:?}");
        let accepted = value.verify(&people.committee, &Ed25519).is_ok();
        assert!(!accepted || value.holds(people, &Ed25519), "{value:?} is accepted");
    }
}

/// The prime 2²⁵⁵ − 19 less one, as a field element is written.
const MINUS_ONE: [u8; 32] = {
    let mut bytes = [0xff; 32];
    bytes[0] = 0xec;
    bytes[31] = 0x7f;
    bytes
};

impl Probe for PublicKey {
    /// Without its sign, the topmost bit, a key is a number below the prime, and neither of the
    /// numbers 0, 1 and −1, which points of order 4, 1 and 2 have.
    fn probe(&self) {
        let mut y = *self.as_bytes();
        y[31] &= 0x7f;
        assert!(y.iter().rev().lt(MINUS_ONE.iter().rev()), "{self} is not canonical, or −1");
        let rest_is_zero = y[1..].iter().all(|byte| *byte == 0);
        assert!(!(rest_is_zero && y[0] <= 1), "{self} is of small order");
    }
}

impl Probe for Validator {
    fn probe(&self) {
        self.key.probe();
    }
}

impl Probe for ValidatorSet {
    fn probe(&self) {
        let keys: Vec<_> = self.iter().map(|(_, member)| member.key).collect();
        assert!((1..=VALIDATORS_MAX).contains(&keys.len()), "{} members", keys.len());
        assert!(keys.windows(2).all(|pair| pair[0] < pair[1]), "keys are not in order");
        assert!(self.quorum() + (keys.len() - 1) / 3 == keys.len(), "q = n − f");
        keys.iter().for_each(Probe::probe);
    }
}

impl Probe for Bitmap {
    fn probe(&self) {
        let ones: u32 = self.as_bytes().iter().map(|byte| byte.count_ones()).sum();
        assert_eq!(self.iter().count(), ones as usize, "members of {self:?}");
    }
}

impl Probe for Vote {
    fn probe(&self) {
        judge(self);
    }
}

impl Probe for Certificate {
    fn probe(&self) {
        judge(self);
    }
}

impl Probe for Checkpoint {
    fn probe(&self) {
        judge(self);
    }
}

impl Probe for Evidence {
    fn probe(&self) {
        judge(self);
    }
}

impl Probe for SignedProposal {
    fn probe(&self) {
        judge(self);
    }
}

impl Probe for Header {}
impl Probe for Subject {}
impl Probe for Signature {}
impl Probe for ProposalStatement {}
impl Probe for (Hash, Digest, GenesisHash, Incarnation) {}
impl Probe for (Height, View, Epoch, Timestamp, ValidatorIndex) {}
impl Probe for Timer {}
impl Probe for Sequence {}

impl Probe for Proposal {
    fn probe(&self) {
        judge(self);
        let bare = self.without_attachments();
        for people in committees() {
            let proposed = is_proposed(self, people, &Mock);
            assert_eq!(bare.holds(people, &Mock), proposed, "what is left of {self:?}");
        }
    }
}

impl Probe for Justification {
    fn probe(&self) {
        let certificates = self.parent.iter().chain(&self.gap);
        certificates.for_each(|certificate| certificate.probe());
        self.finalized.iter().for_each(|checkpoint| checkpoint.probe());
    }
}

impl Probe for Status {
    fn probe(&self) {
        judge(self);
    }
}

impl Probe for Record {
    fn probe(&self) {
        match self {
            Self::Proposal(proposal) => proposal.probe(),
            Self::Act(vote) => vote.probe(),
            Self::Certificate(certificate) => certificate.probe(),
            Self::ForeignSignature(_) => {}
        }
    }
}

impl Probe for Message {
    fn probe(&self) {
        for people in committees() {
            let inputs = self.clone().verify(ValidatorIndex::new(0), &people.committee, &Mock);
            let allowed = is_acceptable(self, people);
            assert_eq!(inputs.is_ok(), allowed, "the verdict on {self:?}");
            let inputs: Vec<Input> = inputs.into_iter().flatten().collect();
            assert!(inputs.iter().all(|input| is_verified(input, people)), "{self:?}");
            let parts = self.clone().parts();
            assert!(!allowed || parts.len() == inputs.len(), "the parts of {self:?}");
        }
    }
}

fn is_acceptable(message: &Message, people: &People) -> bool {
    match message {
        Message::Proposal(proposal) => is_proposed(proposal, people, &Mock),
        Message::Vote(vote) => vote.holds(people, &Mock),
        Message::Certificate(certificate) => certificate.holds(people, &Mock),
        Message::Notarized { certificate, finalize } => {
            certificate.holds(people, &Mock) && finalize.holds(people, &Mock)
        }
        Message::Status(status) => status.holds(people, &Mock),
    }
}

/// Whether nothing unsigned has come into an input.
fn is_verified(input: &Input, people: &People) -> bool {
    match input {
        Input::Proposal(proposal) => proposal.holds(people, &Mock),
        Input::Vote(vote) => vote.holds(people, &Mock),
        Input::Certificate(certificate) => certificate.holds(people, &Mock),
        Input::Status { status, .. } => status.holds(people, &Mock),
        _ => true,
    }
}
