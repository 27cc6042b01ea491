//! One engine with everything around it under the test's control.

use crate::message::{Justification, Proposal, Status};
use crate::planted::Planted;
use crate::{
    Anchor, Config, Engine, Input, Member, Message, Output, Record, Sequence, To, Verdict,
};
use hefu_primitives::{
    Certificate, Checkpoint, Committee, Digest, Epoch, GenesisHash, Hash, Header, Height,
    Incarnation, ProposalStatement, PublicKey, Purpose, SecretKey, Signature, SignedProposal,
    Signer, Subject, Timestamp, Validator, ValidatorIndex, ValidatorSet, Verified, Verifier, View,
    Vote,
};
use std::sync::Arc;

/// Signs by naming itself: what is tested here is not cryptography.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Name(pub(super) u8);

impl Signer for Name {
    fn sign(&self, _: &[u8]) -> Signature {
        Signature::from_bytes([self.0; 64])
    }
}

struct Gullible;

impl Verifier for Gullible {
    fn verify(&self, _: &PublicKey, _: &[u8], _: &Signature) -> bool {
        true
    }
}

pub(super) const DELTA_MS: u64 = 100;
pub(super) const START_MS: u64 = 1_000_000;

pub(super) struct Sandbox {
    pub(super) engine: Engine<Name>,
    pub(super) committee: Arc<Committee>,
    pub(super) root: Header,
    pub(super) now: Timestamp,
    pub(super) log: Vec<Record>,
    me: u8,
    last: Sequence,
}

pub(super) fn view(number: u64) -> View {
    View::new(number)
}

pub(super) fn index(number: u8) -> ValidatorIndex {
    ValidatorIndex::new(number)
}

fn committee(n: u8) -> Arc<Committee> {
    let member = |i: u8| Validator {
        key: SecretKey::from_seed(&[i; 32]).public_key(),
        incarnation: Incarnation::default(),
    };
    Arc::new(Committee {
        genesis: GenesisHash::new(Hash::of(Purpose::Genesis, b"sandbox")),
        epoch: Epoch::ZERO,
        validators: ValidatorSet::new((0..n).map(member).collect()).unwrap(),
    })
}

fn genesis_header(committee: &Committee) -> Header {
    Header {
        protocol_version: 1,
        genesis: committee.genesis,
        epoch: Epoch::ZERO,
        height: Height::ZERO,
        parent: Digest::default(),
        time: Timestamp::new(START_MS),
        transaction_root: Header::empty_transaction_root(),
        state_root: Hash::default(),
        history_root: Hash::default(),
        validators: committee.validators.hash(),
        next_validators: committee.validators.hash(),
    }
}

/// A child with a body that `salt` tells from others, a second later.
pub(super) fn child(parent: &Header, salt: u8) -> Header {
    Header {
        height: parent.height.next(),
        parent: parent.digest(),
        time: parent.time.saturating_add(1_000),
        transaction_root: Hash::from_bytes([salt; 32]),
        ..parent.clone()
    }
}

/// A child that is the last block of its epoch.
pub(super) fn last_child(parent: &Header) -> Header {
    Header { next_validators: Hash::from_bytes([9; 32]), ..child(parent, 1) }
}

pub(super) fn empty_child(parent: &Header) -> Header {
    Header { transaction_root: Header::empty_transaction_root(), ..child(parent, 0) }
}

impl Sandbox {
    /// Validator `me` of `n`, at the start of epoch 0. Of four, validator 1 leads view 1.
    pub(super) fn new(n: u8, me: u8) -> Self {
        let mut sandbox = Self::unstarted(n, me, vec![]);
        sandbox.give(Input::Start);
        sandbox.hear_others();
        sandbox
    }

    /// All others say that they are at the start: whoever starts must hear that before it signs.
    pub(super) fn hear_others(&mut self) -> Vec<Output> {
        let n = u8::try_from(self.committee.validators.len()).unwrap();
        let (me, status) = (self.me, self.status(1, 0));
        (0..n).filter(|i| *i != me).flat_map(|peer| self.hear(peer, &status)).collect()
    }

