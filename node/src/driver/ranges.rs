//! Catches up by ranges: headers that one finalization proves, then their contents from several peers.
//!
//! An engine walks back a few hundred blocks by itself. Whoever lags further, a new node above all,
//! fetches final blocks here: a *page* of headers from one peer, checked up to the finalization of its
//! last, and then the contents, each of which its header commits to. Blocks are executed and written
//! in their order, and when nothing is left the engine is made anew from the last of them. A peer
//! whose answer does not hold is not asked again for this page.

mod places;

use super::begin::{anchor, contents, running};
use super::{Driver, Event, Held};
use crate::acts::Recovered;
use crate::application::{Application, Chain, Content};
use crate::limits::{ANSWER_LIMIT, RANGE_ASKING_MAX, RANGE_EXECUTED_MAX, RANGE_PAUSE};
use crate::net::Network;
use crate::wire::{Answer, Page, Question, decode, encode};
use crate::worker::Job;
use hefu_consensus::{Halt, Input, Verdict};
use hefu_primitives::{
    Certificate, Committee, Digest, Ed25519, Header, Height, PublicKey, Verified,
};
use places::Places;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::{Arc, PoisonError};
use tokio::time::{Instant, sleep_until};
use tracing::{debug, info, warn};

/// Where a node is that fetches blocks by ranges.
#[derive(Debug)]
pub(super) struct Ranges {
    /// A block of this height is final.
    target: Height,
    /// Headers that are proved final and not all written, with their proof.
    page: Option<Arc<Proved>>,
    /// How far the page has come.
    places: Places,
    /// The first place in the page that was not given to the executor.
    unrun: usize,
    /// Questions for contents that are under way.
    asking: usize,
    /// Whether headers, or a pause, are waited for.
    waiting: bool,
    /// Whether the page is all that there was.
    last: bool,
    /// Peers whose answers did not hold, or that had none.
    useless: BTreeSet<PublicKey>,
    turn: usize,
}

/// A page whose finalization holds.
#[derive(Debug)]
pub(crate) struct Proved {
    headers: Vec<Header>,
    places: BTreeMap<Digest, usize>,
    proof: Arc<Certificate>,
}

/// What was fetched.
#[derive(Debug)]
pub(crate) enum Fetched<C> {
    /// Headers, if the peer had any that hold.
    Page(PublicKey, Option<Proved>),
    /// Contents for the first of these places of this page, and the bytes of all of them.
    Contents(PublicKey, Arc<Proved>, Range<usize>, Vec<C>, usize),
    /// It is time to try again.
    Again,
}

impl Ranges {
    fn new(target: Height) -> Self {
        Self {
            target,
            page: None,
            places: Places::new(0),
            unrun: 0,
            asking: 0,
            waiting: false,
            last: false,
            useless: BTreeSet::new(),
            turn: 0,
        }
    }

    /// A height that is final.
    pub(super) fn target(&self) -> Height {
        self.target
    }

    /// Whether a block is one of those that are being fetched and written.
    pub(super) fn holds(&self, digest: &Digest) -> bool {
        let place = self.page.as_ref().and_then(|page| page.places.get(digest));
        place.is_some_and(|place| *place >= self.places.written())
    }

    fn take_page(&mut self, page: Proved) {
        let last = page.headers.last().map_or(Height::ZERO, |last| last.height);
        self.last = last >= self.target;
        self.places = Places::new(page.headers.len());
        self.page = Some(Arc::new(page));
        (self.unrun, self.asking) = (0, 0);
        self.useless.clear();
    }

    /// A peer that has come back may be asked again.
    pub(super) fn try_again(&mut self, peer: &PublicKey) {
        self.useless.remove(peer);
    }

    fn is_of(&self, page: &Arc<Proved>) -> bool {
        self.page.as_ref().is_some_and(|own| Arc::ptr_eq(own, page))
    }

    /// The next to be executed, if there is room for what it comes to.
    fn next_header(&self) -> Option<&Header> {
        let has_room = self.unrun < self.places.written() + RANGE_EXECUTED_MAX;
        self.page.as_ref().filter(|_| has_room)?.headers.get(self.unrun)
    }
}

impl<A: Application> Driver<A> {
    /// The network is final further ahead than the engine walks.
    pub(super) fn fall_behind(&mut self, height: Height) {
        info!(here = self.written.height.get(), certified = height.get(), "fetching final blocks");
        self.ranges = Some(Ranges::new(height));
        self.fetch_ranges();
    }

    /// Asks for whatever can be asked for now, and executes what is here.
    pub(super) fn go_on_fetching(&mut self) {
        self.run_ranges();
        self.fetch_ranges();
    }

    /// Asks for whatever can be asked for now. Nothing is written on a disk that is nearly full.
    fn fetch_ranges(&mut self) {
        let Some(ranges) = self.ranges.as_ref().filter(|_| !self.low) else { return };
        if ranges.waiting {
            return;
        }
        match &ranges.page {
            // What the engine has delivered is written first.
            None if self.written == self.delivered => self.ask_page(),
            None => {}
            Some(page) => {
                let page = Arc::clone(page);
                self.ask_contents(&page);
            }
        }
    }

