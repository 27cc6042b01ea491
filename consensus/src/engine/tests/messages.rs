//! R2, R5: what becomes of a message whose signatures do not all hold, and what is worth checking.

use super::sandbox::{Name, Sandbox, child, view};
use crate::limits::VIEWS_AHEAD;
use crate::message::{Message, MessageError, Proposal, ProposalError};
use crate::{Input, Status};
use hefu_primitives::{
    BoundedVec, Certificate, Checkpoint, Epoch, Header, PublicKey, Signature, SignedProposal,
    Subject, ValidatorIndex, Verifier, Vote, VoteError,
};
use std::sync::Arc;

/// The only signature that does not hold.
const FORGED: u8 = 255;

struct Wary;

impl Verifier for Wary {
    fn verify(&self, _: &PublicKey, _: &[u8], signature: &Signature) -> bool {
        *signature != Signature::from_bytes([FORGED; 64])
    }
}

/// What an engine gets of a message from validator 3.
fn verified(sandbox: &Sandbox, message: Message) -> Result<Vec<Input>, MessageError> {
    message.verify(ValidatorIndex::new(3), &sandbox.committee, &Wary)
}

fn forged(vote: Vote) -> Vote {
    Vote { signature: Signature::from_bytes([FORGED; 64]), ..vote }
}

/// A certificate in which one signature is forged.
fn spoilt(sandbox: &Sandbox, in_view: u64, subject: Subject) -> Arc<Certificate> {
    let votes = [1, 2, 3].map(|signer| sandbox.sign(signer, in_view, subject));
    let votes = [votes[0], forged(votes[1]), votes[2]];
    Arc::new(Certificate::assemble(&sandbox.committee, &votes).unwrap())
}

/// A proposal of view 3 with every attachment, and all of them good.
fn justified(sandbox: &Sandbox, header: &Header) -> Proposal {
    let mut proposal = sandbox.proposal(3, 1, header);
    proposal.justification.parent = Some(sandbox.certify(1, Subject::Notarize(header.parent)));
    proposal.justification.gap = BoundedVec::first_of([sandbox.certify(2, Subject::Nullify)]);
    proposal.justification.finalized = Some(sandbox.checkpoint(1, &child(&sandbox.root, 1)));
    proposal
}

fn accepted(sandbox: &Sandbox, proposal: &Proposal) -> Result<Proposal, MessageError> {
    let inputs = verified(sandbox, Message::Proposal(Arc::new(proposal.clone())))?;
    let [Input::Proposal(proposal)] = inputs.as_slice() else { panic!("{inputs:?}") };
    Ok(Proposal::clone(proposal))
}

#[test]
fn r2_a_spoilt_attachment_costs_a_proposal_its_attachments_and_not_itself() {
    let sandbox = Sandbox::new(4, 0);
    let first = child(&sandbox.root, 1);
    let good = justified(&sandbox, &child(&first, 2));
    assert_eq!(accepted(&sandbox, &good), Ok(good.clone()));
    let bare = good.without_attachments();
    assert_eq!((bare.signed, &bare.header), (good.signed, &good.header));
    assert_eq!(bare.justification, crate::Justification::default());

    let mut spoils = [good.clone(), good.clone(), good.clone()];
    let notarize = Subject::Notarize(first.digest());
    spoils[0].justification.parent = Some(spoilt(&sandbox, 1, notarize));
    spoils[1].justification.gap = BoundedVec::first_of([spoilt(&sandbox, 2, Subject::Nullify)]);
    let finalization = spoilt(&sandbox, 1, Subject::Finalize(first.digest()));
    let checkpoint = Checkpoint { header: first, finalization: (*finalization).clone() };
    spoils[2].justification.finalized = Some(Arc::new(checkpoint));
    for spoilt in spoils {
        assert_eq!(accepted(&sandbox, &spoilt), Ok(bare.clone()));
    }
}