    pub(super) fn hear(&mut self, peer: u8, status: &Status) -> Vec<Output> {
        let status = Verified::new(*status, &self.committee, &Gullible).unwrap();
        self.give(Input::Status { from: index(peer), status })
    }

    pub(super) fn unstarted(n: u8, me: u8, records: Vec<Record>) -> Self {
        let header = genesis_header(&committee(n));
        Self::anchored(n, me, Anchor { header, finalization: None }, records)
    }

    /// One whose driver has the anchor's block as its last final one.
    pub(super) fn anchored(n: u8, me: u8, anchor: Anchor, records: Vec<Record>) -> Self {
        let committee = committee(n);
        let root = anchor.header.clone();
        let config = Config {
            committee: Arc::clone(&committee),
            me: Some(Member { index: index(me), key: Name(me) }),
            delta_ms: DELTA_MS,
            anchor,
            planted: Planted::default(),
        };
        let engine = Engine::new(config, records);
        let now = Timestamp::new(START_MS + 1_000);
        Self { engine, committee, root, now, log: vec![], me, last: Sequence::NONE }
    }

    /// What an engine does that comes back with the records made so far.
    pub(super) fn restarted(&self) -> (Self, Vec<Output>) {
        let n = u8::try_from(self.committee.validators.len()).unwrap();
        let mut again = Self::unstarted(n, self.me, self.log.clone());
        let out = again.give(Input::Start);
        (again, out)
    }

    /// One step, and whatever durability and execution it called for, done at once.
    pub(super) fn give(&mut self, input: Input) -> Vec<Output> {
        let mut all = self.give_only(input);
        let mut done = 0;
        while let Some(output) = all.get(done).cloned() {
            done += 1;
            if let Output::Persist { sequence, .. } = output {
                all.extend(self.give_only(Input::Persisted(sequence)));
            }
        }
        all
    }

    /// One step alone.
    pub(super) fn give_only(&mut self, input: Input) -> Vec<Output> {
        let mut out = vec![];
        self.engine.step(self.now, input, &mut out);
        for output in &out {
            if let Output::Persist { sequence, record } = output {
                assert_eq!(*sequence, self.last.next(), "records are numbered in a row");
                self.last = *sequence;
                self.log.push(record.clone());
            }
        }
        out
    }

    pub(super) fn sign(&self, signer: u8, in_view: u64, subject: Subject) -> Vote {
        Vote::sign(&self.committee, index(signer), view(in_view), subject, &Name(signer)).unwrap()
    }

    pub(super) fn vote(&mut self, signer: u8, in_view: u64, subject: Subject) -> Vec<Output> {
        let vote = self.sign(signer, in_view, subject);
        self.give(Input::Vote(Verified::new(vote, &self.committee, &Gullible).unwrap()))
    }

    /// The certificate of all but us and as many as may fail.
    pub(super) fn certify(&self, in_view: u64, subject: Subject) -> Arc<Certificate> {
        let validators = &self.committee.validators;
        let others = validators.iter().map(|(i, _)| i.get()).filter(|i| *i != self.me);
        let votes: Vec<_> = others
            .take(validators.quorum())
            .map(|signer| self.sign(signer, in_view, subject))
            .collect();
        Arc::new(Certificate::assemble(&self.committee, &votes).unwrap())
    }

    pub(super) fn certificate(&mut self, in_view: u64, subject: Subject) -> Vec<Output> {
        let certificate = self.certify(in_view, subject);
        self.give_certificate(certificate)
    }

    pub(super) fn give_certificate(&mut self, certificate: Arc<Certificate>) -> Vec<Output> {
        let verified = Verified::new(certificate, &self.committee, &Gullible).unwrap();
        self.give(Input::Certificate(verified))
    }

