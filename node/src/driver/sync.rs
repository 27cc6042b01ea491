//! Gets from others what is missing, and gives others what they miss.

use super::signatures::Signatures;
use super::{Driver, Event, Held};
use crate::application::{Application, Chain, Content};
use crate::limits::{
    ANSWER_LIMIT, ASKING_MAX, CERTIFICATES_PER_ANSWER, CONTENTS_BYTES, CONTENTS_PER_ANSWER,
    FINAL_BLOCKS_SERVED, HEADERS_PER_ANSWER, HEADERS_PER_ANSWER_MAX,
};
use crate::wire::{Answer, PacketOf, Page, Question, decode, encode};
use hefu_consensus::{Fetch, Input, Message};
use hefu_primitives::{
    BoundedVec, Certificate, Committee, Digest, Epoch, Header, Height, PublicKey, ValidatorIndex,
    Verified, View, codec,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError};
use tokio::sync::oneshot;
use tracing::{debug, error};

/// Final blocks by their digests, the newest ones.
#[derive(Debug, Default)]
pub(super) struct Finals(BTreeMap<Digest, Height>);

impl Finals {
    /// Those of a store.
    pub(super) fn of<S: Chain>(store: &S) -> Result<Self, S::Error> {
        let head = store.last().height.get();
        let mut finals = Self::default();
        for height in (head.saturating_sub(FINAL_BLOCKS_SERVED)..=head).map(Height::new) {
            if let Some(header) = store.header_at(height)? {
                finals.add(&header);
            }
        }
        Ok(finals)
    }

    pub(super) fn add(&mut self, header: &Header) {
        self.0.insert(header.digest(), header.height);
        let first = Height::new(header.height.get().saturating_sub(FINAL_BLOCKS_SERVED));
        self.0.retain(|_, height| *height >= first);
    }
}

/// What a peer has answered.
#[derive(Debug)]
pub(crate) struct Answered<C> {
    epoch: Epoch,
    inputs: Vec<Input>,
    block: Option<Held<C>>,
}

/// Whom to ask: who has it and can be reached, or else any validator that can. A question to one that
/// cannot is lost, and is put again only when the engine next asks for what it lacks.
fn within_reach(
    committee: &Committee,
    reachable: &BTreeSet<PublicKey>,
    from: &[ValidatorIndex],
) -> Vec<ValidatorIndex> {
    let near = committee.validators.iter().filter(|(_, one)| reachable.contains(&one.key));
    let near: Vec<_> = near.map(|(index, _)| index).collect();
    let named: Vec<_> = near.iter().copied().filter(|index| from.contains(index)).collect();
    if named.is_empty() { near } else { named }
}

impl<A: Application> Driver<A> {
    /// Shows a follower that has connected what is final here: it would hear of nothing before the next
    /// block, which an idle network makes half a minute later. Engines of validators tell each other.
    pub(super) fn greet(&self, key: &PublicKey) {
        if self.newest.committee.validators.index_of(key).is_some() {
            return;
        }
        let store = self.hands.store.read().unwrap_or_else(PoisonError::into_inner);
        let proof = store.proof_at(self.written.height);
        drop(store);
        // Who cannot read what was written is told so when the next block is.
        if let Ok(Some(proof)) = proof {
            let (epoch, message) = (proof.epoch, Box::new(Message::Certificate(Arc::new(proof))));
            let packet = PacketOf::<A>::Engine { epoch, message, content: None };
            let _ = self.hands.network.send(key, encode(&packet));
        }
    }

