//! Work that the driver has done elsewhere. It hears of the outcome as an event.
//!
//! What is short is done in a task, which most often runs next on the thread that the driver is on: to wake
//! another thread takes longer than the work itself, and on a quiet node it is what a transaction waits
//! for. What is long is done on a thread that may take its time.

use super::Event;
use crate::application::{Application, Shared};
use crate::glance::glance;
use crate::limits::SHORT_SIGNATURES_MAX;
use hefu_consensus::{Justification, Message, Proposal};
use std::sync::PoisonError;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

/// How much work something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effort {
    Short,
    Long,
}

impl Effort {
    /// To check these messages.
    pub(super) fn of(messages: &[Message]) -> Self {
        let signatures: usize = messages.iter().map(signatures).sum();
        if signatures <= SHORT_SIGNATURES_MAX { Self::Short } else { Self::Long }
    }
}

/// How many signatures a message carries.
fn signatures(message: &Message) -> usize {
    match message {
        Message::Vote(_) => 1,
        Message::Certificate(certificate) => certificate.signatures.len(),
        Message::Notarized { certificate, .. } => certificate.signatures.len() + 1,
        Message::Proposal(proposal) => 1 + attached(proposal),
        Message::Status(_) => 2,
    }
}

fn attached(proposal: &Proposal) -> usize {
    let Justification { parent, gap, finalized } = &proposal.justification;
    let finalization = finalized.iter().map(|checkpoint| checkpoint.finalization.signatures.len());
    let certificates = parent.iter().chain(gap).map(|certificate| certificate.signatures.len());
    certificates.chain(finalization).sum()
}

/// Has work done whose outcome is an event.
pub(super) fn employ<A: Application>(
    events: mpsc::Sender<Event<A>>,
    effort: Effort,
    work: impl FnOnce() -> Event<A> + Send + 'static,
) {
    // The driver is gone only when the node stops.
    match effort {
        Effort::Short => drop(tokio::spawn(async move { events.send(work()).await })),
        Effort::Long => drop(spawn_blocking(move || events.blocking_send(work()))),
    }
}

/// The same of work that looks at the chain.
pub(super) fn employ_on_chain<A: Application>(
    events: mpsc::Sender<Event<A>>,
    effort: Effort,
    store: Shared<A::Chain>,
    work: impl FnOnce(&A::Chain) -> Event<A> + Send + 'static,
) {
    let long = |events: mpsc::Sender<Event<A>>, store: Shared<A::Chain>, work| {
        employ(events, Effort::Long, move || look(&store, work));
    };
    match effort {
        Effort::Short => drop(tokio::spawn(async move {
            match glance(&store, work) {
                Ok(event) => drop(events.send(event).await),
                Err(work) => long(events, store, work),
            }
        })),
        Effort::Long => long(events, store, work),
    }
}

fn look<S, T>(store: &Shared<S>, look: impl FnOnce(&S) -> T) -> T {
    look(&store.read().unwrap_or_else(PoisonError::into_inner))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hefu_fixtures::World;
    use hefu_primitives::{Certificate, Epoch, Subject, ValidatorIndex, View, Vote};
    use std::sync::Arc;

    #[test]
    fn what_carries_many_signatures_is_long() {
        let world = World::new(1);
        let committee = world.committee(Epoch::ZERO);
        let sign = |(index, key)| {
            let index = ValidatorIndex::new(index);
            Vote::sign(&committee, index, View::new(1), Subject::Nullify, key).unwrap()
        };
        let votes: Vec<_> = (0..).zip(&world.validators).map(sign).collect();
        let certificate = Arc::new(Certificate::assemble(&committee, &votes).unwrap());
        let each = certificate.signatures.len();
        assert!(each > 1);
        let certificates = |count| vec![Message::Certificate(Arc::clone(&certificate)); count];
        assert_eq!(Effort::of(&certificates(SHORT_SIGNATURES_MAX / each)), Effort::Short);
        assert_eq!(Effort::of(&certificates(SHORT_SIGNATURES_MAX / each + 1)), Effort::Long);
        assert_eq!(Effort::of(&[Message::Vote(votes[0])]), Effort::Short);
    }
}
