//! A certificate that holds, spoiled in one way each time.

use crate::bounded::BoundedVec;
use crate::certificate::CertificateError as Error;
use crate::testing::{Members, Unasked, digest, genesis};
use crate::{
    Bitmap, Certificate, Committee, Ed25519, Epoch, Incarnation, Signature, Subject, Validator,
    ValidatorIndex, ValidatorSet, Verifier, Verify, View,
};

const SUBJECT: fn() -> Subject = || Subject::Notarize(digest(1));

/// Ten members, and a certificate of the quorum of seven.
fn ten() -> (Members, Certificate) {
    let members = Members::new(10);
    let certificate = members.certificate(&[0, 1, 2, 3, 4, 5, 9], 3, SUBJECT());
    assert_eq!(certificate.verify(&members.committee, &Ed25519), Ok(()));
    (members, certificate)
}

/// The refusal of the certificate after a change, without a look at any signature.
fn refused_unseen(spoil: impl FnOnce(&mut Certificate)) -> Error {
    refused(spoil, &Unasked)
}

fn refused(spoil: impl FnOnce(&mut Certificate), verifier: &impl Verifier) -> Error {
    let (members, mut certificate) = ten();
    spoil(&mut certificate);
    certificate.verify(&members.committee, verifier).unwrap_err()
}

fn bitmap(bytes: &[u8]) -> Bitmap {
    Bitmap::from_bytes(BoundedVec::new(bytes.to_vec()).unwrap())
}

fn signatures(list: impl IntoIterator<Item = Signature>) -> BoundedVec<Signature, 100> {
    BoundedVec::new(list.into_iter().collect()).unwrap()
}

#[test]
fn a_foreign_certificate() {
    let (expected, got) = (genesis("test"), genesis("another"));
    assert_eq!(refused_unseen(|c| c.genesis = got), Error::Genesis { expected, got });
    let (members, certificate) = ten();
    let elsewhere = Committee { genesis: got, ..members.committee };
    assert_eq!(
        certificate.verify(&elsewhere, &Unasked),
        Err(Error::Genesis { expected: got, got: expected })
    );
    let relabelled = Certificate { genesis: got, ..certificate };
    let signer = ValidatorIndex::new(0);
    assert_eq!(relabelled.verify(&elsewhere, &Ed25519), Err(Error::Signature { signer }));
}

#[test]
fn r12_a_certificate_of_another_epoch() {
    let (expected, got) = (Epoch::new(1), Epoch::new(2));
    assert_eq!(refused_unseen(|c| c.epoch = got), Error::Epoch { expected, got });
    let (members, certificate) = ten();
    let next = Committee { epoch: got, ..members.committee };
    assert_eq!(
        certificate.verify(&next, &Unasked),
        Err(Error::Epoch { expected: got, got: expected })
    );
    let relabelled = Certificate { epoch: got, ..certificate };
    let signer = ValidatorIndex::new(0);
    assert_eq!(relabelled.verify(&next, &Ed25519), Err(Error::Signature { signer }));
}

#[test]
fn a_bitmap_of_another_length() {
    let full = [0b0011_1111, 0b10];
    for length in [0, 1, 3, 13] {
        let mut bytes = full.to_vec();
        bytes.resize(length, 0);
        let (expected, got) = (2, length);
        assert_eq!(
            refused_unseen(|c| c.signers = bitmap(&bytes)),
            Error::BitmapLength { expected, got }
        );
    }
}

#[test]
fn a_signer_beyond_the_set() {
    for spare in 2..8 {
        let signer = ValidatorIndex::new(8 + spare);
        assert_eq!(
            refused_unseen(|c| {
                c.signers = bitmap(&[0b0011_1111, 0b10 | 1 << spare]);
                c.signatures = signatures([&c.signatures[..], &c.signatures[..1]].concat());
            }),
            Error::UnknownSigner { signer, members: 10 }
        );
    }
}

