//! Tests of `proposal`: only the leader of its view signs it, and its signature covers all of it.

use super::*;
use crate::testing::{Members, digest, genesis, secret};
use crate::{Ed25519, Incarnation, Validator, ValidatorIndex, ValidatorSet};

fn verdict(proposal: &SignedProposal, committee: &Committee) -> Result<(), VoteError> {
    proposal.verify(committee, &Ed25519)
}

fn not_covered(signer: u8) -> Result<(), VoteError> {
    let signer = ValidatorIndex::new(signer);
    Err(VoteError::Signature { signer })
}

#[test]
fn r2_the_leader_of_the_view_alone_proposes() {
    let members = Members::new(4);
    for view in 1..=8 {
        let proposal = members.proposal(view, digest(1));
        assert_eq!(verdict(&proposal, &members.committee), Ok(()));
        let leader = members.committee.leader(View::new(view)).get();
        for (place, key) in members.keys.iter().enumerate() {
            let statement = proposal.statement;
            let signed = SignedProposal::sign(&members.committee, statement, key).unwrap();
            let expected = if place == usize::from(leader) { Ok(()) } else { not_covered(leader) };
            assert_eq!(verdict(&signed, &members.committee), expected);
        }
    }
}

#[test]
fn a_signature_covers_these_bytes() {
    let validator =
        Validator { key: secret(1).public_key(), incarnation: Incarnation::from_bytes([9; 16]) };
    let committee = Committee {
        genesis: genesis("test"),
        epoch: Epoch::new(258),
        validators: ValidatorSet::new(vec![validator]).unwrap(),
    };
    let statement = ProposalStatement {
        epoch: Epoch::new(258),
        view: View::new(7),
        digest: digest(1),
        parent_view: View::new(5),
        parent_digest: digest(2),
    };
    let expected = [
        b"hefu proposal v1",
        &genesis("test").hash().as_bytes()[..],
        &[9; 16],
        &[2, 1, 0, 0, 0, 0, 0, 0],
        &[7, 0, 0, 0, 0, 0, 0, 0],
        &[1; 32],
        &[5, 0, 0, 0, 0, 0, 0, 0],
        &[2; 32],
    ]
    .concat();
    assert_eq!(proposal_bytes(&committee, &statement), Some(expected));
}

#[test]
fn what_is_altered_is_not_covered() {
    let members = Members::new(4);
    let proposal = members.proposal(5, digest(1));
    let leader = members.committee.leader(View::new(5)).get();
    let changes: [fn(&mut ProposalStatement); 3] = [
        |s| s.digest = digest(2),
        |s| s.parent_view = View::new(4),
        |s| s.parent_digest = digest(3),
    ];
    for change in changes {
        let mut altered = proposal;
        change(&mut altered.statement);
        assert_eq!(verdict(&altered, &members.committee), not_covered(leader));
    }
    // Four views later the same member leads.
    let mut later = proposal;
    later.statement.view = View::new(9);
    assert_eq!(verdict(&later, &members.committee), not_covered(leader));
}

#[test]
fn r12_a_proposal_counts_in_its_own_epoch_alone() {
    let members = Members::new(4);
    let mut proposal = members.proposal(5, digest(1));
    let mut next = members.committee.clone();
    next.epoch = Epoch::new(5);
    let (expected, got) = (Epoch::new(5), Epoch::new(1));
    assert_eq!(verdict(&proposal, &next), Err(VoteError::Epoch { expected, got }));
    // Four epochs later the same member leads the view.
    proposal.statement.epoch = Epoch::new(5);
    let leader = next.leader(View::new(5));
    assert_eq!(leader, members.committee.leader(View::new(5)));
    assert_eq!(verdict(&proposal, &next), not_covered(leader.get()));
}

#[test]
fn a_proposal_counts_in_its_own_network_alone() {
    let members = Members::new(4);
    let proposal = members.proposal(5, digest(1));
    let leader = members.committee.leader(View::new(5)).get();
    let mut other = members.committee;
    other.genesis = genesis("another");
    assert_eq!(verdict(&proposal, &other), not_covered(leader));
}

#[test]
fn r14_a_proposal_of_an_earlier_incarnation_counts_for_nothing() {
    let members = Members::new(1);
    let proposal = members.proposal(5, digest(1));
    let mut now = members.committee;
    let reborn = Validator {
        key: members.keys[0].public_key(),
        incarnation: Incarnation::from_bytes([0xee; 16]),
    };
    now.validators = ValidatorSet::new(vec![reborn]).unwrap();
    assert_eq!(verdict(&proposal, &now), not_covered(0));
}

#[test]
fn a_vote_is_no_proposal() {
    let members = Members::new(4);
    let mut proposal = members.proposal(5, digest(1));
    let leader = members.committee.leader(View::new(5)).get();
    let vote = members.vote(leader, 5, crate::Subject::Notarize(digest(1)));
    proposal.signature = vote.signature;
    assert_eq!(verdict(&proposal, &members.committee), not_covered(leader));
}
