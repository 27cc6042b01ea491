//! Inputs to begin with: every decoder's values, rightly signed, and lives that get somewhere.

use crate::decode::{CONSENSUS, Decoder, PRIMITIVES};
use crate::ledger;
use crate::people::{EPOCH, Mock, People, Scheme};
use hefu_consensus::{Justification, Message, Proposal, Record, Sequence, Status, Timer};
use hefu_primitives::{
    BoundedVec, Certificate, Checkpoint, Digest, Ed25519, Epoch, Evidence, GenesisHash, Hash,
    Header, Height, Incarnation, ProposalStatement, SignedProposal, Subject, Timestamp,
    ValidatorIndex, View, Vote, codec,
};
use serde::Serialize;
use std::sync::Arc;

/// The inputs that a target is begun with; none for a name that is no target's.
pub fn seeds(target: &str) -> Vec<Vec<u8>> {
    match target {
        "decode_primitives" => encoded(PRIMITIVES, primitives),
        "decode_consensus" => encoded(CONSENSUS, consensus),
        "certificate_mutations" => CERTIFICATES.iter().map(|bytes| bytes.to_vec()).collect(),
        "engine_inputs" => lives(),
        "decode_ledger" => ledger::encodings(),
        "parse_text" => ledger::texts(),
        "verify_bundle" => ledger::bundles(),
        "check_transaction" => ledger::transactions(),
        "execute_blocks" => ledger::executions(),
        _ => Vec::new(),
    }
}

/// Values of small committees, signed in either way, each behind the byte that chooses its type.
fn encoded(decoders: &[Decoder], values: fn(&Samples, &mut Encodings)) -> Vec<Vec<u8>> {
    let mut all = Encodings { decoders, inputs: Vec::new() };
    for people in [1, 4, 10].map(People::of) {
        values(&Samples::new(people, &Mock), &mut all);
    }
    values(&Samples::new(People::of(4), &Ed25519), &mut all);
    all.inputs.dedup();
    all.inputs
}

struct Encodings<'a> {
    decoders: &'a [Decoder],
    inputs: Vec<Vec<u8>>,
}

impl Encodings<'_> {
    fn add<T: Serialize>(&mut self, name: &str, value: &T) {
        let place = self.decoders.iter().position(|decoder| decoder.name == name);
        let selector = place.and_then(|place| u8::try_from(place).ok());
        let selector = selector.expect("the name is a decoder's");
        self.inputs.push([vec![selector], codec::encode(value)].concat());
    }
}

/// One value of each kind, by one committee.
struct Samples {
    people: &'static People,
    header: Header,
    votes: [Vote; 4],
    certificates: [Certificate; 3],
    proposals: [SignedProposal; 2],
}

impl Samples {
    fn new(people: &'static People, scheme: &impl Scheme) -> Self {
        let header = header(people);
        let (one, other) = (header.digest(), Digest::new(Hash::from_bytes([2; 32])));
        let subjects = [Subject::Notarize(one), Subject::Nullify, Subject::Finalize(one)];
        let last = people.len() - 1;
        let signers: Vec<u8> = (0..people.quorum()).collect();
        let vote = |subject| people.vote(scheme, last, View::new(1), subject);
        let propose = |digest| people.proposal(scheme, statement(digest));
        Self {
            people,
            votes: [vote(subjects[0]), vote(subjects[1]), vote(subjects[2]), {
                vote(Subject::Notarize(other))
            }],
            certificates: subjects
                .map(|subject| people.certificate(scheme, &signers, View::new(1), subject)),
            proposals: [propose(one), propose(other)],
            header,
        }
    }

    fn checkpoint(&self) -> Checkpoint {
        Checkpoint { header: self.header.clone(), finalization: self.certificates[2].clone() }
    }

    fn justification(&self) -> Justification {
        let certificate = |place: usize| Arc::new(self.certificates[place].clone());
        Justification {
            parent: Some(certificate(0)),
            gap: BoundedVec::first_of([certificate(1)]),
            finalized: Some(Arc::new(self.checkpoint())),
        }
    }

    fn proposal(&self, justification: Justification) -> Proposal {
        Proposal { signed: self.proposals[0], header: self.header.clone(), justification }
    }

