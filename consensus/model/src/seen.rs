//! Every signature that has left a correct validator, in votes, certificates and attachments: what
//! the traitor can build on, and what the properties are about.

use crate::item::{Ballot, Blocks, Item, Proof, Says, Signers};

/// What one validator has signed in one view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) notarize: Blocks,
    pub(crate) finalize: Blocks,
    pub(crate) nullify: bool,
}

impl Cell {
    fn add(&mut self, says: Says) {
        match says {
            Says::Notarize(block) => self.notarize.insert(block),
            Says::Nullify => self.nullify = true,
            Says::Finalize(block) => self.finalize.insert(block),
        }
    }

    fn merge(&mut self, other: Self) {
        self.notarize.merge(other.notarize);
        self.finalize.merge(other.finalize);
        self.nullify |= other.nullify;
    }

    pub(crate) fn has(self, says: Says) -> bool {
        match says {
            Says::Notarize(block) => self.notarize.contains(block),
            Says::Nullify => self.nullify,
            Says::Finalize(block) => self.finalize.contains(block),
        }
    }

    fn is_empty(self) -> bool {
        self == Self::default()
    }
}

/// Signatures by signer and view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    views: usize,
    cells: Vec<Cell>,
}

impl Seen {
    pub(crate) fn new(members: u8, views: u8) -> Self {
        let (members, views) = (usize::from(members), usize::from(views));
        Self { views, cells: vec![Cell::default(); members * views] }
    }

    fn place(&self, signer: u8, view: u8) -> Option<usize> {
        let view = usize::from(view).checked_sub(1).filter(|v| *v < self.views)?;
        Some(usize::from(signer) * self.views + view)
    }

    pub(crate) fn cell(&self, signer: u8, view: u8) -> Cell {
        let cell = self.place(signer, view).and_then(|at| self.cells.get(at));
        cell.copied().unwrap_or_default()
    }

    fn add(&mut self, ballot: Ballot) {
        if let Some(at) = self.place(ballot.signer, ballot.view) {
            self.cells[at].add(ballot.says);
        }
    }

    pub(crate) fn add_item(&mut self, item: &Item) {
        match item {
            Item::Vote(ballot) => self.add(*ballot),
            Item::Certificate(proof) => proof.ballots().for_each(|ballot| self.add(ballot)),
            Item::Proposal(offer) => {
                let ballots = offer.proofs().flat_map(Proof::ballots);
                ballots.for_each(|ballot| self.add(ballot));
            }
        }
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        for (cell, more) in self.cells.iter_mut().zip(&other.cells) {
            cell.merge(*more);
        }
    }

    fn members(&self) -> u8 {
        u8::try_from(self.cells.len().checked_div(self.views).unwrap_or(0)).unwrap_or(u8::MAX)
    }

    /// Who has said this.
    pub(crate) fn supporters(&self, view: u8, says: Says) -> Signers {
        let said = |signer: &u8| self.cell(*signer, view).has(says);
        (0..self.members()).filter(said).collect()
    }

    /// All that anyone has said in a view.
    pub(crate) fn in_view(&self, view: u8) -> Cell {
        let cells = (0..self.members()).map(|signer| self.cell(signer, view));
        cells.fold(Cell::default(), |mut all, cell| {
            all.merge(cell);
            all
        })
    }

    /// The highest view in which `signer` has said anything.
    pub(crate) fn newest_view(&self, signer: u8) -> u8 {
        let views = u8::try_from(self.views).unwrap_or(u8::MAX);
        let spoke = |view: &u8| !self.cell(signer, *view).is_empty();
        (1..=views).rev().find(spoke).unwrap_or(0)
    }
}

impl Cell {
    /// The same, one by one.
    pub(crate) fn says(self) -> impl Iterator<Item = Says> {
        let nullify = self.nullify.then_some(Says::Nullify);
        self.notarize
            .iter()
            .map(Says::Notarize)
            .chain(nullify)
            .chain(self.finalize.iter().map(Says::Finalize))
    }
}