    /// A proposal of `header` by its view's leader, on a parent notarized in `parent_view`.
    pub(super) fn proposal(&self, in_view: u64, parent_view: u64, header: &Header) -> Proposal {
        let statement = ProposalStatement {
            epoch: self.committee.epoch,
            view: view(in_view),
            digest: header.digest(),
            parent_view: view(parent_view),
            parent_digest: header.parent,
        };
        let leader = self.committee.leader(view(in_view)).get();
        let signed = SignedProposal::sign(&self.committee, statement, &Name(leader)).unwrap();
        Proposal { signed, header: header.clone(), justification: Justification::default() }
    }

    pub(super) fn propose(&mut self, proposal: Proposal) -> Vec<Output> {
        let verified = Verified::new(Arc::new(proposal), &self.committee, &Gullible).unwrap();
        self.give(Input::Proposal(verified))
    }

    pub(super) fn validated(&mut self, header: &Header) -> Vec<Output> {
        self.give(Input::Validated { digest: header.digest(), verdict: Verdict::Valid })
    }

    /// Proposes `header` and finds it valid: all that a good leader and executor do.
    pub(super) fn propose_valid(
        &mut self,
        in_view: u64,
        parent_view: u64,
        header: &Header,
    ) -> Vec<Output> {
        let mut out = self.propose(self.proposal(in_view, parent_view, header));
        out.extend(self.validated(header));
        out
    }

    /// Blocks notarized by others in views 1 to `count`, fetched and executed; the last one's
    /// header.
    pub(super) fn notarize_chain(&mut self, count: u64) -> Header {
        let mut header = self.root.clone();
        for number in 1..=count {
            header = child(&header, 1);
            self.notarize_elsewhere(number, &header);
        }
        header
    }

    pub(super) fn notarize_elsewhere(&mut self, in_view: u64, header: &Header) {
        self.now = self.now.max(header.time);
        self.certificate(in_view, Subject::Notarize(header.digest()));
        self.give(Input::Block(header.clone()));
        self.validated(header);
    }

    pub(super) fn checkpoint(&self, in_view: u64, header: &Header) -> Arc<Checkpoint> {
        let finalization = self.certify(in_view, Subject::Finalize(header.digest()));
        Arc::new(Checkpoint { header: header.clone(), finalization: (*finalization).clone() })
    }

    pub(super) fn status(&self, in_view: u64, final_height: u64) -> Status {
        Status {
            epoch: self.committee.epoch,
            view: view(in_view),
            final_height: Height::new(final_height),
            yours: None,
            yours_proposed: None,
            awaiting: false,
        }
    }

    pub(super) fn pending(&mut self) -> Vec<Output> {
        let view = self.engine.view();
        self.give(Input::Pending { view, waiting: true })
    }
}

/// The votes that go out to all, alone or with the notarization that called for them.
pub(super) fn votes_sent(out: &[Output]) -> Vec<(u64, Subject)> {
    let votes = out.iter().filter_map(|output| match output {
        Output::Send { to: To::All, message: Message::Vote(vote), .. }
        | Output::Send {
            to: To::All, message: Message::Notarized { finalize: vote, .. }, ..
        } => Some((vote.view.get(), vote.subject)),
        _ => None,
    });
    votes.collect()
}

/// The certificates that go out to all, as view and subject.
pub(super) fn certificates_sent(out: &[Output]) -> Vec<(u64, Subject)> {
    let certificates = out.iter().filter_map(|output| match output {
        Output::Send { to: To::All, message: Message::Certificate(certificate), .. }
        | Output::Send { to: To::All, message: Message::Notarized { certificate, .. }, .. } => {
            Some((certificate.view.get(), certificate.subject))
        }
        _ => None,
    });
    certificates.collect()
}

pub(super) fn proposals_sent(out: &[Output]) -> Vec<Arc<Proposal>> {
    let proposals = out.iter().filter_map(|output| match output {
        Output::Send { message: Message::Proposal(proposal), .. } => Some(Arc::clone(proposal)),
        _ => None,
    });
    proposals.collect()
}

pub(super) fn finalized(out: &[Output]) -> Vec<Digest> {
    let headers = out.iter().filter_map(|output| match output {
        Output::Finalize { header, .. } => Some(header.digest()),
        _ => None,
    });
    headers.collect()
}
