//! Tests of `checkpoint`: only a finalization of this very header makes it final.

use super::*;
use crate::testing::{Members, Unasked, digest};
use crate::{Ed25519, Epoch, ValidatorIndex};

#[test]
fn a_finalization_of_the_header_holds() {
    for n in [1, 4, 7, 100] {
        let members = Members::new(n);
        let checkpoint = members.checkpoint();
        assert_eq!(checkpoint.verify(&members.committee, &Ed25519), Ok(()));
    }
}

#[test]
fn a_notarization_or_a_nullification_finalizes_nothing() {
    let members = Members::new(4);
    let mut checkpoint = members.checkpoint();
    let notarize = Subject::Notarize(checkpoint.header.digest());
    for (subject, got) in [(notarize, Kind::Notarize), (Subject::Nullify, Kind::Nullify)] {
        checkpoint.finalization = members.certificate(&[0, 1, 2], 9, subject);
        assert_eq!(
            checkpoint.verify(&members.committee, &Unasked),
            Err(CheckpointError::NotFinal { got })
        );
    }
}

#[test]
fn a_finalization_of_another_block_does_not_help() {
    let members = Members::new(4);
    let mut checkpoint = members.checkpoint();
    checkpoint.finalization = members.certificate(&[0, 1, 2], 9, Subject::Finalize(digest(1)));
    let (finalized, header) = (digest(1), checkpoint.header.digest());
    assert_eq!(
        checkpoint.verify(&members.committee, &Unasked),
        Err(CheckpointError::OtherBlock { finalized, header })
    );
}

#[test]
fn a_header_that_was_altered_is_another_block() {
    let members = Members::new(4);
    let mut checkpoint = members.checkpoint();
    let finalized = checkpoint.header.digest();
    checkpoint.header.height = checkpoint.header.height.next();
    let header = checkpoint.header.digest();
    assert_eq!(
        checkpoint.verify(&members.committee, &Unasked),
        Err(CheckpointError::OtherBlock { finalized, header })
    );
}

#[test]
fn a_finalization_that_does_not_hold_is_named() {
    let members = Members::new(4);
    let mut checkpoint = members.checkpoint();
    let subject = checkpoint.finalization.subject;
    checkpoint.finalization = members.certificate(&[0, 1], 9, subject);
    let (quorum, got) = (3, 2);
    assert_eq!(
        checkpoint.verify(&members.committee, &Unasked),
        Err(CertificateError::NoQuorum { quorum, got }.into())
    );
    let mut checkpoint = members.checkpoint();
    checkpoint.finalization.epoch = Epoch::new(7);
    let (expected, got) = (Epoch::new(1), Epoch::new(7));
    assert_eq!(
        checkpoint.verify(&members.committee, &Unasked),
        Err(CertificateError::Epoch { expected, got }.into())
    );
    let mut checkpoint = members.checkpoint();
    checkpoint.finalization.view = checkpoint.finalization.view.next();
    let signer = ValidatorIndex::new(0);
    assert_eq!(
        checkpoint.verify(&members.committee, &Ed25519),
        Err(CertificateError::Signature { signer }.into())
    );
}
