//! A validator that helps to notarize and then keeps everything to itself: it answers no
//! question, finalizes nothing, and shows its proposals to some of the others only.

use super::{Attacker, Kit, Parcel};
use hefu_consensus::Message;
use hefu_primitives::Kind;

pub(super) struct Withholder;

impl Attacker for Withholder {
    fn outgoing(&mut self, kit: &mut Kit<'_>, parcel: Parcel) -> Vec<Parcel> {
        match &parcel.message {
            Message::Proposal(_) => {
                let mut some = kit.others();
                let least = kit.committee.validators.faults_max();
                let most = some.len();
                let kept = kit.dice.between(least as u64, most as u64);
                some.truncate(usize::try_from(kept).unwrap_or(most));
                vec![parcel.to(some)]
            }
            Message::Vote(vote) if vote.subject.kind() == Kind::Finalize => Vec::new(),
            Message::Notarized { certificate, .. } => {
                let certificate = Message::Certificate(certificate.clone());
                vec![Parcel::to_all(certificate)]
            }
            _ => vec![parcel],
        }
    }

    fn serves(&self) -> bool {
        false
    }
}