    fn status(&self, yours: Option<Vote>) -> Status {
        let (view, final_height) = (View::new(2), Height::new(1));
        let yours_proposed = yours.map(|_| self.proposals[0]);
        Status { epoch: EPOCH, view, final_height, yours, yours_proposed, awaiting: true }
    }
}

fn header(people: &People) -> Header {
    Header {
        protocol_version: 1,
        genesis: people.committee.genesis,
        epoch: EPOCH,
        height: Height::new(1),
        parent: Digest::default(),
        time: Timestamp::new(1_000_000),
        transaction_root: Header::empty_transaction_root(),
        state_root: Hash::default(),
        history_root: Hash::default(),
        validators: people.committee.validators.hash(),
        next_validators: people.committee.validators.hash(),
    }
}

fn statement(digest: Digest) -> ProposalStatement {
    ProposalStatement {
        epoch: EPOCH,
        view: View::new(1),
        digest,
        parent_view: View::ZERO,
        parent_digest: Digest::default(),
    }
}

fn primitives(samples: &Samples, all: &mut Encodings) {
    let [notarize, nullify, finalize, other] = samples.votes;
    let [one, two] = samples.proposals;
    let committee = &samples.people.committee;
    samples.votes.iter().for_each(|vote| all.add("Vote", vote));
    samples.certificates.iter().for_each(|certificate| all.add("Certificate", certificate));
    all.add("Header", &samples.header);
    all.add("Checkpoint", &samples.checkpoint());
    let evidence = [
        Evidence::of_votes(notarize, other),
        Evidence::of_votes(nullify, finalize),
        Evidence::of_proposals(one, two),
    ];
    evidence.iter().flatten().for_each(|evidence| all.add("Evidence", evidence));
    all.add("SignedProposal", &one);
    all.add("ValidatorSet", &committee.validators);
    for (_, member) in committee.validators.iter().take(1) {
        all.add("PublicKey", &member.key);
        all.add("Validator", member);
    }
    all.add("Subject", &notarize.subject);
    all.add("Subject", &nullify.subject);
    all.add("Bitmap", &samples.certificates[0].signers);
    all.add("Signature", &notarize.signature);
    all.add("ProposalStatement", &one.statement);
    let hash = *samples.header.digest().hash();
    let name = (hash, Digest::new(hash), GenesisHash::new(hash), Incarnation::default());
    all.add("hashes", &name);
    let place = (Height::new(1), View::MAX, Epoch::ZERO, Timestamp::MAX, ValidatorIndex::new(9));
    all.add("positions", &place);
}

fn consensus(samples: &Samples, all: &mut Encodings) {
    let [notarization, _, _] = samples.certificates.clone().map(Arc::new);
    let [notarize, _, finalize, _] = samples.votes;
    let bare = Arc::new(samples.proposal(Justification::default()));
    let justified = samples.proposal(samples.justification());
    let (first, second) = (samples.status(None), samples.status(Some(notarize)));
    for message in [
        Message::Proposal(Arc::clone(&bare)),
        Message::Proposal(Arc::new(justified.clone())),
        Message::Vote(notarize),
        Message::Certificate(Arc::clone(&notarization)),
        Message::Notarized { certificate: Arc::clone(&notarization), finalize },
        Message::Status(first),
        Message::Status(second),
    ] {
        all.add("Message", &message);
    }
    all.add("Proposal", bare.as_ref());
    all.add("Proposal", &justified);
    all.add("Record", &Record::Act(finalize));
    all.add("Record", &Record::Proposal(bare));
    all.add("Record", &Record::Certificate(notarization));
    all.add("Record", &Record::ForeignSignature(View::MAX));
    all.add("Status", &first);
    all.add("Status", &second);
    all.add("Justification", &justified.justification);
    for timer in [
        Timer::Leader(View::ZERO),
        Timer::View(View::MAX),
        Timer::Unfinal(View::ZERO),
        Timer::Heartbeat,
        Timer::Repeat(View::ZERO),
        Timer::KeepAlive,
        Timer::Early(View::ZERO),
    ] {
        all.add("Timer", &timer);
    }
    all.add("Sequence", &Sequence::NONE.next());
}

