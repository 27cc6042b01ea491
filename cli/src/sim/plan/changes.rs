//! Changes of the validator set: who joins and who leaves keep each other's balance, so that the
//! share of attackers stays what it was.

use hefu_sim::{NodeId, Scenario, SetChange};

/// How many blocks an epoch has.
const EPOCH_BLOCKS: u64 = 20;

/// Adds `count` changes and the machines that they need.
pub(super) fn add(scenario: &mut Scenario, count: u8) {
    let validators = scenario.validators;
    // At most max(1, f) members may change at once (R12).
    let changes: fn(u8, u8) -> SetChange = if scenario.faults_max() < 2 { by_turns } else { swap };
    scenario.changes = (0..count).map(|turn| changes(validators, turn)).collect();
    let joins = scenario.changes.iter().map(|change| change.joins.len()).sum::<usize>();
    scenario.joiners = u8::try_from(joins).unwrap_or(u8::MAX);
}

/// One joins and one leaves.
fn swap(validators: u8, turn: u8) -> SetChange {
    change(turn, vec![newcomer(validators, turn)], vec![NodeId(turn)])
}

/// First one joins, next time one leaves.
fn by_turns(validators: u8, turn: u8) -> SetChange {
    let pair = turn / 2;
    if turn.is_multiple_of(2) {
        change(turn, vec![newcomer(validators, pair)], Vec::new())
    } else {
        change(turn, Vec::new(), vec![NodeId(pair)])
    }
}

fn change(turn: u8, joins: Vec<NodeId>, leaves: Vec<NodeId>) -> SetChange {
    let height = EPOCH_BLOCKS * (u64::from(turn) + 1);
    SetChange { height, joins, leaves, reincarnates: Vec::new() }
}

/// Machines join in the order of their numbers. They leave in that order too: attackers have the
/// highest, and stay longest.
fn newcomer(validators: u8, turn: u8) -> NodeId {
    NodeId(validators.saturating_add(turn))
}