#[test]
fn signatures_that_are_not_as_many_as_the_signers() {
    let signers = 7;
    assert_eq!(
        refused_unseen(|c| c.signatures = signatures(c.signatures[..6].to_vec())),
        Error::Lengths { signers, signatures: 6 }
    );
    assert_eq!(
        refused_unseen(|c| {
            c.signatures = signatures([&c.signatures[..], &c.signatures[..1]].concat());
        }),
        Error::Lengths { signers, signatures: 8 }
    );
    assert_eq!(
        refused_unseen(|c| c.signatures = signatures([])),
        Error::Lengths { signers, signatures: 0 }
    );
}

#[test]
fn too_few_signers() {
    let quorum = 7;
    assert_eq!(
        refused_unseen(|c| {
            c.signers = bitmap(&[0b0011_1111, 0]);
            c.signatures = signatures(c.signatures[..6].to_vec());
        }),
        Error::NoQuorum { quorum, got: 6 }
    );
    assert_eq!(
        refused_unseen(|c| {
            c.signers = bitmap(&[0, 0]);
            c.signatures = signatures([]);
        }),
        Error::NoQuorum { quorum, got: 0 }
    );
}

#[test]
fn a_signature_copied_to_another_place() {
    // The places of the signatures and of the members differ from the seventh on.
    for (from, to, second) in [(0, 1, 1), (1, 0, 1), (2, 6, 9), (6, 2, 9)] {
        let got = refused_unseen(|c| {
            let mut list = c.signatures.to_vec();
            list[to] = list[from];
            c.signatures = signatures(list);
        });
        let signer = ValidatorIndex::new(second);
        assert_eq!(got, Error::RepeatedSigner { signer });
    }
}

#[test]
fn a_member_that_did_not_sign() {
    // The vote of 9 is passed off as one of 6.
    let signer = ValidatorIndex::new(6);
    assert_eq!(
        refused(|c| c.signers = bitmap(&[0b0111_1111, 0]), &Ed25519),
        Error::Signature { signer }
    );
}

#[test]
fn signatures_in_another_order() {
    let signer = ValidatorIndex::new(1);
    let swap = |c: &mut Certificate| {
        let mut list = c.signatures.to_vec();
        list.swap(1, 2);
        c.signatures = signatures(list);
    };
    assert_eq!(refused(swap, &Ed25519), Error::Signature { signer });
}

#[test]
fn an_altered_signature_at_every_place() {
    for (at, place) in [0, 1, 2, 3, 4, 5, 9].into_iter().enumerate() {
        let got = refused(
            |c| {
                let mut list = c.signatures.to_vec();
                let mut bytes = *list[at].as_bytes();
                bytes[40] ^= 1;
                list[at] = Signature::from_bytes(bytes);
                c.signatures = signatures(list);
            },
            &Ed25519,
        );
        let signer = ValidatorIndex::new(place);
        assert_eq!(got, Error::Signature { signer });
    }
}

#[test]
fn another_statement_than_was_signed() {
    let signer = ValidatorIndex::new(0);
    let changes: [fn(&mut Certificate); 4] = [
        |c| c.view = View::new(4),
        |c| c.subject = Subject::Notarize(digest(2)),
        |c| c.subject = Subject::Finalize(digest(1)),
        |c| c.subject = Subject::Nullify,
    ];
    for change in changes {
        assert_eq!(refused(change, &Ed25519), Error::Signature { signer });
    }
}

#[test]
fn r14_a_certificate_of_an_earlier_incarnation() {
    let (members, certificate) = ten();
    let mut now = members.committee;
    let reborn = now.validators.iter().map(|(index, member)| {
        let incarnation =
            if index.get() == 4 { Incarnation::from_bytes([0xee; 16]) } else { member.incarnation };
        Validator { incarnation, ..*member }
    });
    now.validators = ValidatorSet::new(reborn.collect()).unwrap();
    let signer = ValidatorIndex::new(4);
    assert_eq!(certificate.verify(&now, &Ed25519), Err(Error::Signature { signer }));
}

#[test]
fn another_set_of_the_same_size() {
    let (members, certificate) = ten();
    let others = (11..=20).map(crate::testing::validator).collect();
    let other = Committee { validators: ValidatorSet::new(others).unwrap(), ..members.committee };
    let signer = ValidatorIndex::new(0);
    assert_eq!(certificate.verify(&other, &Ed25519), Err(Error::Signature { signer }));
}
