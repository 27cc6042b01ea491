//! What can happen next: what lies on the wire, what the traitor can make of it, what disks and
//! timers do, and crashes.

use crate::book::Book;
use crate::driver;
use crate::event::{Event, Heard};
use crate::item::{Ballot, Block, Item, Offer, Proof, Says, Signers, Statement};
use crate::memo::Memo;
use crate::node::Node;
use crate::seen::Seen;
use crate::setup::{Setup, Votes};
use crate::table::Version;
use crate::world::World;
use std::sync::Arc;

/// What the wire has to offer in one state.
pub(crate) struct Menu<'a> {
    pub(crate) setup: &'a Setup,
    pub(crate) book: &'a Book,
    pub(crate) memo: &'a Memo,
    pub(crate) world: &'a World,
    seen: Seen,
    /// What the traitor proposes.
    offers: Vec<Arc<Offer>>,
    /// Certificates that can be put together of the votes on the wire and the traitor's.
    proofs: Vec<Proof>,
}

impl<'a> Menu<'a> {
    pub(crate) fn new(setup: &'a Setup, book: &'a Book, memo: &'a Memo, world: &'a World) -> Self {
        let seen = world.seen().unwrap_or_else(|| Seen::new(0, 0));
        let mut menu =
            Self { setup, book, memo, world, seen, offers: Vec::new(), proofs: Vec::new() };
        menu.proofs = menu.all_proofs();
        menu.offers = menu.all_offers();
        menu
    }

    /// All that can happen to the validator at `at`.
    pub(crate) fn events(&self, at: usize) -> Vec<Event> {
        let node = &self.world.nodes[at];
        let mut events = Vec::new();
        if !node.disk.unsynced.is_empty() {
            events.push(Event::Sync);
        }
        self.arrivals(node, &mut events);
        self.lies(node, &mut events);
        events.extend(node.wanted.iter().map(Event::Fetched));
        events.extend(node.timers.iter().map(|timer| Event::Expire(*timer)));
        self.crashes(node, &mut events);
        events
    }

    fn arrivals(&self, node: &Node, events: &mut Vec<Event>) {
        let mut certified = Vec::new();
        let others = self.world.nodes.iter().filter(|other| other.place != node.place);
        for item in others.flat_map(|other| &other.sent.items) {
            let arrives = match item {
                Item::Proposal(offer) => {
                    self.stripped(offer, events);
                    true
                }
                Item::Vote(_) => self.setup.votes == Votes::Single,
                Item::Certificate(proof) => {
                    let said = (proof.view, proof.says);
                    let news = !certified.contains(&said);
                    certified.push(said);
                    news
                }
            };
            if arrives {
                events.push(Event::Receive(item.clone()));
            }
        }
        let missing = |proof: &&Proof| !certified.contains(&(proof.view, proof.says));
        for proof in self.proofs.iter().filter(missing) {
            events.push(match self.setup.votes {
                Votes::Single => Event::Receive(Item::Certificate(*proof)),
                Votes::Gathered => Event::Gather(gather(node, *proof)),
            });
        }
    }

    /// What a relay can make of a proposal: its attachments are not signed.
    fn stripped(&self, offer: &Offer, events: &mut Vec<Event>) {
        if self.setup.votes == Votes::Single && offer.proofs().next().is_some() {
            let bare = Offer {
                statement: offer.statement,
                justified: None,
                gap: Vec::new(),
                finalized: None,
            };
            events.push(Event::Receive(Item::Proposal(Arc::new(bare))));
        }
    }

    fn lies(&self, node: &Node, events: &mut Vec<Event>) {
        let Some(traitor) = self.world.traitor else {
            return;
        };
        let offers =
            self.offers.iter().filter(|offer| self.book.leader(offer.statement.view) != node.place);
        events.extend(offers.map(|offer| Event::Receive(Item::Proposal(Arc::clone(offer)))));
        if self.setup.votes == Votes::Single {
            for view in 1..=self.setup.views {
                let says = self.claims(view);
                let votes = says.into_iter().map(|says| Ballot { signer: traitor, view, says });
                events.extend(votes.map(|vote| Event::Receive(Item::Vote(vote))));
            }
        }
    }