/// Edits of every kind, as `certificates` reads them: the committee's size, whether keys are
/// real, how many signers and the first of them, view, subject (2), edits.
const CERTIFICATES: [&[u8]; 6] = [
    &[1, 0, 0, 0, 1, 1, 2, 0, 2, 1],
    &[2, 0, 1, 1, 2, 0, 0, 1, 0, 0, 3, 5, 6, 1, 0],
    &[4, 0, 0, 2, 3, 1, 1, 4, 3, 5, 2, 7, 0, 1, 8, 1, 2],
    &[5, 0, 9, 3, 0, 0, 2, 9, 3, 4, 10, 1, 0, 1, 11, 9, 9, 12, 99, 12, 4],
    &[1, 63, 1, 0, 1, 0, 0, 12, 3, 10, 2, 5, 0, 0],
    &[0, 0, 0, 0, 1, 0, 1, 12, 0, 12, 0],
];

/// Parts of lives, as `engine::act` reads them. What is proposed, certified or finalized is the
/// newest block.
const SERVE: &[u8] = &[0];
const PROPOSAL_ON_THE_FIRST: &[u8] = &[7, 0, 232, 160, 0, 1, 0];
const PROPOSAL_ON_THE_LAST: &[u8] = &[7, 0, 1, 160, 0, 0, 0];
const NOTARIZATION: &[u8] = &[4, 0, 0, 0, 0, 0, 0];
const NULLIFICATION: &[u8] = &[4, 0, 1, 0, 0, 0];
const FINALIZATION: &[u8] = &[4, 1, 2, 0, 0, 0, 0];
const VOTES: &[u8] = &[2, 2, 0, 0, 0, 0, 2, 3, 0, 0, 0, 0];
const PENDING: &[u8] = &[10, 0, 0];
const DEADLINE: &[u8] = &[11, 0, 0];
const LAST_OF_EPOCH: &[u8] = &[7, 0, 232, 160, 131, 1, 0];
const LAST_OF_EPOCH_AGAIN: &[u8] = &[7, 0, 1, 0, 0x70, 0, 0];
const PROPOSAL_NOT_LATER: &[u8] = &[7, 0, 232, 160, 137, 1, 0];
const NEXT_NOTARIZATION: &[u8] = &[4, 0, 0, 160, 0, 0, 0, 0];
const GREETING: &[u8] = &[1];
const STATUSES: &[u8] = &[12, 2, 0, 0, 1, 0, 12, 3, 0, 0, 0, 0];
const POWER_CUT: &[u8] = &[17, 3, 0];
const ENGINE_ANEW: &[u8] = &[17, 9, 1];
const SHUFFLED: &[u8] = &[17, 9, 0x60];

fn lives() -> Vec<Vec<u8>> {
    // The members of 4, 7, 1 and 6 that lead view 1, others, and a follower.
    let whos: [[u8; 2]; 8] = [[1, 0], [1, 1], [1, 4], [2, 4], [2, 0], [0, 0], [3, 4], [3, 0]];
    let many = [NEXT_NOTARIZATION, SERVE, SERVE].concat().repeat(18);
    let stories: [&[&[u8]]; 8] = [
        &[PROPOSAL_ON_THE_FIRST, SERVE, SERVE, NOTARIZATION, SERVE, FINALIZATION, SERVE],
        &[PENDING, SERVE, SERVE, VOTES, NOTARIZATION, SERVE, FINALIZATION, PENDING, SERVE],
        &[PENDING, DEADLINE, SERVE, NULLIFICATION, POWER_CUT, STATUSES, PENDING, DEADLINE, SERVE],
        &[PROPOSAL_ON_THE_FIRST, SERVE, SERVE, NOTARIZATION, SERVE, PROPOSAL_ON_THE_LAST, SERVE, {
            ENGINE_ANEW
        }],
        &[NULLIFICATION, NULLIFICATION, PENDING, SERVE, SHUFFLED, DEADLINE, SERVE],
        &[LAST_OF_EPOCH, SERVE, NOTARIZATION, LAST_OF_EPOCH_AGAIN, SERVE, NOTARIZATION, {
            FINALIZATION
        }],
        &[PROPOSAL_NOT_LATER, SERVE, SERVE],
        &[&many, PENDING, PROPOSAL_ON_THE_LAST, SERVE, SERVE, FINALIZATION, SERVE],
    ];
    let tell = |who: &[u8; 2], story: &&[&[u8]]| [&who[..], GREETING, &story.concat()].concat();
    whos.iter().flat_map(|who| stories.iter().map(move |story| tell(who, story))).collect()
}
