//! Makes a scenario that breaks a rule smaller, as long as it still breaks the same rule.

use crate::scenario::{Delay, Fault, Load, NodeId, Scenario};
use crate::world::World;

/// The rule that a scenario breaks first, if it breaks one.
pub fn broken_rule(scenario: &Scenario) -> Option<u8> {
    let mut world = World::new(scenario.clone()).ok()?;
    let mut time_ms = 0;
    // Stops soon after the first violation: what follows is of no interest.
    while world.violations().is_empty() {
        time_ms += 500;
        if !world.run_until(time_ms) {
            break;
        }
    }
    world.violations().first().map(|violation| violation.rule)
}

/// A smaller scenario that breaks the same rule, found in at most `runs_max` runs; the scenario
/// itself if it breaks none.
pub fn shrink(scenario: &Scenario, runs_max: usize) -> Scenario {
    let Some(rule) = broken_rule(scenario) else {
        return scenario.clone();
    };
    let (mut smallest, mut runs) = (scenario.clone(), 0);
    loop {
        let mut candidates = candidates(&smallest).into_iter();
        let smaller = candidates.find(|candidate| {
            runs += 1;
            runs <= runs_max && broken_rule(candidate) == Some(rule)
        });
        match smaller {
            Some(smaller) => smallest = smaller,
            None => return smallest,
        }
    }
}

/// Smaller scenarios, the most smaller ones first.
fn candidates(scenario: &Scenario) -> Vec<Scenario> {
    let mut all = fewer_validators(scenario);
    all.extend(without_one(scenario));
    all.extend(shorter(scenario));
    all.extend(simpler(scenario));
    all
}

fn with(scenario: &Scenario, change: impl FnOnce(&mut Scenario)) -> Scenario {
    let mut changed = scenario.clone();
    change(&mut changed);
    changed
}

/// Fewer validators. Machines that are gone take what names them with them.
fn fewer_validators(scenario: &Scenario) -> Vec<Scenario> {
    let plain = scenario.joiners == 0 && scenario.twins.is_empty() && scenario.changes.is_empty();
    let sizes = [4, 5, 6, 7, 10, 16];
    let smaller = sizes.into_iter().filter(|size| plain && *size < scenario.validators);
    let reduced = |size| {
        with(scenario, |s| {
            let gone = |node: &NodeId| node.0 >= size;
            s.validators = size;
            s.attackers.retain(|attack| !gone(&attack.node));
            for fault in &mut s.faults {
                if let Fault::Partition { groups, .. } = fault {
                    for group in groups {
                        group.retain(|node| !gone(node));
                    }
                }
            }
            s.faults.retain(|fault| !fault.names().iter().any(gone));
        })
    };
    smaller.map(reduced).collect()
}

/// One fault, attacker, twin or change less.
fn without_one(scenario: &Scenario) -> Vec<Scenario> {
    let mut all = Vec::new();
    for at in 0..scenario.faults.len() {
        all.push(with(scenario, |s| _ = s.faults.remove(at)));
    }
    for at in 0..scenario.attackers.len() {
        all.push(with(scenario, |s| _ = s.attackers.remove(at)));
    }
    for at in 0..scenario.twins.len() {
        all.push(with(scenario, |s| _ = s.twins.remove(at)));
    }
    for at in 0..scenario.changes.len() {
        all.push(with(scenario, |s| _ = s.changes.remove(at)));
    }
    all
}

/// Less time, fewer views with partitions of their own.
fn shorter(scenario: &Scenario) -> Vec<Scenario> {
    let mut all = Vec::new();
    let stop = scenario.stop;
    if stop.heal_ms.is_none() && stop.at_ms > 1_000 {
        all.push(with(scenario, |s| s.stop.at_ms = stop.at_ms / 2));
        all.push(with(scenario, |s| s.stop.at_ms = stop.at_ms * 4 / 5));
    }
    for (at, fault) in scenario.faults.iter().enumerate() {
        if let Fault::ViewPartitions { views, .. } = fault
            && views.len() > 1
        {
            all.push(with(scenario, |s| {
                if let Some(Fault::ViewPartitions { views, .. }) = s.faults.get_mut(at) {
                    views.pop();
                }
            }));
        }
    }
    all
}

/// A simpler network, disk and load.
fn simpler(scenario: &Scenario) -> Vec<Scenario> {
    let network = scenario.network;
    let constant = network.delay.most_ms();
    let mut all = vec![
        with(scenario, |s| s.network.delay = Delay::Constant(constant)),
        with(scenario, |s| s.network.duplicate_permille = 0),
        with(scenario, |s| s.network.notice_ms = None),
        with(scenario, |s| s.sync_ms = 0),
        with(scenario, |s| s.execution_ms = 0),
        with(scenario, |s| s.load = Load::Every(500)),
        with(scenario, |s| s.load = Load::None),
    ];
    all.retain(|simpler| simpler != scenario);
    // Between two loads there is no smaller one; idle counts as the end of the road.
    if scenario.load == Load::None {
        all.retain(|simpler| simpler.load == Load::None);
    }
    all
}