    /// What the traitor may want to say of a view: anything about blocks that somebody believes
    /// in. Votes for others count for nothing.
    fn claims(&self, view: u8) -> Vec<Says> {
        let blocks = self.seen.in_view(view).notarize;
        blocks
            .iter()
            .flat_map(|block| [Says::Notarize(block), Says::Finalize(block)])
            .chain([Says::Nullify])
            .collect()
    }

    /// A certificate of this, if there can be one: the votes of correct validators first.
    fn proof(&self, view: u8, says: Says) -> Option<Proof> {
        let mut signers = self.seen.supporters(view, says);
        if !self.book.is_quorum(signers) {
            signers.insert(self.world.traitor?);
        }
        self.book.is_quorum(signers).then(|| Proof {
            view,
            says,
            signers: signers.iter().take(self.book.quorum).collect(),
        })
    }

    fn all_proofs(&self) -> Vec<Proof> {
        let said = |view| self.seen.in_view(view).says().map(move |says| (view, says));
        let said = (1..=self.setup.views).flat_map(said);
        said.filter_map(|(view, says)| self.proof(view, says)).collect()
    }

    /// Every proposal that the traitor could sign, with all the justification there is for it,
    /// which may be none.
    fn all_offers(&self) -> Vec<Arc<Offer>> {
        let led = (1..=self.setup.views)
            .filter(|view| Some(self.book.leader(*view)) == self.world.traitor);
        let offers = led.flat_map(|view| self.offers_in(view));
        offers.map(Arc::new).collect()
    }

    fn offers_in(&self, view: u8) -> Vec<Offer> {
        let believed = |v: u8| self.seen.in_view(v).notarize.iter().map(move |b| (v, b));
        let parents = [(0, Block::GENESIS)].into_iter().chain((1..view).flat_map(believed));
        let mut offers = Vec::new();
        for (parent_view, parent) in parents {
            let again = self.book.table.is_boundary(parent).then_some(parent);
            let new =
                Version::ALL.into_iter().filter_map(|v| self.book.table.child(parent, view, v));
            for block in new.chain(again) {
                offers.push(self.offer(view, block, parent, parent_view));
            }
        }
        offers
    }

    fn offer(&self, view: u8, block: Block, parent: Block, parent_view: u8) -> Offer {
        let gap = (parent_view + 1..view).filter_map(|v| self.proof(v, Says::Nullify));
        Offer {
            statement: Statement { view, block, parent, parent_view },
            justified: self.proof(parent_view, Says::Notarize(parent)),
            gap: gap.collect(),
            finalized: None,
        }
    }

    fn crashes(&self, node: &Node, events: &mut Vec<Event>) {
        if self.world.calm {
            return;
        }
        let peers = self.world.nodes.iter().filter(|peer| peer.place != node.place);
        let answers = peers.filter_map(|peer| self.answer(peer, node.place));
        let lie = self.world.traitor.map(Heard::nothing_from);
        let answers: Vec<_> = answers.chain(lie).collect();
        for heard in choices(&answers, self.book.quorum - 1) {
            for kept in 0..=node.disk.unsynced.len() {
                let heard = heard.clone();
                events.push(Event::Crash { kept, heard });
            }
        }
    }

    fn answer(&self, peer: &Arc<Node>, to: u8) -> Option<Heard> {
        let ask = || driver::answer(self.book, peer, to);
        self.memo.answer(peer, to, ask)
    }
}

/// The votes of a certificate that are news to a validator.
fn gather(node: &Node, proof: Proof) -> Vec<Ballot> {
    proof.ballots().filter(|ballot| ballot.signer != node.place).collect()
}

/// All ways to choose `count` of `from`.
fn choices<T: Copy>(from: &[T], count: usize) -> Vec<Vec<T>> {
    let places: Signers = (0..8).take(from.len()).collect();
    let chosen = |mask: u8| places.iter().filter(move |place| mask & (1 << place) != 0);
    (0..=u8::MAX)
        .take(1 << from.len())
        .filter(|mask| mask.count_ones() as usize == count)
        .map(|mask| chosen(mask).map(|place| from[usize::from(place)]).collect())
        .collect()
}
