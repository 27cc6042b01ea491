//! Scenarios drawn at random, by family: each family looks for trouble in another corner.

mod faults;

use crate::random::Dice;
use crate::scenario::{
    Attack, Delay, Load, Network, NodeId, Scenario, SetChange, Signatures, Stop,
};
use crate::{ATTACKERS, Fault};
use std::collections::BTreeSet;

/// Where to look for trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// Everything at once: faults, attackers, changes of the validator set.
    Chaos,
    /// Machines stop between any two outputs, alone and together, with slow disks.
    Power,
    /// The validator set changes again and again.
    Epochs,
    /// Nothing goes wrong, and there is little or nothing to do.
    Idle,
    /// Messages take longer than the deadlines allow, for ever.
    Slow,
    /// Attackers, and little else.
    Attack,
    /// Machines come up with older copies of their disks.
    Restored,
    /// Nothing becomes final for a long time, or nothing is proposed.
    Unfinal,
    /// One machine executes differently from all others.
    Diverged,
}

impl Family {
    /// All families.
    pub const ALL: &[Self] = &[
        Self::Chaos,
        Self::Power,
        Self::Epochs,
        Self::Idle,
        Self::Slow,
        Self::Attack,
        Self::Restored,
        Self::Unfinal,
        Self::Diverged,
    ];

    /// The scenario of a seed.
    pub fn scenario(self, seed: u64) -> Scenario {
        let mut dice = Dice::new(seed.rotate_left(17) ^ self as u64);
        let mut scenario = base(seed, &mut dice);
        match self {
            Self::Chaos => chaos(&mut scenario, &mut dice),
            Self::Power => power(&mut scenario, &mut dice),
            Self::Epochs => epochs(&mut scenario, &mut dice),
            Self::Idle => idle(&mut scenario, &mut dice),
            Self::Slow => slow(&mut scenario, &mut dice),
            Self::Attack => attack(&mut scenario, &mut dice),
            Self::Restored => restored(&mut scenario, &mut dice),
            Self::Unfinal => unfinal(&mut scenario, &mut dice),
            Self::Diverged => diverged(&mut scenario, &mut dice),
        }
        scenario
    }
}

/// A scenario from all families, most of them chaotic.
pub fn random(seed: u64) -> Scenario {
    let mut dice = Dice::new(!seed);
    let family = match dice.below(20) {
        0..=7 => Family::Chaos,
        8..=10 => Family::Power,
        11..=13 => Family::Epochs,
        14 => Family::Idle,
        15 => Family::Slow,
        16..=17 => Family::Attack,
        18 => {
            if dice.coin() {
                Family::Unfinal
            } else {
                Family::Diverged
            }
        }
        _ => Family::Restored,
    };
    family.scenario(seed)
}

/// How long a network may take, after healing, before the oracles complain, and a while more.
fn patience_ms(validators: u8) -> u64 {
    let faults_max = u64::from(validators - 1) / 3;
    60_000 + (faults_max + 4) * 20_000
}

fn size(dice: &mut Dice) -> u8 {
    let sizes: &[u8] = match dice.below(100) {
        0..50 => &[4, 4, 5],
        50..85 => &[6, 7, 7, 8],
        85..95 => &[10, 11, 13],
        95..99 => &[16, 22, 31],
        _ => &[49, 64, 100],
    };
    dice.pick(sizes).copied().unwrap_or(4)
}

/// What all families begin with: a healthy network whose messages, writes and executions fit into
/// its Δ.
fn base(seed: u64, dice: &mut Dice) -> Scenario {
    let validators = size(dice);
    let delta_ms = dice.between(60, 400);
    let mut scenario = Scenario {
        delta_ms,
        network: Network {
            delay: healthy_delay(dice, delta_ms),
            loss_permille: 0,
            duplicate_permille: if dice.permille(300) { 100 } else { 0 },
            notice_ms: dice.permille(400).then(|| dice.between(10, 1_000)),
        },
        sync_ms: if dice.coin() { 0 } else { dice.between(1, delta_ms / 10) },
        execution_ms: if dice.coin() { 0 } else { dice.between(1, delta_ms / 10) },
        load: load(dice),
        ..Scenario::calm(validators, seed)
    };
    let real = validators <= 7 && dice.permille(20);
    if real {
        scenario.signatures = Signatures::Ed25519;
    }
    scenario
}

fn healthy_delay(dice: &mut Dice, delta_ms: u64) -> Delay {
    let most = delta_ms / 2;
    match dice.below(3) {
        0 => Delay::Constant(dice.between(1, most)),
        1 => Delay::Uniform { min_ms: 1, max_ms: most },
        _ => Delay::Tailed { min_ms: 1, half_ms: most / 8, max_ms: most },
    }
}