    /// A peer that may be asked, another one each time; after all have failed, none until a pause is
    /// over.
    fn pick_peer(&mut self) -> Option<PublicKey> {
        let ranges = self.ranges.as_mut()?;
        let useful: Vec<_> = self.reachable.difference(&ranges.useless).copied().collect();
        ranges.turn = ranges.turn.wrapping_add(1);
        if let Some(place) = ranges.turn.checked_rem(useful.len()) {
            return useful.get(place).copied();
        }
        ranges.useless.clear();
        ranges.waiting = true;
        let events = self.hands.events.clone();
        tokio::spawn(async move {
            sleep_until(Instant::now() + RANGE_PAUSE).await;
            // The driver is gone only when the node stops.
            let _ = events.send(Event::Fetched(Box::new(Fetched::Again))).await;
        });
        None
    }

    fn ask_page(&mut self) {
        let head = self.written.clone();
        let store = self.hands.store.read().unwrap_or_else(PoisonError::into_inner);
        let committee = store.committee(self.setup.genesis);
        drop(store);
        let committee = match committee {
            Ok(committee) => committee,
            Err(error) => return self.stop(&error),
        };
        let Some(peer) = self.pick_peer() else { return };
        if let Some(ranges) = &mut self.ranges {
            ranges.waiting = true;
        }
        let question = Question::Headers { first: head.height.next() };
        self.ask_range(peer, question, move |answer, _| {
            Fetched::Page(peer, read_page(answer, &head, &committee))
        });
    }

    fn ask_contents(&mut self, page: &Arc<Proved>) {
        while let Some(ranges) = &mut self.ranges
            && ranges.asking < RANGE_ASKING_MAX
            && let Some(gap) = ranges.places.next()
        {
            let Some(peer) = self.pick_peer() else {
                return self.reopen(gap);
            };
            let asked = page.headers.get(gap.clone()).unwrap_or_default().to_vec();
            let (Some(first), Some(last)) = (asked.first(), asked.last()) else { return };
            let question = Question::Contents { first: first.height, last: last.height };
            if let Some(ranges) = &mut self.ranges {
                ranges.asking += 1;
            }
            let page = Arc::clone(page);
            self.ask_range(peer, question, move |answer, bytes| {
                Fetched::Contents(peer, page, gap, read_contents(answer, &asked), bytes)
            });
        }
    }

    fn reopen(&mut self, gap: Range<usize>) {
        if let Some(ranges) = &mut self.ranges {
            ranges.places.reopen(gap);
        }
    }

    /// Asks a peer, and reads what it says, in so many bytes, off the driver's time.
    fn ask_range(
        &self,
        peer: PublicKey,
        question: Question,
        read: impl FnOnce(Option<Answer<A::Content>>, usize) -> Fetched<A::Content> + Send + 'static,
    ) {
        let (network, events) = (self.hands.network.clone(), self.hands.events.clone());
        tokio::spawn(async move {
            let answer = asked(&network, &peer, question).await;
            let read = tokio::task::spawn_blocking(move || {
                let bytes = answer.unwrap_or_default();
                read(decode(&bytes).ok(), bytes.len())
            });
            if let Ok(fetched) = read.await {
                // The driver is gone only when the node stops.
                let _ = events.send(Event::Fetched(Box::new(fetched))).await;
            }
        });
    }

    pub(super) fn fetched(&mut self, fetched: Fetched<A::Content>) {
        let Some(ranges) = &mut self.ranges else { return };
        match fetched {
            Fetched::Again => ranges.waiting = false,
            Fetched::Page(peer, page) => {
                ranges.waiting = false;
                if let Some(page) = page {
                    ranges.take_page(page);
                } else if ranges.page.is_none() {
                    ranges.useless.insert(peer);
                    // Nobody has more: the engine goes on from here, and says so if it is wrong.
                    if self.reachable.is_subset(&ranges.useless) {
                        return self.end_ranges();
                    }
                }
            }
            // An answer may come when its page is done with.
            Fetched::Contents(peer, page, gap, contents, bytes) => {
                if ranges.is_of(&page) {
                    self.take_contents(peer, &page, gap, contents, bytes);
                }
            }
        }
        self.go_on_fetching();
    }

    fn take_contents(
        &mut self,
        peer: PublicKey,
        page: &Proved,
        gap: Range<usize>,
        contents: Vec<A::Content>,
        bytes: usize,
    ) {
        let Some(ranges) = &mut self.ranges else { return };
        ranges.asking = ranges.asking.saturating_sub(1);
        if contents.is_empty() {
            ranges.useless.insert(peer);
        }
        let each_bytes = bytes.checked_div(contents.len()).unwrap_or_default();
        ranges.places.take(&gap, contents.len(), each_bytes);
        let headers = page.headers.get(gap).unwrap_or_default();
        for (header, content) in headers.iter().zip(contents) {
            let held = Held { header: header.clone(), content: Arc::new(content) };
            self.contents.insert(header.digest(), held);
        }
    }

