//! What a scenario must fulfil before it can run.

use super::{NodeId, Scenario, SetChange};
use crate::attack::ATTACKERS;
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
