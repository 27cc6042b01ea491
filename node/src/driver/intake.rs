//! Takes in what others say, and has its signatures checked elsewhere.

use super::elsewhere::{Effort, employ};
use super::signatures::Signatures;
use super::{Driver, Event, Held};
use crate::application::{Application, Content};
use crate::cpu::{Part, spend};
use crate::wire::{Packet, PacketOf, decode};
use hefu_consensus::{Input, Message};
use hefu_primitives::{Committee, Epoch, Header, PublicKey, Timestamp, ValidatorIndex};
use std::sync::Arc;
use tracing::{debug, error, info};

/// What was said, with signatures that hold.
#[derive(Debug)]
pub(crate) struct Heard<C> {
    epoch: Epoch,
    inputs: Vec<Input>,
    block: Option<Held<C>>,
    /// What the clock of the leader shows whose proposal this is, if it came from there itself. Others
    /// could send on what was said long ago.
    clock: Option<(PublicKey, Timestamp)>,
}

impl<A: Application> Driver<A> {
    pub(super) fn hear(&mut self, from: &PublicKey, bytes: &[u8]) {
        if self.low {
            return;
        }
        match decode::<PacketOf<A>>(bytes) {
            Ok(Packet::Engine { epoch, message, content }) => {
                self.hear_engine(from, epoch, *message, content);
            }
            Ok(Packet::Transactions(list)) => self.hear_transactions(from, &list),
            Err(error) => debug!(%error, "a packet that is none"),
        }
    }

    fn hear_engine(
        &mut self,
        from: &PublicKey,
        epoch: Epoch,
        message: Message,
        content: Option<Arc<A::Content>>,
    ) {
        if self.ranges.is_some() {
            // The engine rests, and what matters is said again (R10).
            return;
        }
        let newest = self.newest.epoch();
        let Some(running) = self.running(epoch) else {
            return debug!(%epoch, %newest, "a message of an epoch that is not here");
        };
        let Some(index) = running.committee.validators.index_of(from) else { return };
        let parts = message.parts().into_iter().filter(|part| running.engine.wants(part));
        let wanted: Vec<_> = parts.collect();
        if wanted.is_empty() {
            return;
        }
        let committee = Arc::clone(&running.committee);
        let signatures = Arc::clone(&self.signatures);
        let events = self.hands.events.clone();
        self.verifying = self.verifying.saturating_add(1);
        employ(events, Effort::of(&wanted), move || {
            let check = || check(index, wanted, content.as_ref(), &committee, &signatures);
            Event::Heard(Box::new(spend(Part::Votes, check)))
        });
    }

    /// Hands on what was checked. A proposal comes only with a content that belongs to it.
    pub(super) fn heard(&mut self, heard: Heard<A::Content>) {
        self.verifying = self.verifying.saturating_sub(1);
        let Heard { epoch, inputs, block, clock } = heard;
        if let Some(held) = block.filter(|_| self.ranges.is_none()) {
            self.hold(held);
        }
        if let Some((leader, theirs)) = clock.filter(|_| epoch == self.newest.epoch()) {
            self.compare_clocks(leader, theirs);
        }
        for input in inputs {
            self.feed(epoch, input);
        }
    }

    /// Takes note of the leader's clock, and tells when ours turns out to be wrong, or right again.
    fn compare_clocks(&mut self, leader: PublicKey, theirs: Timestamp) {
        let committee = &self.newest.committee;
        self.clocks.hear(leader, theirs, self.setup.clock.now());
        let skew = self.clocks.skew(committee.validators.faults_max());
        match (self.skew.own_ms, skew.own_ms) {
            (None, Some(ahead_ms)) => error!(
                ahead_ms,
                "the clock of this node is not that of the other validators: until it is set right, \
                 no block gets this node's vote"
            ),
            (Some(_), None) => {
                info!("the clock of this node is that of the other validators again");
            }
            (None, None) | (Some(_), Some(_)) => {}
        }
        self.skew = skew;
    }
}

fn check<C: Content>(
    from: ValidatorIndex,
    messages: Vec<Message>,
    content: Option<&Arc<C>>,
    committee: &Committee,
    signatures: &Signatures,
) -> Heard<C> {
    let mut heard = Heard { epoch: committee.epoch, inputs: Vec::new(), block: None, clock: None };
    for message in messages {
        let clock = clock_of(from, &message, committee);
        let block = match &message {
            Message::Proposal(proposal) => match block_of(&proposal.header, content) {
                Some(block) => Some(block),
                None => continue,
            },
            Message::Vote(_)
            | Message::Certificate(_)
            | Message::Notarized { .. }
            | Message::Status(_) => None,
        };
        match message.verify(from, committee, signatures) {
            Ok(inputs) => {
                heard.inputs.extend(inputs);
                heard.block = block.or(heard.block);
                heard.clock = clock.or(heard.clock);
            }
            Err(error) => debug!(%error, "a message that does not hold"),
        }
    }
    heard
}

/// What the clock of whoever sends this shows, if it is a proposal of its own.
fn clock_of(
    from: ValidatorIndex,
    message: &Message,
    committee: &Committee,
) -> Option<(PublicKey, Timestamp)> {
    let Message::Proposal(proposal) = message else { return None };
    let leader = committee.leader(proposal.signed.statement.view);
    let key = committee.key(leader).filter(|_| leader == from)?;
    Some((*key, proposal.header.time))
}

/// The block of a proposal, if its content belongs to it. It is kept only if the proposal holds.
fn block_of<C: Content>(header: &Header, content: Option<&Arc<C>>) -> Option<Held<C>> {
    let content = content.filter(|content| content.belongs_to(header))?;
    Some(Held { header: header.clone(), content: Arc::clone(content) })
}

#[cfg(test)]
mod tests;