fn load(dice: &mut Dice) -> Load {
    match dice.below(10) {
        0 => Load::None,
        1..=7 => Load::Every(dice.between(20, 1_000)),
        _ => Load::Bursts {
            every_ms: dice.between(500, 9_000),
            size: u32::try_from(dice.between(1, 50)).unwrap_or(1),
        },
    }
}

/// How long the trouble lasts: large networks are dear.
fn trouble_ms(scenario: &Scenario, dice: &mut Dice) -> u64 {
    let most = match scenario.validators {
        0..=8 => 40_000,
        9..=16 => 15_000,
        17..=31 => 6_000,
        _ => 3_000,
    };
    dice.between(most / 8, most)
}

fn heal_at(scenario: &mut Scenario, heal_ms: u64) {
    scenario.stop = Stop {
        heal_ms: Some(heal_ms),
        at_ms: heal_ms + patience_ms(scenario.validators),
        once_settled: true,
    };
}

fn chaos(scenario: &mut Scenario, dice: &mut Dice) {
    let heal_ms = trouble_ms(scenario, dice);
    heal_at(scenario, heal_ms);
    if dice.permille(300) {
        change_members(scenario, dice);
    }
    if dice.permille(600) {
        let most = scenario.faults_max();
        set_attackers(scenario, dice, most);
    }
    for _ in 0..dice.between(1, 7) {
        let fault = faults::any(scenario, dice, heal_ms);
        scenario.faults.push(fault);
    }
    drop_what_cannot_run(scenario);
}

fn power(scenario: &mut Scenario, dice: &mut Dice) {
    let heal_ms = trouble_ms(scenario, dice);
    heal_at(scenario, heal_ms);
    if dice.permille(700) {
        scenario.sync_ms = dice.between(1, scenario.delta_ms / 4);
    }
    for _ in 0..dice.between(1, 8) {
        let fault = match dice.below(4) {
            0 => faults::power_cut(dice, heal_ms),
            1..=2 => faults::crash(scenario, dice, heal_ms),
            _ => faults::slow_disk(scenario, dice, heal_ms),
        };
        scenario.faults.push(fault);
    }
    if dice.permille(300) {
        scenario.faults.push(faults::loss(dice, heal_ms));
    }
}

fn epochs(scenario: &mut Scenario, dice: &mut Dice) {
    let heal_ms = trouble_ms(scenario, dice);
    heal_at(scenario, heal_ms);
    change_members(scenario, dice);
    if dice.coin() {
        let most = scenario.faults_max();
        set_attackers(scenario, dice, most);
    }
    for _ in 0..dice.below(4) {
        let fault = faults::any(scenario, dice, heal_ms);
        scenario.faults.push(fault);
    }
    drop_what_cannot_run(scenario);
}

fn idle(scenario: &mut Scenario, dice: &mut Dice) {
    scenario.network.duplicate_permille = 0;
    scenario.load = match dice.below(3) {
        0 => Load::None,
        1 => Load::Every(dice.between(12_000, 50_000)),
        _ => Load::Bursts { every_ms: dice.between(15_000, 70_000), size: 5 },
    };
    scenario.stop.at_ms = if scenario.validators > 16 { 70_000 } else { 150_000 };
}

fn slow(scenario: &mut Scenario, dice: &mut Dice) {
    scenario.delta_ms = dice.between(10, 100);
    let most = (scenario.delta_ms * dice.between(4, 40)).min(4_000);
    scenario.network.delay = match dice.below(3) {
        0 => Delay::Constant(most),
        1 => Delay::Uniform { min_ms: most / 4, max_ms: most },
        _ => Delay::Tailed { min_ms: 1, half_ms: most / 4, max_ms: most },
    };
    scenario.load = Load::Every(dice.between(100, 1_000));
    scenario.sync_ms = scenario.sync_ms.min(10);
    scenario.execution_ms = scenario.execution_ms.min(10);
    scenario.stop.at_ms = if scenario.validators > 8 { 60_000 } else { 200_000 };
}

fn attack(scenario: &mut Scenario, dice: &mut Dice) {
    let heal_ms = trouble_ms(scenario, dice);
    heal_at(scenario, heal_ms);
    let most = scenario.faults_max();
    set_attackers(scenario, dice, most);
    scenario.load = Load::Every(dice.between(20, 300));
    if dice.coin() {
        scenario.faults.push(faults::loss(dice, heal_ms));
    }
    if dice.permille(300) {
        scenario.faults.push(faults::crash(scenario, dice, heal_ms));
    }
    if dice.permille(300) {
        scenario.faults.push(faults::delay(scenario, dice, heal_ms));
    }
    if dice.permille(200) {
        change_members(scenario, dice);
        drop_what_cannot_run(scenario);
    }
}

fn restored(scenario: &mut Scenario, dice: &mut Dice) {
    let heal_ms = trouble_ms(scenario, dice).max(5_000);
    heal_at(scenario, heal_ms);
    for _ in 0..dice.between(1, scenario.faults_max().max(1) as u64) {
        let fault = faults::restore(scenario, dice, heal_ms);
        scenario.faults.push(fault);
    }
    for _ in 0..dice.below(3) {
        let fault = faults::crash(scenario, dice, heal_ms);
        scenario.faults.push(fault);
    }
    drop_what_cannot_run(scenario);
}