#[test]
fn r3_a_proposal_that_its_leader_did_not_sign_or_with_another_header_is_refused() {
    let sandbox = Sandbox::new(4, 0);
    let good = justified(&sandbox, &child(&child(&sandbox.root, 1), 2));
    let statement = good.signed.statement;
    let signed = SignedProposal::sign(&sandbox.committee, statement, &Name(FORGED)).unwrap();
    let leader = sandbox.committee.leader(view(3));
    let refused = ProposalError::Signature(VoteError::Signature { signer: leader });
    let proposal = Proposal { signed, ..good.clone() };
    assert_eq!(accepted(&sandbox, &proposal), Err(refused.into()));

    let header = child(&sandbox.root, 7);
    let (expected, got) = (good.header.digest(), header.digest());
    let refused = ProposalError::OtherHeader { expected, got };
    let proposal = Proposal { header, ..good };
    assert_eq!(accepted(&sandbox, &proposal), Err(refused.into()));
}

#[test]
fn r1_votes_and_certificates_reach_the_engine_if_every_signature_holds() {
    let sandbox = Sandbox::new(4, 0);
    let digest = child(&sandbox.root, 1).digest();
    let (vote, certificate) = (
        sandbox.sign(1, 1, Subject::Finalize(digest)),
        sandbox.certify(1, Subject::Notarize(digest)),
    );
    let spoilt = spoilt(&sandbox, 1, Subject::Notarize(digest));
    let notarized = |certificate: &Arc<Certificate>, finalize| Message::Notarized {
        certificate: Arc::clone(certificate),
        finalize,
    };
    let inputs = verified(&sandbox, notarized(&certificate, vote)).unwrap();
    let [Input::Certificate(c), Input::Vote(v)] = inputs.as_slice() else { panic!("{inputs:?}") };
    assert_eq!((&**c, &**v), (&certificate, &vote));
    let good = [Message::Vote(vote), Message::Certificate(Arc::clone(&certificate))];
    assert!(good.into_iter().all(|message| verified(&sandbox, message).unwrap().len() == 1));
    let bad = [
        Message::Vote(forged(vote)),
        Message::Certificate(Arc::clone(&spoilt)),
        notarized(&spoilt, vote),
        notarized(&certificate, forged(vote)),
    ];
    assert!(bad.into_iter().all(|message| verified(&sandbox, message).is_err()));
}

#[test]
fn r14_a_status_must_prove_what_it_shows_of_our_signatures() {
    let sandbox = Sandbox::new(4, 0);
    let status = sandbox.status(1, 0);
    let vote = sandbox.sign(0, 1, Subject::Nullify);
    let proposal = sandbox.proposal(4, 0, &child(&sandbox.root, 1)).signed;
    let signature = Signature::from_bytes([FORGED; 64]);
    let forged_proposal = SignedProposal { signature, ..proposal };
    let cases = [
        (status, true),
        (Status { yours: Some(vote), yours_proposed: Some(proposal), ..status }, true),
        (Status { yours: Some(forged(vote)), ..status }, false),
        (Status { yours_proposed: Some(forged_proposal), ..status }, false),
        (Status { epoch: Epoch::new(1), ..status }, false),
    ];
    for (status, holds) in cases {
        let inputs = verified(&sandbox, Message::Status(status));
        assert_eq!(inputs.is_ok(), holds, "{status:?}");
        let from_3 = |i: &Input| matches!(i, Input::Status { from, status: s } if from.get() == 3 && **s == status);
        assert!(inputs.iter().flatten().all(from_3));
        assert_eq!(inputs.map_or(0, |inputs| inputs.len()), usize::from(holds));
    }
}

#[test]
fn only_a_notarization_with_a_finalize_has_parts() {
    let sandbox = Sandbox::new(4, 0);
    let digest = child(&sandbox.root, 1).digest();
    let certificate = sandbox.certify(1, Subject::Notarize(digest));
    let finalize = sandbox.sign(1, 1, Subject::Finalize(digest));
    let both = Message::Notarized { certificate: Arc::clone(&certificate), finalize };
    let parts = [Message::Certificate(certificate), Message::Vote(finalize)];
    assert_eq!(both.parts(), parts);
    for whole in parts.into_iter().chain([Message::Status(sandbox.status(1, 0))]) {
        assert_eq!(whole.clone().parts(), [whole]);
    }
}

fn wants(sandbox: &Sandbox, proposal: &Proposal) -> bool {
    sandbox.engine.wants(&Message::Proposal(Arc::new(proposal.clone())))
}

