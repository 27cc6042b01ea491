//! A validator that votes for everything: it notarizes, finalizes and nullifies whatever it hears
//! of.

use super::{Attacker, Kit, Parcel};
use crate::packet::Packet;
use hefu_consensus::Input;
use hefu_primitives::{Subject, View};
use std::collections::BTreeSet;

#[derive(Default)]
pub(super) struct Conflicter {
    said: BTreeSet<(View, Subject)>,
}

impl Conflicter {
    fn say(&mut self, kit: &Kit<'_>, view: View, subject: Subject) -> Option<Parcel> {
        let news = self.said.insert((view, subject));
        while self.said.len() > 100 {
            self.said.pop_first();
        }
        news.then(|| kit.vote(view, subject).map(Parcel::to_all))?
    }
}

impl Attacker for Conflicter {
    fn outgoing(&mut self, _kit: &mut Kit<'_>, parcel: Parcel) -> Vec<Parcel> {
        vec![parcel]
    }

    fn incoming(&mut self, kit: &mut Kit<'_>, packet: &Packet) -> Vec<Parcel> {
        let mut heard = Vec::new();
        for input in &packet.inputs {
            match input {
                Input::Proposal(proposal) => {
                    let statement = &proposal.signed.statement;
                    heard.push((statement.view, Some(statement.digest)));
                }
                Input::Vote(vote) => heard.push((vote.view, vote.subject.digest())),
                _ => {}
            }
        }
        heard.retain(|(view, _)| view.saturating_add(8) >= kit.view);
        let mut parcels = Vec::new();
        for (view, digest) in heard {
            parcels.extend(self.say(kit, view, Subject::Nullify));
            for digest in digest {
                parcels.extend(self.say(kit, view, Subject::Notarize(digest)));
                parcels.extend(self.say(kit, view, Subject::Finalize(digest)));
            }
        }
        parcels
    }
}
