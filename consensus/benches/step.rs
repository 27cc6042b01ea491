//! How many inputs a second one engine takes in, signatures apart: the good case of 4, 31 and 100
//! validators, every view with its proposal, all votes, and every other validator's copy of each
//! certificate.

#![expect(
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench prints its figures, and stops where something is wrong"
)]

use hefu_consensus::{
    Anchor, Config, Engine, Input, Justification, Member, Output, Planted, Proposal, Status,
    Verdict,
};
use hefu_primitives::{
    Certificate, Committee, Digest, Epoch, GenesisHash, Hash, Header, Height, Incarnation,
    ProposalStatement, PublicKey, SecretKey, Signature, SignedProposal, Signer, Subject, Timestamp,
    Validator, ValidatorIndex, ValidatorSet, Verified, Verifier, View, Vote,
};
use std::sync::Arc;
use std::time::Instant;

const VIEWS: u64 = 2_000;

#[derive(Clone)]
struct Name(u8);

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

struct Network {
    committee: Arc<Committee>,
    n: u8,
}

impl Network {
    fn new(n: u8) -> Self {
        let member = |i: u8| Validator {
            key: SecretKey::from_seed(&[i; 32]).public_key(),
            incarnation: Incarnation::default(),
        };
        let committee = Committee {
            genesis: GenesisHash::default(),
            epoch: Epoch::ZERO,
            validators: ValidatorSet::new((0..n).map(member).collect()).unwrap(),
        };
        Self { committee: Arc::new(committee), n }
    }

    fn root(&self) -> Header {
        Header {
            protocol_version: 1,
            genesis: self.committee.genesis,
            epoch: Epoch::ZERO,
            height: Height::ZERO,
            parent: Digest::default(),
            time: Timestamp::ZERO,
            transaction_root: Hash::default(),
            state_root: Hash::default(),
            history_root: Hash::default(),
            validators: self.committee.validators.hash(),
            next_validators: self.committee.validators.hash(),
        }
    }

    fn votes(&self, view: View, subject: Subject) -> Vec<Vote> {
        let sign = |i| Vote::sign(&self.committee, ValidatorIndex::new(i), view, subject, &Name(i));
        (0..self.n).map(|i| sign(i).unwrap()).collect()
    }

    /// The votes of all others for `subject`, and their copies of the certificate.
    fn agreement(&self, view: View, subject: Subject) -> Vec<Input> {
        let votes = self.votes(view, subject);
        let quorum = &votes[1..=self.committee.validators.quorum().min(votes.len() - 1)];
        let certificate = Arc::new(Certificate::assemble(&self.committee, quorum).unwrap());
        let verified = |vote: &Vote| Verified::new(*vote, &self.committee, &Gullible).unwrap();
        let copy = || Verified::new(Arc::clone(&certificate), &self.committee, &Gullible).unwrap();
        let votes = votes[1..].iter().map(|vote| Input::Vote(verified(vote)));
        votes.chain((1..self.n).map(|_| Input::Certificate(copy()))).collect()
    }

    fn proposal(&self, view: View, header: &Header) -> Input {
        let leader = self.committee.leader(view);
        if leader.get() == 0 {
            return Input::Built { view, header: header.clone() };
        }
        let statement = ProposalStatement {
            epoch: Epoch::ZERO,
            view,
            digest: header.digest(),
            parent_view: view.saturating_sub(1),
            parent_digest: header.parent,
        };
        let signed = SignedProposal::sign(&self.committee, statement, &Name(leader.get())).unwrap();
        let justification = Justification::default();
        let proposal = Arc::new(Proposal { signed, header: header.clone(), justification });
        Input::Proposal(Verified::new(proposal, &self.committee, &Gullible).unwrap())
    }

    /// Everything that validator 0 is given in one view, in the order in which it happens.
    fn inputs_of(&self, view: View, header: &Header) -> Vec<Input> {
        let digest = header.digest();
        let mut inputs = vec![Input::Pending { view, waiting: true }, self.proposal(view, header)];
        inputs.push(Input::Validated { digest, verdict: Verdict::Valid });
        inputs.extend(self.agreement(view, Subject::Notarize(digest)));
        inputs.extend(self.agreement(view, Subject::Finalize(digest)));
        inputs
    }

    /// Another validator at the start of the epoch: who starts must hear of those before it signs.
    fn status(&self, peer: u8) -> Input {
        let status = Status {
            epoch: Epoch::ZERO,
            view: View::new(1),
            final_height: Height::ZERO,
            yours: None,
            yours_proposed: None,
            awaiting: false,
        };
        let status = Verified::new(status, &self.committee, &Gullible).unwrap();
        Input::Status { from: ValidatorIndex::new(peer), status }
    }

    fn inputs(&self) -> Vec<Input> {
        let mut header = self.root();
        let mut inputs = vec![Input::Start];
        inputs.extend((1..self.n).map(|peer| self.status(peer)));
        for number in 1..=VIEWS {
            header = Header {
                height: header.height.next(),
                parent: header.digest(),
                time: header.time.saturating_add(1),
                ..header
            };
            inputs.extend(self.inputs_of(View::new(number), &header));
        }
        inputs
    }

    fn engine(&self) -> Engine<Name> {
        let config = Config {
            committee: Arc::clone(&self.committee),
            me: Some(Member { index: ValidatorIndex::new(0), key: Name(0) }),
            delta_ms: 100,
            anchor: Anchor { header: self.root(), finalization: None },
            planted: Planted::default(),
        };
        Engine::new(config, [])
    }
}

/// Gives the engine all inputs, and durability at once; how many those were.
fn run(engine: &mut Engine<Name>, inputs: Vec<Input>) -> usize {
    let mut out = Vec::new();
    let mut count = 0;
    for input in inputs {
        engine.step(Timestamp::ZERO, input, &mut out);
        count += 1;
        while let Some(output) = out.pop() {
            if let Output::Persist { sequence, .. } = output {
                engine.step(Timestamp::ZERO, Input::Persisted(sequence), &mut out);
                count += 1;
            }
        }
    }
    count
}

fn main() {
    for n in [4, 31, 100] {
        let network = Network::new(n);
        let inputs = network.inputs();
        let mut engine = network.engine();
        let start = Instant::now();
        let count = run(&mut engine, inputs);
        let seconds = start.elapsed().as_secs_f64();
        let height = engine.final_header().height;
        assert_eq!(height.get(), VIEWS, "every block is final");
        println!(
            "step, n = {n}: {:.0} inputs/s ({count} inputs, {height} blocks, {seconds:.3} s)",
            count as f64 / seconds
        );
    }
}