/// Finalize votes are lost, or proposals are; in half of the runs leaders forge blocks as well.
fn unfinal(scenario: &mut Scenario, dice: &mut Dice) {
    let heal_ms = trouble_ms(scenario, dice).max(15_000);
    heal_at(scenario, heal_ms);
    scenario.load = Load::Every(dice.between(20, 100));
    let final_votes = ["finalize", "notarized"].as_slice();
    let kinds = if dice.permille(700) { final_votes } else { ["proposal"].as_slice() };
    let kinds = kinds.iter().map(|kind| (*kind).to_owned()).collect();
    scenario.faults.push(Fault::Silence { from_ms: 1_000, until_ms: heal_ms, kinds });
    if dice.coin() {
        let node = NodeId(u8::try_from(dice.below(scenario.validators.into())).unwrap_or(0));
        scenario.attackers.push(Attack { node, name: "forger".to_owned() });
    }
}

fn diverged(scenario: &mut Scenario, dice: &mut Dice) {
    let heal_ms = trouble_ms(scenario, dice).max(5_000);
    heal_at(scenario, heal_ms);
    scenario.stop.once_settled = false;
    scenario.stop.at_ms = heal_ms + 40_000;
    scenario.load = Load::Every(dice.between(50, 300));
    let node = NodeId(u8::try_from(dice.below(scenario.validators.into())).unwrap_or(0));
    scenario.faults.push(Fault::BadExecution { node, at_ms: dice.below(heal_ms) });
}

/// Up to `most` attackers of any names.
fn set_attackers(scenario: &mut Scenario, dice: &mut Dice, most: usize) {
    let mut nodes: Vec<_> = (0..scenario.validators).map(NodeId).collect();
    dice.shuffle(&mut nodes);
    let count = usize::try_from(dice.between(1, most as u64)).unwrap_or(most);
    // One name for all of them in half of the runs: together they are stronger.
    let together = dice.coin().then(|| dice.pick(ATTACKERS).copied().unwrap_or("silent"));
    for node in nodes.into_iter().take(count) {
        let drawn = dice.pick(ATTACKERS).copied().unwrap_or("silent");
        let name = together.unwrap_or(drawn).to_owned();
        scenario.attackers.push(Attack { node, name });
    }
}

/// Changes of the validator set, each within what one epoch allows.
fn change_members(scenario: &mut Scenario, dice: &mut Dice) {
    scenario.joiners = u8::try_from(dice.between(1, 3)).unwrap_or(1);
    let all = scenario.validators + scenario.joiners;
    let mut members: BTreeSet<u8> = (0..scenario.validators).collect();
    let mut height = 0;
    for _ in 0..dice.between(1, 5) {
        height += dice.between(1, 25);
        let most = ((members.len() - 1) / 3).max(1) as u64;
        let outside: Vec<u8> = (0..all).filter(|n| !members.contains(n)).collect();
        let inside: Vec<u8> = members.iter().copied().collect();
        let mut change = SetChange { height, ..SetChange::default() };
        match dice.below(4) {
            0 => change.joins = some(dice, &outside, most),
            1 if members.len() > 5 => change.leaves = some(dice, &inside, 1),
            2 => {
                change.joins = some(dice, &outside, 1);
                change.leaves = some(dice, &inside, change.joins.len() as u64);
            }
            _ => change.reincarnates = some(dice, &inside, most),
        }
        members.extend(change.joins.iter().map(|node| node.0));
        members.retain(|n| !change.leaves.contains(&NodeId(*n)));
        let empty =
            change.joins.is_empty() && change.leaves.is_empty() && change.reincarnates.is_empty();
        if !empty {
            scenario.changes.push(change);
        }
    }
}

fn some(dice: &mut Dice, among: &[u8], most: u64) -> Vec<NodeId> {
    let mut nodes: Vec<_> = among.iter().copied().map(NodeId).collect();
    dice.shuffle(&mut nodes);
    let count = if most == 0 { 0 } else { dice.between(1, most) };
    nodes.truncate(usize::try_from(count).unwrap_or(1));
    nodes
}

/// Takes away attackers, and then changes, until no epoch has more faulty members than it
/// tolerates.
fn drop_what_cannot_run(scenario: &mut Scenario) {
    while crate::World::check(scenario).is_err() {
        let restores = |fault: &Fault| matches!(fault, Fault::Restore { .. });
        if scenario.attackers.pop().is_some() {
            continue;
        }
        if let Some(at) = scenario.faults.iter().position(restores) {
            scenario.faults.remove(at);
        } else if scenario.changes.pop().is_none() {
            return;
        }
    }
}
