//! Planted defects that the model finds: each breaks a property, or keeps something from being
//! seen that should be.

use crate::model::Agreement;
use crate::run::{Limits, Method, Violation, check};
use crate::setup::Setup;
use hefu_consensus::{Bug, Planted};
use std::time::Duration;

/// How a defect shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Find {
    /// A property is violated.
    Broken(Violation),
    /// This is never seen, though without the defect it is at once.
    Unseen(&'static str),
}

/// A defect.
#[derive(Clone, Debug)]
pub struct Plant {
    /// Which.
    pub bug: Bug,
    /// The configuration that finds it.
    pub setup: Setup,
}

/// A configuration, and what it finds.
type Row<'a> = (fn() -> Setup, &'a [Bug]);

impl Plant {
    /// All that the model finds. What it cannot find concerns time, memory, liveness or old
    /// copies of a disk.
    pub fn all() -> Vec<Self> {
        let traitor = [
            Bug::GapUnchecked,
            Bug::ParentUnchecked,
            Bug::NotarizesTwice,
            Bug::FinalizesAfterNullify,
            Bug::NullifiesAfterFinalize,
            Bug::AncestorsNotDelivered,
            Bug::DeliversNewestFirst,
            Bug::BodyNeverFetched,
            Bug::EvidenceMissed,
        ];
        let menu = [
            Bug::ExecutionUnchecked,
            Bug::HeightUnchecked,
            Bug::TimeUnchecked,
            Bug::VoterCountedTwice,
        ];
        let crash = [
            Bug::VoteNotDurable,
            Bug::CertificateNotDurable,
            Bug::ProposalNotDurable,
            Bug::ActsForgotten,
        ];
        let rows: [Row; 5] = [
            (Setup::traitor, &traitor),
            (Setup::menu, &menu),
            (Setup::crash, &crash),
            (Setup::epoch, &[Bug::BoundaryExtended]),
            (Setup::six, &[Bug::QuorumTooSmall]),
        ];
        let plants = |(setup, bugs): Row| {
            let plant = |bug: &Bug| Self { bug: *bug, setup: setup() };
            bugs.iter().map(plant).collect::<Vec<_>>()
        };
        rows.into_iter().flat_map(plants).collect()
    }

    /// The defect's name.
    pub fn name(&self) -> String {
        format!("{:?}", self.bug)
    }

    /// Looks for the defect, in breadth and along walks, each for this long.
    pub fn find(&self, time: Duration, seed: u64) -> Option<Find> {
        let planted = Planted::new(self.bug);
        let model = Agreement::new(Setup { planted, ..self.setup.clone() });
        let mut runs = Vec::new();
        for method in [Method::Breadth, Method::Walks(seed)] {
            let outcome = check(&model, method, Limits::time(time));
            if let Some(violation) = outcome.violations.into_iter().next() {
                return Some(Find::Broken(violation));
            }
            runs.push((outcome.seen, outcome.expected));
        }
        let missing = |name: &&str| runs.iter().all(|(seen, _)| !seen.contains(name));
        let mut expected = runs.iter().flat_map(|(_, expected)| expected).copied();
        expected.find(missing).map(Find::Unseen)
    }
}
