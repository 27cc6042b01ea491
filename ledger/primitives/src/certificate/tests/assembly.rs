//! Votes that are put together hold from a quorum on, and only if they say the same.

use crate::testing::{Members, digest};
use crate::{
    Certificate, CertificateError, Ed25519, Epoch, Subject, ValidatorIndex, Verify, View, Vote,
};

const SUBJECT: fn() -> Subject = || Subject::Notarize(digest(1));

fn assembled(members: &Members, votes: &[Vote]) -> Result<Certificate, CertificateError> {
    Certificate::assemble(&members.committee, votes)
}

#[test]
fn a_quorum_or_more_of_the_same_votes_holds() {
    for n in [1, 4, 7, 100] {
        let members = Members::new(n);
        let q = members.committee.validators.quorum();
        for subject in [SUBJECT(), Subject::Nullify, Subject::Finalize(digest(2))] {
            let first = members.quorum();
            let last: Vec<_> = (n - u8::try_from(q).unwrap()..n).collect();
            let all: Vec<_> = (0..n).collect();
            for signers in [first, last, all] {
                let certificate = members.certificate(&signers, 3, subject);
                assert_eq!(certificate.signatures.len(), signers.len());
                assert_eq!(certificate.verify(&members.committee, &Ed25519), Ok(()));
            }
        }
    }
}

#[test]
fn one_vote_less_than_a_quorum_does_not_hold() {
    for (n, quorum) in [(1, 1), (4, 3), (6, 5), (7, 5), (100, 67)] {
        let members = Members::new(n);
        let signers = members.quorum();
        let got = quorum - 1;
        let votes: Vec<_> =
            signers[..got].iter().map(|signer| members.vote(*signer, 3, SUBJECT())).collect();
        let certificate = assembled(&members, &votes);
        let verdict = certificate.and_then(|c| c.verify(&members.committee, &Ed25519));
        let expected = CertificateError::NoQuorum { quorum, got };
        assert_eq!(verdict, Err(expected), "n = {n}");
    }
}

#[test]
fn of_six_members_five_are_a_quorum_and_two_f_plus_one_are_not() {
    let members = Members::new(6);
    for (signers, holds) in [(3, false), (4, false), (5, true), (6, true)] {
        let signers: Vec<_> = (0..signers).collect();
        let certificate = members.certificate(&signers, 3, SUBJECT());
        let verdict = certificate.verify(&members.committee, &Ed25519);
        let (quorum, got) = (5, signers.len());
        let too_few = Err(CertificateError::NoQuorum { quorum, got });
        assert_eq!(verdict, if holds { Ok(()) } else { too_few });
    }
}

#[test]
fn the_order_of_votes_does_not_matter() {
    let members = Members::new(4);
    let votes = [3, 0, 2].map(|signer| members.vote(signer, 3, SUBJECT()));
    let certificate = assembled(&members, &votes).unwrap();
    assert_eq!(certificate, members.certificate(&[0, 2, 3], 3, SUBJECT()));
    assert_eq!(certificate.signers.as_bytes(), [0b1101]);
}

#[test]
fn no_votes_make_no_certificate() {
    let (quorum, got) = (3, 0);
    assert_eq!(assembled(&Members::new(4), &[]), Err(CertificateError::NoQuorum { quorum, got }));
}

#[test]
fn a_vote_offered_twice_is_not_counted_twice() {
    let members = Members::new(4);
    let votes = [0, 1, 1].map(|signer| members.vote(signer, 3, SUBJECT()));
    let signer = ValidatorIndex::new(1);
    assert_eq!(assembled(&members, &votes), Err(CertificateError::RepeatedSigner { signer }));
}

#[test]
fn votes_that_say_different_things_do_not_mix() {
    let members = Members::new(4);
    let vote = |signer| members.vote(signer, 3, SUBJECT());
    let different = [
        members.vote(2, 4, SUBJECT()),
        members.vote(2, 3, Subject::Notarize(digest(2))),
        members.vote(2, 3, Subject::Finalize(digest(1))),
        members.vote(2, 3, Subject::Nullify),
        Vote { epoch: Epoch::new(2), ..vote(2) },
    ];
    let signer = ValidatorIndex::new(2);
    for other in different {
        assert_eq!(
            assembled(&members, &[vote(0), vote(1), other]),
            Err(CertificateError::Mixed { signer })
        );
    }
}

#[test]
fn the_vote_of_a_stranger_is_not_put_in() {
    let members = Members::new(4);
    for place in [4, 8, 255] {
        let signer = ValidatorIndex::new(place);
        let stranger = Vote { signer, ..members.vote(3, 3, SUBJECT()) };
        let votes = [0, 1, 2].map(|signer| members.vote(signer, 3, SUBJECT()));
        let got = assembled(&members, &[&votes[..], &[stranger]].concat());
        let members = 4;
        let expected = CertificateError::UnknownSigner { signer, members };
        assert_eq!(got, Err(expected), "place {place}");
    }
}

#[test]
fn votes_of_another_epoch_make_a_certificate_that_does_not_hold() {
    let members = Members::new(4);
    let votes = [0, 1, 2].map(|signer| Vote {
        epoch: Epoch::new(2),
        view: View::new(3),
        ..members.vote(signer, 3, SUBJECT())
    });
    let certificate = assembled(&members, &votes).unwrap();
    let (expected, got) = (Epoch::new(1), Epoch::new(2));
    assert_eq!(
        certificate.verify(&members.committee, &Ed25519),
        Err(CertificateError::Epoch { expected, got })
    );
}
