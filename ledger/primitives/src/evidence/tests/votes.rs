//! Two votes of one validator in one view.

use crate::evidence::{Evidence, EvidenceError as Error};
use crate::testing::{Members, Unasked, digest, genesis};
use crate::{
    Ed25519, Epoch, Incarnation, Signature, Subject, Validator, ValidatorIndex, ValidatorSet,
    Verify, View, Vote, VoteError,
};

fn subjects() -> [Subject; 5] {
    [
        Subject::Notarize(digest(1)),
        Subject::Notarize(digest(2)),
        Subject::Nullify,
        Subject::Finalize(digest(1)),
        Subject::Finalize(digest(2)),
    ]
}

/// Which of [`subjects`] no correct validator says together, by row and column.
const CONTRADICTIONS: [[bool; 5]; 5] = {
    const O: bool = false;
    const X: bool = true;
    [[O, X, O, O, O], [X, O, O, O, O], [O, O, O, X, X], [O, O, X, O, X], [O, O, X, X, O]]
};

/// The votes in the order of evidence.
fn sorted(one: Vote, other: Vote) -> Evidence {
    Evidence::Votes(one.min(other), one.max(other))
}

#[test]
fn r9_two_votes_are_evidence_if_no_correct_validator_says_both() {
    let members = Members::new(4);
    for (row, one) in subjects().into_iter().enumerate() {
        for (column, other) in subjects().into_iter().enumerate() {
            let (a, b) = (members.vote(1, 5, one), members.vote(1, 5, other));
            let found = Evidence::of_votes(a, b);
            let contradictory = CONTRADICTIONS[row][column];
            assert_eq!(found.is_some(), contradictory, "{one:?}, {other:?}");
            let verdict = sorted(a, b).verify(&members.committee, &Ed25519);
            if let Some(evidence) = found {
                assert_eq!(evidence, sorted(a, b));
                assert_eq!(Evidence::of_votes(b, a), Some(evidence));
                assert_eq!(verdict, Ok(()));
            } else {
                assert_eq!(verdict, Err(Error::Compatible), "{one:?}, {other:?}");
            }
        }
    }
}

#[test]
fn r9_two_notarize_digests_are_evidence() {
    let members = Members::new(4);
    let [one, other, ..] = subjects().map(|subject| members.vote(3, 5, subject));
    let evidence = Evidence::of_votes(one, other).unwrap();
    assert_eq!(evidence.verify(&members.committee, &Ed25519), Ok(()));
    assert_eq!(evidence.view(), View::new(5));
    assert_eq!(evidence.offender(&members.committee).get(), 3);
}

#[test]
fn r9_nullify_with_finalize_is_evidence() {
    let members = Members::new(4);
    let [.., nullify, finalize, _] = subjects().map(|subject| members.vote(0, 5, subject));
    let evidence = Evidence::of_votes(finalize, nullify).unwrap();
    assert_eq!(evidence.verify(&members.committee, &Ed25519), Ok(()));
}

#[test]
fn r5_nullify_after_notarize_is_no_evidence() {
    let members = Members::new(4);
    let [notarize, _, nullify, ..] = subjects().map(|subject| members.vote(0, 5, subject));
    assert_eq!(Evidence::of_votes(notarize, nullify), None);
}

#[test]
fn r4_finalize_of_another_block_than_notarized_is_no_evidence() {
    let members = Members::new(4);
    let [notarize, .., finalize] = subjects().map(|subject| members.vote(0, 5, subject));
    assert_eq!(Evidence::of_votes(notarize, finalize), None);
}

#[test]
fn one_vote_with_two_signatures_is_no_evidence() {
    let members = Members::new(4);
    let vote = members.vote(0, 5, Subject::Nullify);
    let signature = Signature::from_bytes([1; 64]);
    let again = Vote { signature, ..vote };
    assert_eq!(Evidence::of_votes(vote, again), None);
    assert_eq!(sorted(vote, again).verify(&members.committee, &Unasked), Err(Error::Compatible));
}

