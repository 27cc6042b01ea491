//! Planted defects: each must be caught within the seeds of the families that are said to find it.

use crate::plan::Family;
use crate::scenario::Scenario;
use crate::violation::Violation;
use crate::world::World;
use hefu_consensus::Bug;

/// How many seeds of each family a defect may survive.
pub const SEEDS: u64 = 150;

/// The largest network that defects are hunted in: they show in small ones.
const VALIDATORS_MAX: u8 = 8;

/// A defect and where it shows.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The defect.
    pub bug: Bug,
    /// The families of scenarios in which it shows.
    pub families: &'static [Family],
}

const fn row(bug: Bug, families: &'static [Family]) -> Row {
    Row { bug, families }
}

/// Every defect.
pub const TABLE: &[Row] = &[
    row(Bug::EntryCertificateNotSent, Family::ALL),
    row(Bug::FinalizationNotSent, Family::ALL),
    row(Bug::EntersOneViewAtATime, Family::ALL),
    row(Bug::ParentAnyNotarized, &[Family::Slow]),
    row(Bug::FullBlockFarFromFinal, &[Family::Unfinal]),
    row(Bug::GapUnchecked, &[Family::Epochs, Family::Attack]),
    row(Bug::ParentUnchecked, &[Family::Attack]),
    row(Bug::ExecutionUnchecked, &[Family::Unfinal]),
    row(Bug::NotarizesTwice, Family::ALL),
    row(Bug::HeightUnchecked, &[Family::Unfinal]),
    row(Bug::FullBlockUnchecked, &[Family::Unfinal]),
    row(Bug::FinalizesAfterNullify, Family::ALL),
    row(Bug::BodyNeverFetched, Family::ALL),
    row(Bug::NullifiesAfterFinalize, Family::ALL),
    row(Bug::LeaderDeadlineIgnored, &[Family::Power]),
    row(Bug::DivergenceIgnored, &[Family::Diverged]),
    row(Bug::AncestorsNotDelivered, Family::ALL),
    row(Bug::DeliversNewestFirst, Family::ALL),
    row(Bug::VoteNotDurable, Family::ALL),
    row(Bug::CertificateNotDurable, Family::ALL),
    row(Bug::ProposalNotDurable, Family::ALL),
    row(Bug::ActsForgotten, Family::ALL),
    row(Bug::WindowUnbounded, Family::ALL),
    row(Bug::NullificationsKept, &[Family::Slow]),
    row(Bug::QuorumTooSmall, Family::ALL),
    row(Bug::VoterCountedTwice, Family::ALL),
    row(Bug::EvidenceMissed, Family::ALL),
    row(Bug::NeverRepeats, Family::ALL),
    row(Bug::LaggardsIgnored, &[Family::Restored]),
    row(Bug::DeltaConstant, Family::ALL),
    row(Bug::ProposesWithoutWork, &[Family::Idle]),
    row(Bug::HeartbeatMissed, Family::ALL),
    row(Bug::BoundaryExtended, &[Family::Epochs]),
    row(Bug::EpochUnchecked, &[Family::Epochs]),
    row(Bug::TimeUnchecked, &[Family::Unfinal]),
    row(Bug::FutureAccepted, &[Family::Unfinal]),
    row(Bug::ForeignSignatureIgnored, &[Family::Restored]),
    row(Bug::SignsUnheard, Family::ALL),
];

/// The defect of a name.
pub fn named(name: &str) -> Option<Bug> {
    TABLE.iter().map(|row| row.bug).find(|bug| format!("{bug:?}") == name)
}

/// How a defect was caught.
#[derive(Clone, Debug)]
pub struct Caught {
    /// In which family.
    pub family: Family,
    /// By which seed.
    pub seed: u64,
    /// By which rule.
    pub violation: Violation,
}

impl Row {
    /// The name of the defect.
    pub fn name(&self) -> String {
        format!("{:?}", self.bug)
    }

    /// The scenario of a seed with the defect planted in all correct engines.
    pub fn scenario(&self, family: Family, seed: u64) -> Scenario {
        Scenario { bug: Some(self.name()), ..family.scenario(seed) }
    }

    /// Runs seed after seed of each family in turn until an oracle notices; `None` if none does.
    pub fn hunt(&self) -> Option<Caught> {
        for seed in 0..SEEDS {
            for family in self.families {
                let scenario = self.scenario(*family, seed);
                if scenario.validators > VALIDATORS_MAX {
                    continue;
                }
                if let Some(violation) = first_violation(scenario) {
                    return Some(Caught { family: *family, seed, violation });
                }
            }
        }
        None
    }
}

/// Runs a scenario until a rule is broken.
fn first_violation(scenario: Scenario) -> Option<Violation> {
    let mut world = World::new(scenario).ok()?;
    let mut time_ms = 0;
    while world.violations().is_empty() {
        time_ms += 1_000;
        if !world.run_until(time_ms) {
            break;
        }
    }
    world.violations().first().cloned()
}
