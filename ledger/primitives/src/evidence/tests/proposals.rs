//! Two proposals of one leader in one view.

use crate::evidence::{Evidence, EvidenceError as Error};
use crate::testing::{Members, Unasked, digest};
use crate::{Ed25519, Epoch, Signature, SignedProposal, Verify, View, VoteError};

fn sorted(one: SignedProposal, other: SignedProposal) -> Evidence {
    Evidence::Proposals(one.min(other), one.max(other))
}

/// A proposal that differs from `proposal` as told, signed by the same leader.
fn changed(
    members: &Members,
    proposal: SignedProposal,
    change: fn(&mut SignedProposal),
) -> SignedProposal {
    let mut proposal = proposal;
    change(&mut proposal);
    let leader = members.committee.leader(proposal.statement.view);
    let key = &members.keys[usize::from(leader.get())];
    SignedProposal::sign(&members.committee, proposal.statement, key).unwrap()
}

#[test]
fn r9_two_proposals_in_a_view_are_evidence() {
    let members = Members::new(4);
    let one = members.proposal(5, digest(1));
    let changes: [fn(&mut SignedProposal); 3] = [
        |p| p.statement.digest = digest(2),
        |p| p.statement.parent_view = View::new(3),
        |p| p.statement.parent_digest = digest(3),
    ];
    for change in changes {
        let other = changed(&members, one, change);
        let evidence = Evidence::of_proposals(one, other).unwrap();
        assert_eq!(Evidence::of_proposals(other, one), Some(evidence.clone()));
        assert_eq!(evidence.verify(&members.committee, &Ed25519), Ok(()));
        assert_eq!(evidence.view(), View::new(5));
        let leader = members.committee.leader(View::new(5));
        assert_eq!(evidence.offender(&members.committee), leader);
    }
}

#[test]
fn r12_a_block_proposed_again_in_a_later_view_is_no_evidence() {
    let members = Members::new(4);
    // The same member leads both views.
    let (first, again) = (members.proposal(5, digest(1)), members.proposal(9, digest(1)));
    assert_eq!(Evidence::of_proposals(first, again), None);
    assert_eq!(sorted(first, again).verify(&members.committee, &Unasked), Err(Error::Unrelated));
}

#[test]
fn proposals_of_two_epochs_are_unrelated() {
    let members = Members::new(4);
    let one = members.proposal(5, digest(1));
    let mut other = members.proposal(5, digest(2));
    other.statement.epoch = Epoch::new(5);
    assert_eq!(Evidence::of_proposals(one, other), None);
    assert_eq!(sorted(one, other).verify(&members.committee, &Unasked), Err(Error::Unrelated));
}

#[test]
fn one_proposal_is_no_evidence_however_often_it_is_signed() {
    let members = Members::new(4);
    let one = members.proposal(5, digest(1));
    let mut again = one;
    again.signature = Signature::from_bytes([1; 64]);
    for other in [one, again] {
        assert_eq!(Evidence::of_proposals(one, other), None);
        assert_eq!(sorted(one, other).verify(&members.committee, &Unasked), Err(Error::Compatible));
    }
}

#[test]
fn the_greater_proposal_does_not_come_first() {
    let members = Members::new(4);
    let (one, other) = (members.proposal(5, digest(1)), members.proposal(5, digest(2)));
    assert_eq!(
        Evidence::Proposals(other, one).verify(&members.committee, &Unasked),
        Err(Error::Unordered)
    );
}

#[test]
fn a_forged_proposal_convicts_nobody() {
    let members = Members::new(4);
    let (one, other) = (members.proposal(5, digest(1)), members.proposal(5, digest(2)));
    let signer = members.committee.leader(View::new(5));
    for (forged, genuine) in [(one, other), (other, one)] {
        let mut forged = forged;
        forged.signature = genuine.signature;
        assert_eq!(
            sorted(forged, genuine).verify(&members.committee, &Ed25519),
            Err(VoteError::Signature { signer }.into())
        );
    }
}

#[test]
fn who_does_not_lead_the_view_convicts_nobody() {
    let members = Members::new(4);
    let leader = members.committee.leader(View::new(5));
    let stranger = &members.keys[usize::from(leader.get() + 1) % 4];
    let [one, other] = [1, 2].map(|number| {
        let statement = members.proposal(5, digest(number)).statement;
        SignedProposal::sign(&members.committee, statement, stranger).unwrap()
    });
    assert_eq!(
        sorted(one, other).verify(&members.committee, &Ed25519),
        Err(VoteError::Signature { signer: leader }.into())
    );
}

#[test]
fn r12_proposals_of_another_epoch_are_judged_by_its_own_set() {
    let members = Members::new(4);
    let (one, other) = (members.proposal(5, digest(1)), members.proposal(5, digest(2)));
    let mut next = members.committee;
    next.epoch = Epoch::new(2);
    let (expected, got) = (Epoch::new(2), Epoch::new(1));
    assert_eq!(
        sorted(one, other).verify(&next, &Unasked),
        Err(VoteError::Epoch { expected, got }.into())
    );
}
