//! A leader that says nothing: it never proposes, and does everything else right.

use super::{Attacker, Kit, Parcel};
use hefu_consensus::Message;

pub(super) struct Silent;

impl Attacker for Silent {
    fn outgoing(&mut self, _kit: &mut Kit<'_>, parcel: Parcel) -> Vec<Parcel> {
        match parcel.message {
            Message::Proposal(_) => Vec::new(),
            _ => vec![parcel],
        }
    }
}
