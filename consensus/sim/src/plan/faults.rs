//! Faults drawn at random. All of them end by themselves or when the run heals.

use crate::random::Dice;
use crate::scenario::{Delay, Fault, NodeId, Scenario};

/// Any fault.
pub(super) fn any(scenario: &Scenario, dice: &mut Dice, heal_ms: u64) -> Fault {
    match dice.below(12) {
        0 => loss(dice, heal_ms),
        1 => delay(scenario, dice, heal_ms),
        2 => duplication(dice, heal_ms),
        3..=5 => partition(scenario, dice, heal_ms),
        6..=7 => crash(scenario, dice, heal_ms),
        8 => power_cut(dice, heal_ms),
        9 => clock(scenario, dice, heal_ms),
        10 => slow_disk(scenario, dice, heal_ms),
        _ => false_notice(scenario, dice, heal_ms),
    }
}

fn node(scenario: &Scenario, dice: &mut Dice) -> NodeId {
    let machines = u64::from(scenario.validators) + u64::from(scenario.joiners);
    NodeId(u8::try_from(dice.below(machines)).unwrap_or_default())
}

/// A span within the trouble.
fn span(dice: &mut Dice, heal_ms: u64) -> (u64, u64) {
    let from_ms = dice.below(heal_ms);
    let until_ms = dice.between(from_ms, heal_ms);
    (from_ms, until_ms)
}

pub(super) fn loss(dice: &mut Dice, heal_ms: u64) -> Fault {
    let (from_ms, until_ms) = span(dice, heal_ms);
    let permille = if dice.permille(100) { 1000 } else { dice.between(10, 500) };
    Fault::Loss { from_ms, until_ms, permille: u16::try_from(permille).unwrap_or(100) }
}

pub(super) fn delay(scenario: &Scenario, dice: &mut Dice, heal_ms: u64) -> Fault {
    let (from_ms, until_ms) = span(dice, heal_ms);
    let most = scenario.delta_ms * dice.between(1, 15);
    let delay = match dice.below(3) {
        0 => Delay::Constant(most),
        1 => Delay::Uniform { min_ms: 1, max_ms: most },
        _ => Delay::Tailed { min_ms: 1, half_ms: scenario.delta_ms, max_ms: 3 * most },
    };
    Fault::Delay { from_ms, until_ms, delay }
}

fn duplication(dice: &mut Dice, heal_ms: u64) -> Fault {
    let (from_ms, until_ms) = span(dice, heal_ms);
    let permille = u16::try_from(dice.between(50, 900)).unwrap_or(100);
    Fault::Duplication { from_ms, until_ms, permille }
}

/// Two or three parts; some machines may be in none.
fn partition(scenario: &Scenario, dice: &mut Dice, heal_ms: u64) -> Fault {
    let (from_ms, until_ms) = span(dice, heal_ms);
    let machines = scenario.validators + scenario.joiners;
    let parts = dice.between(2, 3);
    let lonely = dice.permille(300);
    let mut groups = vec![Vec::new(); usize::try_from(parts).unwrap_or(2)];
    for number in 0..machines {
        let place = dice.place(groups.len() + usize::from(lonely));
        if let Some(group) = groups.get_mut(place) {
            group.push(NodeId(number));
        }
    }
    Fault::Partition { from_ms, until_ms, groups }
}

pub(super) fn crash(scenario: &Scenario, dice: &mut Dice, heal_ms: u64) -> Fault {
    let (at_ms, until_ms) = span(dice, heal_ms);
    let outputs = if dice.coin() { 0 } else { dice.below(60) };
    let soon = at_ms + dice.between(1, 3_000);
    let restart_ms = match dice.below(3) {
        0 => None,
        1 => Some(soon.min(heal_ms)),
        _ => Some(until_ms),
    };
    let outputs = u32::try_from(outputs).unwrap_or_default();
    Fault::Crash { node: node(scenario, dice), at_ms, outputs, restart_ms }
}

pub(super) fn power_cut(dice: &mut Dice, heal_ms: u64) -> Fault {
    Fault::PowerCut {
        at_ms: dice.below(heal_ms),
        outputs: u32::try_from(dice.below(400)).unwrap_or_default(),
        outage_ms: dice.between(1, 5_000),
    }
}

pub(super) fn restore(scenario: &Scenario, dice: &mut Dice, heal_ms: u64) -> Fault {
    let taken_ms = dice.below(heal_ms / 2);
    let at_ms = dice.between(taken_ms + 1, heal_ms);
    Fault::Restore {
        node: node(scenario, dice),
        taken_ms,
        at_ms,
        restart_ms: at_ms + dice.between(1, 3_000),
    }
}

/// Clocks a little wrong, as clocks are, or far wrong.
fn clock(scenario: &Scenario, dice: &mut Dice, heal_ms: u64) -> Fault {
    let (from_ms, until_ms) = span(dice, heal_ms);
    let most = if dice.coin() { 900 } else { 100_000 };
    let ahead = i64::try_from(dice.below(most)).unwrap_or_default();
    let skew_ms = if dice.coin() { ahead } else { -ahead };
    Fault::Clock { node: node(scenario, dice), from_ms, until_ms, skew_ms }
}

pub(super) fn slow_disk(scenario: &Scenario, dice: &mut Dice, heal_ms: u64) -> Fault {
    let (from_ms, until_ms) = span(dice, heal_ms);
    let sync_ms = scenario.delta_ms * dice.between(1, 10) / 2;
    Fault::SlowDisk { node: node(scenario, dice), from_ms, until_ms, sync_ms }
}

fn false_notice(scenario: &Scenario, dice: &mut Dice, heal_ms: u64) -> Fault {
    let (from_ms, until_ms) = span(dice, heal_ms);
    let (told, about) = (node(scenario, dice), node(scenario, dice));
    Fault::FalseNotice { node: told, about, from_ms, until_ms }
}