    /// Asks one peer, another one each time. What is not answered is asked again by the engine.
    pub(super) fn fetch(&mut self, epoch: Epoch, fetch: Fetch) {
        let (question, from) = match fetch {
            Fetch::Block { digest, from } => (Question::Block(digest), from),
            Fetch::Certificates { first, last } => {
                (Question::Certificates { epoch, first, last }, Vec::new())
            }
        };
        if self.asking >= ASKING_MAX {
            return;
        }
        let Some(running) = self.running(epoch) else { return };
        let committee = Arc::clone(&running.committee);
        let near = within_reach(&committee, &self.reachable, &from);
        let peer = self.running(epoch).and_then(|running| running.pick(&near));
        let Some(peer) = peer else { return };
        let Some(key) = committee.validators.get(peer).map(|one| one.key) else { return };
        self.asking = self.asking.saturating_add(1);
        let (network, events) = (self.hands.network.clone(), self.hands.events.clone());
        let signatures = Arc::clone(&self.signatures);
        tokio::spawn(async move {
            let answer = network.request(&key, encode(&question).to_vec(), ANSWER_LIMIT).await;
            let read = move |bytes: Vec<u8>| read(peer, question, &bytes, &committee, &signatures);
            let answered = match answer {
                // Its signatures take long, so not on the threads of the network.
                Ok(bytes) => tokio::task::spawn_blocking(move || read(bytes)).await.ok(),
                Err(error) => {
                    debug!(%error, "no answer");
                    None
                }
            };
            let nothing = || Answered { epoch, inputs: Vec::new(), block: None };
            let answered = answered.unwrap_or_else(nothing);
            // The driver is gone only when the node stops.
            let _ = events.send(Event::Answered(Box::new(answered))).await;
        });
    }

    pub(super) fn answered(&mut self, answered: Answered<A::Content>) {
        self.asking = self.asking.saturating_sub(1);
        let Answered { epoch, inputs, block } = answered;
        if let Some(held) = block.filter(|_| self.ranges.is_none()) {
            self.hold(held);
        }
        for input in inputs {
            self.feed(epoch, input);
        }
    }

    /// Answers a question, off the driver's time.
    pub(super) fn serve(&self, bytes: &[u8], answer: oneshot::Sender<Vec<u8>>) {
        match decode(bytes) {
            Ok(Question::Block(digest)) => self.serve_block(digest, answer),
            Ok(Question::Certificates { epoch, first, last }) => {
                let give = move |list: Vec<Arc<Certificate>>| {
                    let list = list.iter().map(|one| one.as_ref().clone());
                    let list = Answer::<A::Content>::Certificates(BoundedVec::first_of(list));
                    // Whoever asked may have stopped waiting.
                    let _ = answer.send(encode(&list).to_vec());
                };
                let asked =
                    self.hands.log.certificates(epoch, first..=last, CERTIFICATES_PER_ANSWER, give);
                if let Err(error) = asked {
                    debug!(%error, "a question for certificates is not answered");
                }
            }
            Ok(Question::Headers { first }) => self.serve_stored(answer, move |store| {
                Ok(Answer::Headers(page(store, first)?.map(Box::new)))
            }),
            Ok(Question::Contents { first, last }) => self.serve_stored(answer, move |store| {
                Ok(Answer::Contents(stored_contents(store, first, last)?))
            }),
            Err(error) => debug!(%error, "a question that is none"),
        }
    }

    /// Answers from what is stored.
    fn serve_stored(
        &self,
        answer: oneshot::Sender<Vec<u8>>,
        find: impl FnOnce(&A::Chain) -> Result<Answer<A::Content>, <A::Chain as Chain>::Error>
        + Send
        + 'static,
    ) {
        let store = Arc::clone(&self.hands.store);
        tokio::task::spawn_blocking(move || {
            let store = store.read().unwrap_or_else(PoisonError::into_inner);
            match find(&store) {
                // Whoever asked may have stopped waiting.
                Ok(found) => drop(answer.send(encode(&found).to_vec())),
                Err(error) => error!(%error, "a question is not answered"),
            }
        });
    }

    fn serve_block(&self, digest: Digest, answer: oneshot::Sender<Vec<u8>>) {
        let held = self.contents.get(&digest).cloned();
        let height = self.finals.0.get(&digest).copied();
        let store = Arc::clone(&self.hands.store);
        tokio::task::spawn_blocking(move || {
            let stored = || {
                let store = store.read().unwrap_or_else(PoisonError::into_inner);
                height.and_then(|height| stored(&*store, height).ok().flatten())
            };
            let held = held.or_else(stored);
            let block = held.map(|held| Box::new((held.header, held.content.as_ref().clone())));
            // Whoever asked may have stopped waiting.
            let _ = answer.send(encode(&Answer::Block(block)).to_vec());
        });
    }
}

