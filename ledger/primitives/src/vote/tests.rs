//! Tests of `vote`: what a signature covers, and whose votes count.

use super::*;
use crate::testing::{Members, cases, digest, genesis, secret};
use crate::{Ed25519, SignedProposal, Validator, ValidatorSet};
use proptest::prelude::*;

const SUBJECTS: [fn() -> Subject; 3] =
    [|| Subject::Notarize(digest(1)), || Subject::Nullify, || Subject::Finalize(digest(1))];

fn verdict(vote: &Vote, committee: &Committee) -> Result<(), VoteError> {
    vote.verify(committee, &Ed25519)
}

/// The refusal of a signature by the member at this place.
fn not_covered(signer: u8) -> Result<(), VoteError> {
    let signer = ValidatorIndex::new(signer);
    Err(VoteError::Signature { signer })
}

#[test]
fn every_member_may_vote_on_every_subject() {
    for n in [1, 4, 100] {
        let members = Members::new(n);
        for signer in [0, n / 2, n - 1] {
            for subject in SUBJECTS {
                let vote = members.vote(signer, 3, subject());
                assert_eq!(verdict(&vote, &members.committee), Ok(()));
                assert_eq!(vote.statement(), (View::new(3), subject()));
            }
        }
    }
}

#[test]
fn a_signature_covers_these_bytes() {
    let incarnation = Incarnation::from_bytes([9; 16]);
    let start = [
        b"hefu vote v1\0\0\0\0",
        &genesis("test").hash().as_bytes()[..],
        &[2, 1, 0, 0, 0, 0, 0, 0],
        &[9; 16],
        &[7, 0, 0, 0, 0, 0, 0, 0],
    ]
    .concat();
    let endings = [[&[0][..], &[1; 32]].concat(), vec![1], [&[2][..], &[1; 32]].concat()];
    for (subject, ending) in SUBJECTS.iter().zip(endings) {
        let bytes =
            vote_bytes(&genesis("test"), Epoch::new(258), &incarnation, View::new(7), &subject());
        assert_eq!(bytes, [&start[..], &ending].concat());
    }
}

#[test]
fn who_is_no_member_has_no_vote() {
    let members = Members::new(4);
    let (index, view) = (ValidatorIndex::new(4), View::new(1));
    let nobody = Vote::sign(&members.committee, index, view, Subject::Nullify, &secret(1));
    assert_eq!(nobody, None);
    let mut vote = members.vote(0, 1, Subject::Nullify);
    for place in [4, 5, 255] {
        let signer = ValidatorIndex::new(place);
        vote.signer = signer;
        assert_eq!(
            verdict(&vote, &members.committee),
            Err(VoteError::UnknownSigner { signer, members: 4 })
        );
    }
}

#[test]
fn r12_a_vote_counts_in_its_own_epoch_alone() {
    let members = Members::new(4);
    let vote = members.vote(0, 1, Subject::Nullify);
    let mut next = members.committee.clone();
    next.epoch = Epoch::new(2);
    let (expected, got) = (Epoch::new(2), Epoch::new(1));
    assert_eq!(verdict(&vote, &next), Err(VoteError::Epoch { expected, got }));
    let relabelled = Vote { epoch: Epoch::new(2), ..vote };
    assert_eq!(verdict(&relabelled, &next), not_covered(0));
}

#[test]
fn a_vote_counts_in_its_own_network_alone() {
    let members = Members::new(4);
    let vote = members.vote(0, 1, Subject::Nullify);
    let mut other = members.committee.clone();
    other.genesis = genesis("another");
    assert_eq!(verdict(&vote, &other), not_covered(0));
}

#[test]
fn r14_a_signature_of_an_earlier_incarnation_counts_for_nothing() {
    let members = Members::new(4);
    let mut now = members.committee.clone();
    let reborn = now.validators.iter().map(|(index, member)| Validator {
        key: member.key,
        incarnation: if index.get() == 2 {
            Incarnation::from_bytes([0xee; 16])
        } else {
            member.incarnation
        },
    });
    now.validators = ValidatorSet::new(reborn.collect()).unwrap();
    for signer in 0..4 {
        let vote = members.vote(signer, 1, Subject::Nullify);
        let expected = if signer == 2 { not_covered(2) } else { Ok(()) };
        assert_eq!(verdict(&vote, &now), expected);
    }
    let (index, view) = (ValidatorIndex::new(2), View::new(1));
    let again = Vote::sign(&now, index, view, Subject::Nullify, &members.keys[2]).unwrap();
    assert_eq!(verdict(&again, &now), Ok(()));
}

#[test]
fn what_is_altered_is_not_covered() {
    let members = Members::new(4);
    let vote = members.vote(1, 5, Subject::Notarize(digest(1)));
    let altered = [
        Vote { view: View::new(6), ..vote },
        Vote { subject: Subject::Notarize(digest(2)), ..vote },
        Vote { subject: Subject::Finalize(digest(1)), ..vote },
        Vote { subject: Subject::Nullify, ..vote },
        Vote { signature: members.vote(1, 5, Subject::Nullify).signature, ..vote },
    ];
    for vote in altered {
        assert_eq!(verdict(&vote, &members.committee), not_covered(1));
    }
    let signer = ValidatorIndex::new(2);
    let stolen = Vote { signer, ..vote };
    assert_eq!(verdict(&stolen, &members.committee), not_covered(2));
}

#[test]
fn a_proposal_is_no_vote() {
    let members = Members::new(4);
    let SignedProposal { statement, signature } = members.proposal(1, digest(1));
    let signer = members.committee.leader(statement.view);
    for subject in SUBJECTS {
        let vote = Vote {
            epoch: statement.epoch,
            view: statement.view,
            subject: subject(),
            signer,
            signature,
        };
        let expected = not_covered(signer.get());
        assert_eq!(verdict(&vote, &members.committee), expected);
    }
}

#[test]
fn a_subject_has_a_kind_and_perhaps_a_block() {
    let got = SUBJECTS.map(|subject| {
        let subject = subject();
        (subject.kind().to_string(), subject.digest())
    });
    let block = Some(digest(1));
    let expected = [("notarize", block), ("nullify", None), ("finalize", block)];
    assert_eq!(got, expected.map(|(kind, block)| (kind.to_owned(), block)));
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn different_statements_have_different_bytes(
        one in statement(),
        other in statement(),
        change in 0..5_usize,
    ) {
        // The second differs from the first in one part only, the others being equal.
        let mut mixed = one;
        match change {
            0 => mixed.0 = other.0,
            1 => mixed.1 = other.1,
            2 => mixed.2 = other.2,
            3 => mixed.3 = other.3,
            _ => mixed.4 = other.4,
        }
        let bytes = |s: &Statement| vote_bytes(&s.0, s.1, &s.2, s.3, &s.4);
        prop_assert_eq!(bytes(&one) == bytes(&mixed), one == mixed);
        prop_assert_eq!(bytes(&one) == bytes(&other), one == other);
    }
}

type Statement = (GenesisHash, Epoch, Incarnation, View, Subject);

fn statement() -> impl Strategy<Value = Statement> {
    use crate::testing::arbitrary::{epoch, genesis, incarnation, subject, view};
    (genesis(), epoch(), incarnation(), view(), subject())
}