    /// Has those executed whose contents and ancestors are here.
    fn run_ranges(&mut self) {
        while !self.low
            && let Some(ranges) = &mut self.ranges
            && let Some(header) = ranges.next_header()
            && let Some(held) = self.contents.get(&header.digest())
        {
            let (header, content) = (Arc::new(header.clone()), Arc::clone(&held.content));
            ranges.unrun += 1;
            let known = Vec::new();
            self.hands.work(Job::Validate { epoch: None, header, content, known });
        }
    }

    /// A block of the page was executed: it is final, so it is written if it is right.
    pub(super) fn range_validated(&mut self, digest: &Digest, verdict: Verdict) {
        let page = self.ranges.as_ref().and_then(|ranges| ranges.page.clone());
        let Some(page) = page else { return };
        let Some(header) = page.places.get(digest).and_then(|place| page.headers.get(*place))
        else {
            return;
        };
        if verdict == Verdict::Invalid {
            self.note_halt(Halt::Diverged { digest: *digest });
            return self.stop(&"a final block comes to something else here");
        }
        self.finalize(Arc::new(header.clone()), Arc::clone(&page.proof));
    }

    /// A block was written: of the page, or one that the engine had delivered before.
    pub(super) fn range_committed(&mut self) {
        let digest = self.written.digest();
        let Some(ranges) = &mut self.ranges else { return };
        if let Some(page) = ranges.page.clone()
            && let Some(place) = page.places.get(&digest)
        {
            ranges.places.write(place + 1);
            if ranges.places.is_done() {
                ranges.page = None;
                if ranges.last {
                    return self.end_ranges();
                }
            }
        }
        self.go_on_fetching();
    }

    /// Everything was written: the engine is made anew from what its log holds.
    fn end_ranges(&mut self) {
        if let Some(ranges) = &mut self.ranges {
            ranges.waiting = true;
        }
        self.write_records();
        if let Err(error) = self.hands.log.recall() {
            self.stop(&error);
        }
    }

    /// The engine goes on from the last block that was written.
    pub(super) fn begin_anew(&mut self, recovered: &Recovered) {
        self.ranges = None;
        let head = self.written.clone();
        let store = self.hands.store.read().unwrap_or_else(PoisonError::into_inner);
        let read = store
            .committee(self.setup.genesis)
            .and_then(|committee| Ok((anchor(&*store, &head, &committee)?, Arc::new(committee))));
        drop(store);
        let (anchor, committee) = match read {
            Ok(read) => read,
            Err(error) => return self.stop(&error),
        };
        info!(height = head.height.get(), "caught up");
        let next = running(&self.setup, committee, anchor, recovered);
        (self.newest, self.previous, self.built) = (next, None, None);
        (self.delivered, self.contents) = (head, contents(recovered));
        (self.forwarded, self.clocks) = <_>::default();
        let epoch = self.newest.epoch();
        self.feed(epoch, Input::Start);
        for input in self.presences() {
            self.feed(epoch, input);
        }
    }
}

async fn asked(network: &Network, peer: &PublicKey, question: Question) -> Option<Vec<u8>> {
    let answer = network.request(peer, encode(&question).to_vec(), ANSWER_LIMIT).await;
    answer.inspect_err(|error| debug!(%error, "no answer")).ok()
}

/// The page that an answer holds, if it follows on `head` and is final.
fn read_page<C>(answer: Option<Answer<C>>, head: &Header, committee: &Committee) -> Option<Proved> {
    let Answer::Headers(Some(page)) = answer? else { return None };
    let Page { headers, proof } = *page;
    let headers: Vec<_> = headers.iter().cloned().collect();
    let last = headers.last()?;
    if !proof.finalizes(last) || !is_chain(head, &headers, committee) {
        warn!("headers that do not follow on each other, or are not proved");
        return None;
    }
    let proof = Verified::new(Arc::new(proof), committee, &Ed25519).ok()?.into_inner();
    let places = headers.iter().map(Header::digest).zip(0..).collect();
    Some(Proved { headers, places, proof })
}

/// Whether each of these is the child of the one before, in the committee's epoch.
fn is_chain(head: &Header, headers: &[Header], committee: &Committee) -> bool {
    let parents = std::iter::once(head).chain(headers);
    parents.zip(headers).all(|(parent, header)| {
        header.parent == parent.digest()
            && header.height == parent.height.next()
            && header.epoch == committee.epoch
    })
}

/// The contents of an answer, up to the first that does not belong to its header.
fn read_contents<C: Content>(answer: Option<Answer<C>>, headers: &[Header]) -> Vec<C> {
    let Some(Answer::Contents(contents)) = answer else { return Vec::new() };
    let pairs = contents.iter().zip(headers);
    let right = pairs.take_while(|(content, header)| content.belongs_to(header));
    right.map(|(content, _)| content.clone()).collect()
}

#[cfg(test)]
mod tests;
