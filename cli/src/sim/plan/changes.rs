//! Changes of the validator set: joins and leaves by turns, so that the set neither grows nor
//! shrinks by more than one and the share of attackers stays what it was.

use hefu_sim::{NodeId, Scenario, SetChange};

/// How many blocks an epoch has.
const EPOCH_BLOCKS: u64 = 20;

/// Adds `count` changes and the machines that they need.
pub(super) fn add(scenario: &mut Scenario, count: u8) {
    scenario.joiners = count.div_ceil(2);
    scenario.changes = (0..count).map(|change| one(scenario.validators, change)).collect();
}

/// The changes with even numbers let a machine join, those with odd ones a first member leave.
/// The lowest numbers leave first: attackers have the highest.
fn one(validators: u8, change: u8) -> SetChange {
    let turn = change / 2;
    let height = EPOCH_BLOCKS * (u64::from(change) + 1);
    let (joins, leaves) = if change.is_multiple_of(2) {
        (vec![NodeId(validators.saturating_add(turn))], Vec::new())
    } else {
        (Vec::new(), vec![NodeId(turn)])
    };
    SetChange { height, joins, leaves, reincarnates: Vec::new() }
}
