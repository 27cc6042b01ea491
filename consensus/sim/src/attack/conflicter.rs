//! A validator that votes for everything: it notarizes, finalizes and nullifies whatever it hears
//! of.

use super::{Attacker, Kit, Parcel};
use crate::packet::Packet;
use hefu_consensus::Input;
use hefu_primitives::{Digest, Subject, View};
use std::collections::BTreeSet;

/// How far from its own view it cares.
const NEAR: u64 = 8;
/// Votes from a view on after which it is content.
const ENOUGH: usize = 200;

#[derive(Default)]
pub(super) struct Conflicter {
    said: BTreeSet<(View, Subject)>,
}

impl Conflicter {
    fn say(&mut self, kit: &Kit<'_>, view: View, subject: Subject) -> Option<Parcel> {
        let news = self.said.insert((view, subject));
        news.then(|| kit.vote(view, subject).map(Parcel::to_all))?
    }

    /// Two of its kind would go on for ever about digests that do not exist.
    fn has_said_enough(&self, view: View) -> bool {
        self.said.range((view, Subject::Notarize(Digest::default()))..).take(ENOUGH).count()
            == ENOUGH
    }
}

impl Attacker for Conflicter {
    fn outgoing(&mut self, _kit: &mut Kit<'_>, parcel: Parcel) -> Vec<Parcel> {
        vec![parcel]
    }

    fn incoming(&mut self, kit: &mut Kit<'_>, packet: &Packet) -> Vec<Parcel> {
        let mut heard = Vec::new();
        for input in packet.inputs() {
            match input {
                Input::Proposal(proposal) => {
                    let statement = &proposal.signed.statement;
                    heard.push((statement.view, Some(statement.digest)));
                }
                Input::Vote(vote) => heard.push((vote.view, vote.subject.digest())),
                _ => {}
            }
        }
        let oldest = kit.view.saturating_sub(NEAR);
        let newest = kit.view.saturating_add(NEAR);
        self.said = self.said.split_off(&(oldest, Subject::Notarize(Digest::default())));
        heard.retain(|(view, _)| *view >= oldest && *view <= newest);
        heard.retain(|(view, _)| !self.has_said_enough(*view));
        let mut parcels = Vec::new();
        for (view, digest) in heard {
            parcels.extend(self.say(kit, view, Subject::Nullify));
            if let Some(digest) = digest {
                parcels.extend(self.say(kit, view, Subject::Notarize(digest)));
                parcels.extend(self.say(kit, view, Subject::Finalize(digest)));
            }
        }
        parcels
    }
}
