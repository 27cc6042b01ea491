//! A validator that wants no blocks: it nullifies every view at once and finalizes none.

use super::{Attacker, Kit, Parcel};
use hefu_consensus::Message;
use hefu_primitives::{Kind, Subject};

pub(super) struct Nuller;

impl Attacker for Nuller {
    fn outgoing(&mut self, _kit: &mut Kit<'_>, parcel: Parcel) -> Vec<Parcel> {
        match parcel.message {
            Message::Vote(vote) if vote.subject.kind() == Kind::Finalize => Vec::new(),
            Message::Notarized { certificate, .. } => {
                vec![Parcel::to_all(Message::Certificate(certificate))]
            }
            _ => vec![parcel],
        }
    }

    fn entered(&mut self, kit: &mut Kit<'_>) -> Vec<Parcel> {
        let nullify = kit.vote(kit.view, Subject::Nullify);
        nullify.into_iter().map(Parcel::to_all).collect()
    }
}