/// A final block as it is stored.
fn stored<S: Chain>(store: &S, height: Height) -> Result<Option<Held<S::Content>>, S::Error> {
    let (Some(header), Some(content)) = (store.header_at(height)?, store.content_at(height)?)
    else {
        return Ok(None);
    };
    Ok(Some(Held { header, content: Arc::new(content) }))
}

/// Headers from `first` on, in one epoch, up to the last that a finalization of its own proves.
pub(super) fn page<S: Chain>(store: &S, first: Height) -> Result<Option<Page>, S::Error> {
    let (mut headers, mut proved) = (Vec::new(), None);
    let mut height = first;
    while let Some(header) = store.header_at(height)? {
        let ends = header.is_boundary();
        let proof = store.proof_at(height)?;
        headers.push(header.clone());
        if let Some(proof) = proof.filter(|proof| proof.finalizes(&header)) {
            proved = Some((headers.len(), proof));
        }
        let is_full = headers.len() >= HEADERS_PER_ANSWER && proved.is_some();
        if ends || is_full || headers.len() >= HEADERS_PER_ANSWER_MAX {
            break;
        }
        height = height.next();
    }
    Ok(proved.map(|(count, proof)| Page {
        headers: BoundedVec::first_of(headers.into_iter().take(count)),
        proof,
    }))
}

/// Contents from `first` to `last`, as many as fit.
pub(super) fn stored_contents<S: Chain<Content: Content>>(
    store: &S,
    first: Height,
    last: Height,
) -> Result<BoundedVec<S::Content, CONTENTS_PER_ANSWER>, S::Error> {
    let (mut contents, mut bytes) = (Vec::new(), 0_usize);
    let mut height = first;
    while height <= last && contents.len() < CONTENTS_PER_ANSWER && bytes < CONTENTS_BYTES {
        let Some(held) = stored(store, height)? else { break };
        bytes = bytes.saturating_add(codec::encode(&*held.content).len());
        contents.push(held.content.as_ref().clone());
        height = height.next();
    }
    Ok(BoundedVec::first_of(contents))
}

/// What an answer says, as far as it holds.
fn read<C: Content>(
    from: ValidatorIndex,
    question: Question,
    bytes: &[u8],
    committee: &Committee,
    signatures: &Signatures,
) -> Answered<C> {
    let mut answered = Answered { epoch: committee.epoch, inputs: Vec::new(), block: None };
    match (question, decode::<Answer<C>>(bytes)) {
        (Question::Block(digest), Ok(Answer::Block(Some(block)))) => {
            let (header, content) = *block;
            if header.digest() == digest && content.belongs_to(&header) {
                answered.inputs.push(Input::Block(header.clone()));
                answered.block = Some(Held { header, content: Arc::new(content) });
            }
        }
        (Question::Certificates { first, last, .. }, Ok(Answer::Certificates(list))) => {
            let asked = |view: View| first <= view && view <= last;
            let meant = list.iter().filter(|one| asked(one.view));
            let held = meant.filter_map(|one| verified(one, committee, signatures));
            answered.inputs.extend(held.map(Input::Certificate));
        }
        (_, Ok(_)) => {}
        (_, Err(error)) => debug!(from = from.get(), %error, "an answer that is none"),
    }
    answered
}

fn verified(
    certificate: &Certificate,
    committee: &Committee,
    signatures: &Signatures,
) -> Option<Verified<Arc<Certificate>>> {
    Verified::new(Arc::new(certificate.clone()), committee, signatures).ok()
}

#[cfg(test)]
mod tests {
    use super::within_reach;
    use hefu_fixtures::World;
    use hefu_primitives::{Epoch, ValidatorIndex};

    #[test]
    fn nobody_is_asked_who_cannot_be_reached_while_somebody_can() {
        let committee = World::new(1).committee(Epoch::ZERO);
        let [first, second, third] = [0, 1, 2].map(ValidatorIndex::new);
        let key = |index| committee.validators.get(index).unwrap().key;
        let reachable = [key(second), key(third)].into();
        let asked = |from: &[ValidatorIndex]| within_reach(&committee, &reachable, from);
        assert_eq!(asked(&[first, second]), [second], "of those who have it");
        assert_eq!(asked(&[first]), [second, third], "of others, who may have it too");
        assert_eq!(asked(&[]), [second, third]);
        assert_eq!(within_reach(&committee, &[].into(), &[first]), []);
    }
}
