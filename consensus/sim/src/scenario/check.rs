//! What a scenario must fulfil before it can run.

use super::{Fault, NodeId, Scenario};
use crate::attack::ATTACKERS;
use crate::ledger::Epochs;
use crate::packet::KINDS;
use hefu_primitives::Epoch;
use std::collections::BTreeSet;
use thiserror::Error;

/// Fewest and most validators of a run.
const VALIDATORS: std::ops::RangeInclusive<u8> = 4..=100;
/// Most machines of a run: the first validators, those that may join, and twins.
const MACHINES_MAX: usize = 200;

/// Why a scenario cannot run.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ScenarioError {
    /// Too few or too many validators.
    #[error("{got} validators, where 4 to 100 are simulated")]
    Validators {
        /// How many the scenario asks for.
        got: u8,
    },
    /// Too many machines.
    #[error("{got} machines, where at most {MACHINES_MAX} are simulated")]
    Machines {
        /// How many the scenario asks for.
        got: usize,
    },
    /// An attacker that nobody has written.
    #[error("there is no attacker named '{name}'; there are: {known}")]
    UnknownAttacker {
        /// The name asked for.
        name: String,
        /// The names that there are.
        known: String,
    },
    /// More members break the rules than the protocol tolerates.
    #[error("{got} members of epoch {epoch} are faulty by design, where {max} are tolerated")]
    TooManyFaulty {
        /// The epoch.
        epoch: u64,
        /// Attackers, twins and restored members among its validators.
        got: usize,
        /// f of its validators.
        max: usize,
    },
    /// A machine that does not exist.
    #[error("{node} is named, but there are only {machines} machines")]
    UnknownNode {
        /// The machine named.
        node: NodeId,
        /// How many there are.
        machines: usize,
    },
    /// A change of the validator set that the protocol does not allow.
    #[error("the change at height {height} is not allowed: {reason}")]
    Change {
        /// Its height.
        height: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// A defect that nobody has written, or none can be planted in this build.
    #[error("the defect '{name}' is unknown or cannot be planted in this build")]
    UnknownBug {
        /// The name asked for.
        name: String,
    },
    /// A scenario that makes no sense in another way.
    #[error("the scenario cannot run: {reason}")]
    Senseless {
        /// Why.
        reason: String,
    },
}

impl Scenario {
    /// Checks what can be checked before any key is made.
    pub(crate) fn check(&self) -> Result<(), ScenarioError> {
        if !VALIDATORS.contains(&self.validators) {
            let got = self.validators;
            return Err(ScenarioError::Validators { got });
        }
        let machines = self.machines();
        if machines > MACHINES_MAX {
            return Err(ScenarioError::Machines { got: machines });
        }
        self.check_attackers()?;
        let named = self.faults.iter().flat_map(Fault::names);
        let named = named.chain(self.attackers.iter().map(|attack| attack.node));
        for node in named.chain(self.twins.iter().copied()) {
            if node.place() >= machines {
                return Err(ScenarioError::UnknownNode { node, machines });
            }
        }
        self.check_sense()
    }

    fn check_attackers(&self) -> Result<(), ScenarioError> {
        let unknown = |name: &&str| !ATTACKERS.contains(name);
        let mut names = self.attackers.iter().map(|attack| attack.name.as_str());
        match names.find(unknown) {
            None => Ok(()),
            Some(name) => Err(ScenarioError::UnknownAttacker {
                name: name.to_owned(),
                known: ATTACKERS.join(", "),
            }),
        }
    }

    fn check_sense(&self) -> Result<(), ScenarioError> {
        let senseless = |reason: &str| {
            let reason = reason.to_owned();
            Err(ScenarioError::Senseless { reason })
        };
        if self.delta_ms == 0 {
            return senseless("all deadlines would be zero");
        }
        let heights = self.changes.iter().map(|change| change.height);
        if !heights.clone().zip(heights.skip(1)).all(|(a, b)| a < b) {
            return senseless("the changes of the validator set are not in the order of heights");
        }
        let late = |fault: &Fault| self.stop.heal_ms.is_some_and(|ms| fault.begins_ms() > ms);
        if self.faults.iter().any(late) {
            return senseless("a fault begins after all faults have ended");
        }
        let unknown = |fault: &Fault| match fault {
            Fault::Silence { kinds, .. } => kinds.iter().any(|k| !KINDS.contains(&k.as_str())),
            _ => false,
        };
        if self.faults.iter().any(unknown) {
            return senseless("messages of an unknown kind are to be lost");
        }
        if self.stop.once_settled && self.stop.heal_ms.is_none() {
            return senseless("nothing settles where nothing heals");
        }
        Ok(())
    }

    /// Checks that no epoch has more members that are faulty by design than it tolerates.
    pub(crate) fn check_members(&self, epochs: &Epochs) -> Result<(), ScenarioError> {
        let faulty = self.faulty();
        for epoch in 0..=self.changes.len() as u64 {
            let Some(committee) = epochs.committee(Epoch::new(epoch)) else {
                continue;
            };
            let members = committee.validators.iter().map(|(index, _)| index);
            let owners = members.filter_map(|index| epochs.machine(Epoch::new(epoch), index));
            let got = owners.filter(|owner| faulty.contains(owner)).count();
            let max = (committee.validators.len() - 1) / 3;
            if got > max && !self.beyond_tolerance {
                return Err(ScenarioError::TooManyFaulty { epoch, got, max });
            }
        }
        Ok(())
    }

    /// Attackers, twins, and those whose disk or execution goes wrong.
    pub(crate) fn faulty(&self) -> BTreeSet<NodeId> {
        let restored = self.faults.iter().filter_map(|fault| match fault {
            Fault::Restore { node, .. } | Fault::BadExecution { node, .. } => Some(*node),
            _ => None,
        });
        let attackers = self.attackers.iter().map(|attack| attack.node);
        attackers.chain(self.twins.iter().copied()).chain(restored).collect()
    }
}
