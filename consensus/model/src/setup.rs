//! What is checked: the configurations of the model.

use hefu_consensus::Planted;

/// How votes reach a validator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Votes {
    /// One at a time, the traitor's own among them, whatever they say.
    Single,
    /// Those that complete a quorum, together. Fewer than a quorum start deadlines and nothing
    /// else, and in the model deadlines run anyway: so this leaves out evidence, and no danger.
    Gathered,
}

/// What has happened in a view before a search begins, to everyone alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chapter {
    /// Its first proposal is notarized, and everyone knows.
    Notarized,
    /// It is nullified, and everyone knows.
    Nullified,
    /// Its first proposal is final, and everyone knows.
    Final,
}

/// The chapters of the first views, in order; none for a search from the very beginning.
pub type Opening = &'static [Chapter];

/// One configuration.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Its name in reports and on the command line.
    pub name: &'static str,
    /// How many validators there are: n.
    pub members: u8,
    /// The places that a traitor may hold, one at a time; none for a committee of correct
    /// validators. The leader of view v has place v mod n.
    pub traitors: &'static [u8],
    /// The last view in which anything is started. Engines may enter the next one and stay there.
    pub views: u8,
    /// How votes travel.
    pub votes: Votes,
    /// How many crashes there may be in all.
    pub crashes: u8,
    /// Whether the first block above the genesis ends the epoch (R12).
    pub boundary: bool,
    /// Whether the traitor also proposes blocks that break a rule by themselves.
    pub unfit: bool,
    /// Whether it is so small that all of it can be gone through.
    pub exhaustive: bool,
    /// Where searches begin.
    pub openings: &'static [Opening],
    /// The defect of all engines, if any.
    pub planted: Planted,
}

const FRESH: Opening = &[];
const NOTARIZED: Opening = &[Chapter::Notarized];
const NULLIFIED: Opening = &[Chapter::Nullified];
const FINAL: Opening = &[Chapter::Final];
const EARLY: &[Opening] = &[FRESH, NOTARIZED, NULLIFIED, FINAL];
const EARLY_AND_LATE: &[Opening] = &[
    FRESH,
    NOTARIZED,
    NULLIFIED,
    FINAL,
    &[Chapter::Notarized, Chapter::Nullified],
    &[Chapter::Nullified, Chapter::Notarized],
];

impl Setup {
    /// One traitor among four, three views, no crash.
    pub fn traitor() -> Self {
        Self {
            name: "traitor",
            members: 4,
            traitors: &[1, 2, 3],
            views: 3,
            votes: Votes::Gathered,
            crashes: 0,
            boundary: false,
            unfit: false,
            exhaustive: false,
            openings: EARLY_AND_LATE,
            planted: Planted::default(),
        }
    }

    /// One traitor in one view, gone through completely.
    pub fn whole() -> Self {
        Self {
            name: "whole",
            traitors: &[1, 2],
            views: 1,
            exhaustive: true,
            openings: &[FRESH],
            ..Self::traitor()
        }
    }

    /// One traitor whose whole menu is served, vote by vote, in two views.
    pub fn menu() -> Self {
        Self {
            name: "menu",
            traitors: &[1, 2],
            views: 2,
            votes: Votes::Single,
            unfit: true,
            openings: EARLY,
            ..Self::traitor()
        }
    }

    /// One traitor, and a crash of one of the others.
    pub fn crash() -> Self {
        Self { name: "crash", traitors: &[1, 2], crashes: 1, openings: EARLY, ..Self::traitor() }
    }

    /// One traitor in an epoch that ends with its first block.
    pub fn epoch() -> Self {
        Self { name: "epoch", traitors: &[1, 2, 3], boundary: true, ..Self::traitor() }
    }

    /// Four correct validators, two crashes, four views.
    pub fn honest() -> Self {
        Self {
            name: "honest",
            traitors: &[],
            views: 4,
            crashes: 2,
            openings: EARLY_AND_LATE,
            ..Self::traitor()
        }
    }

    /// Six validators, where n − f and 2f + 1 differ: five and three.
    pub fn six() -> Self {
        Self {
            name: "six",
            members: 6,
            traitors: &[1],
            views: 1,
            votes: Votes::Single,
            openings: &[FRESH],
            ..Self::traitor()
        }
    }

    /// All of them.
    pub fn all() -> Vec<Self> {
        vec![
            Self::whole(),
            Self::traitor(),
            Self::menu(),
            Self::crash(),
            Self::epoch(),
            Self::honest(),
            Self::six(),
        ]
    }
}