/// A driver need not verify a second copy of what has come, and must not spend time on what will
/// be dropped (R8).
#[test]
fn r8_a_proposal_is_wanted_in_the_window_until_it_has_come() {
    let mut sandbox = Sandbox::new(4, 0);
    let header = child(&sandbox.root, 1);
    let proposal = sandbox.proposal(1, 0, &header);
    assert!(wants(&sandbox, &proposal));
    sandbox.propose(proposal.clone());
    assert!(!wants(&sandbox, &proposal), "a copy");
    assert!(wants(&sandbox, &sandbox.proposal(1, 0, &child(&sandbox.root, 2))), "evidence (R9)");
    let last = 1 + VIEWS_AHEAD;
    assert!(wants(&sandbox, &sandbox.proposal(last, 0, &header)));
    assert!(!wants(&sandbox, &sandbox.proposal(last + 1, 0, &header)), "beyond the window");
    let beyond = sandbox.proposal(last + 4, 0, &header);
    sandbox.certificate(1, Subject::Notarize(beyond.signed.statement.digest));
    assert!(!wants(&sandbox, &beyond), "nor for a block that is held");
    let fetched = sandbox.proposal(last + 8, 0, &child(&header, 1));
    sandbox.certificate(2, Subject::Notarize(fetched.signed.statement.digest));
    assert!(wants(&sandbox, &fetched), "but for one that is asked for");
}

#[test]
fn r3_a_copy_of_a_proposal_is_wanted_for_an_attachment_that_is_new() {
    let mut sandbox = Sandbox::new(4, 0);
    let first = child(&sandbox.root, 1);
    let good = justified(&sandbox, &child(&first, 2));
    sandbox.propose(good.without_attachments());
    let with = |change: fn(&mut Proposal, &Proposal)| {
        let mut copy = good.without_attachments();
        change(&mut copy, &good);
        copy
    };
    let copies = [
        with(|copy, good| copy.justification.parent.clone_from(&good.justification.parent)),
        with(|copy, good| copy.justification.gap.clone_from(&good.justification.gap)),
        with(|copy, good| copy.justification.finalized.clone_from(&good.justification.finalized)),
    ];
    assert!(!wants(&sandbox, &good.without_attachments()));
    for copy in &copies {
        assert!(wants(&sandbox, copy));
        sandbox.propose(copy.clone());
        assert!(!wants(&sandbox, copy), "its attachment is known");
    }
}

#[test]
fn r14_a_statement_of_ours_that_we_do_not_remember_is_wanted_wherever_it_lies() {
    let mut sandbox = Sandbox::new(4, 1);
    let header = child(&sandbox.root, 1);
    for far in [5, 401] {
        assert!(wants(&sandbox, &sandbox.proposal(far, 0, &header)));
        let vote = sandbox.sign(1, far, Subject::Nullify);
        assert!(sandbox.engine.wants(&Message::Vote(vote)));
    }
    assert!(!wants(&sandbox, &sandbox.proposal(400, 0, &header)), "another's is not");
    sandbox.pending();
    sandbox.give(Input::Built { view: view(1), header: header.clone() });
    assert!(!wants(&sandbox, &sandbox.proposal(1, 0, &header)), "nor what we did make");
}

#[test]
fn what_is_known_of_a_certificate_or_of_a_notarization_with_a_finalize_is_not_wanted_again() {
    let mut sandbox = Sandbox::new(4, 0);
    let digest = child(&sandbox.root, 1).digest();
    let certificate = sandbox.certify(1, Subject::Notarize(digest));
    let finalize = sandbox.sign(1, 1, Subject::Finalize(digest));
    let both = Message::Notarized { certificate: Arc::clone(&certificate), finalize };
    let [first, second] = [Message::Certificate(Arc::clone(&certificate)), Message::Vote(finalize)];
    assert!([&both, &first, &second].into_iter().all(|message| sandbox.engine.wants(message)));
    sandbox.give_certificate(certificate);
    assert!(!sandbox.engine.wants(&first));
    assert!(sandbox.engine.wants(&both), "for its vote");
    sandbox.vote(1, 1, Subject::Finalize(digest));
    assert!(!sandbox.engine.wants(&second) && !sandbox.engine.wants(&both));
    assert!(sandbox.engine.wants(&Message::Status(sandbox.status(1, 0))));
}