#[test]
fn votes_of_two_validators_views_or_epochs_are_unrelated() {
    let members = Members::new(4);
    let vote = members.vote(1, 5, Subject::Notarize(digest(1)));
    let other = members.vote(1, 5, Subject::Notarize(digest(2)));
    let signer = ValidatorIndex::new(2);
    let unrelated = [
        Vote { signer, ..other },
        Vote { view: View::new(6), ..other },
        Vote { epoch: Epoch::new(2), ..other },
    ];
    for other in unrelated {
        assert_eq!(Evidence::of_votes(vote, other), None);
        assert_eq!(sorted(vote, other).verify(&members.committee, &Unasked), Err(Error::Unrelated));
    }
}

#[test]
fn the_greater_vote_does_not_come_first() {
    let members = Members::new(4);
    let [one, other, ..] = subjects().map(|subject| members.vote(3, 5, subject));
    assert_eq!(
        Evidence::Votes(other, one).verify(&members.committee, &Unasked),
        Err(Error::Unordered)
    );
}

#[test]
fn a_forged_vote_convicts_nobody() {
    let members = Members::new(4);
    let [one, other, ..] = subjects().map(|subject| members.vote(3, 5, subject));
    let signer = ValidatorIndex::new(3);
    let refused = Err(VoteError::Signature { signer }.into());
    for (a, b) in [(one, one.signature), (other, other.signature)] {
        let forged = Vote { signature: members.vote(2, 5, a.subject).signature, ..a };
        let genuine = if a == one { other } else { one };
        assert_ne!(forged.signature, b);
        let verdict = sorted(forged, genuine).verify(&members.committee, &Ed25519);
        assert_eq!(verdict, refused);
    }
}

#[test]
fn a_stranger_is_not_convicted() {
    let members = Members::new(4);
    let signer = ValidatorIndex::new(4);
    let [one, other, ..] = subjects().map(|subject| Vote { signer, ..members.vote(3, 5, subject) });
    let unknown = VoteError::UnknownSigner { signer, members: 4 };
    assert_eq!(sorted(one, other).verify(&members.committee, &Unasked), Err(unknown.into()));
}

#[test]
fn r12_votes_of_another_epoch_are_judged_by_its_own_set() {
    let members = Members::new(4);
    let [one, other, ..] = subjects().map(|subject| members.vote(3, 5, subject));
    let mut next = members.committee;
    next.epoch = Epoch::new(2);
    let (expected, got) = (Epoch::new(2), Epoch::new(1));
    assert_eq!(
        sorted(one, other).verify(&next, &Unasked),
        Err(VoteError::Epoch { expected, got }.into())
    );
}

#[test]
fn votes_on_another_network_convict_nobody() {
    let members = Members::new(4);
    let [one, other, ..] = subjects().map(|subject| members.vote(3, 5, subject));
    let mut elsewhere = members.committee;
    elsewhere.genesis = genesis("another");
    let signer = ValidatorIndex::new(3);
    assert_eq!(
        sorted(one, other).verify(&elsewhere, &Ed25519),
        Err(VoteError::Signature { signer }.into())
    );
}

#[test]
fn r14_a_signature_of_an_earlier_incarnation_convicts_nobody() {
    let members = Members::new(4);
    let mut now = members.committee.clone();
    let mut validators: Vec<_> = now.validators.iter().map(|(_, member)| *member).collect();
    validators[3] = Validator { incarnation: Incarnation::from_bytes([0xee; 16]), ..validators[3] };
    now.validators = ValidatorSet::new(validators).unwrap();
    let [before, other, ..] = subjects().map(|subject| members.vote(3, 5, subject));
    let (signer, view) = (ValidatorIndex::new(3), View::new(5));
    let after = Vote::sign(&now, signer, view, other.subject, &members.keys[3]).unwrap();
    let evidence = Evidence::of_votes(before, after).unwrap();
    for committee in [&members.committee, &now] {
        assert_eq!(
            evidence.verify(committee, &Ed25519),
            Err(VoteError::Signature { signer }.into())
        );
    }
}
