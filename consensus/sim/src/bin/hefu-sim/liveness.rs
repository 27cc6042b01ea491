//! `hefu-sim liveness`: the figures that the protocol promises, each from runs of its own.

use crate::print;
use hefu_sim::{Delay, Fault, Load, NodeId, Scenario, Stop, Summary, World};

const DELAY_MS: u64 = 20;
const DELTA_MS: u64 = 100;
/// What of an engine's memory may come and go with the moment at which one looks.
const FLUTTER: u64 = 8;

/// Measures all of them; false if one is not what it should be.
pub(crate) fn run() -> bool {
    let figures = [pace, messages, dead_leader, long_delays, healing, nullified_views];
    figures.map(|figure| figure()).into_iter().all(|right| right)
}

/// One line: what it is, what it should be, and what it was.
fn figure(name: &str, promised: &str, measured: &str, right: bool) -> bool {
    let verdict = if right { "" } else { ": BROKEN" };
    print::line(format_args!("{name}: {promised}; measured {measured}{verdict}"));
    right
}

/// Validators that always have something to propose, for two seconds.
fn busy(validators: u8) -> Scenario {
    let size = u32::from(validators) / 2;
    let stop = Stop { heal_ms: None, at_ms: 2_000, once_settled: false };
    let load = Load::Bursts { every_ms: 1, size };
    Scenario { delta_ms: DELTA_MS, load, stop, ..Scenario::calm(validators, 1) }
}

/// Runs a scenario, in which no rule may be broken.
fn summary(scenario: Scenario) -> Option<Summary> {
    let mut world = World::new(scenario).ok()?;
    world.run();
    world.violations().iter().for_each(print::line);
    world.violations().is_empty().then(|| world.summary())
}

/// The same question of several sizes, and whether all answers are right.
fn for_sizes(sizes: &[u8], answer: impl Fn(u8) -> Option<bool>) -> bool {
    let answers: Vec<_> = sizes.iter().map(|n| answer(*n).unwrap_or(false)).collect();
    answers.into_iter().all(|right| right)
}

/// In the good case a block takes two message delays, and three to be final.
fn pace() -> bool {
    for_sizes(&[4, 6, 7, 31, 100], |n| {
        let Summary { blocks, interval_ms, finality_ms, .. } = summary(busy(n))?;
        let right = blocks > 30
            && (interval_ms.min, interval_ms.max) == (2 * DELAY_MS, 2 * DELAY_MS)
            && (finality_ms.min, finality_ms.max) == (3 * DELAY_MS, 3 * DELAY_MS);
        let measured = format!(
            "{} and {} at most, over {blocks} blocks",
            in_delays(interval_ms.max),
            in_delays(finality_ms.max),
        );
        let promised = "a block every 2 message delays, final after 3";
        Some(figure(&format!("pace, n = {n}"), promised, &measured, right))
    })
}

#[expect(clippy::cast_precision_loss, reason = "a figure with two digits")]
fn in_delays(ms: u64) -> String {
    format!("{:.2}", ms as f64 / DELAY_MS as f64)
}

/// A block costs each validator at most three messages to each other one, and the leader one more.
fn messages() -> bool {
    for_sizes(&[4, 7, 31, 100], |n| {
        let mut world = World::new(busy(n)).ok()?;
        world.run_until(1_000);
        let (sent_before, blocks_before) = agreement_of(&world.summary());
        world.run();
        let (sent, blocks) = agreement_of(&world.summary());
        let shares = (blocks - blocks_before) * u64::from(n);
        let each = (sent - sent_before).div_ceil(shares.max(1));
        let most = 3 * u64::from(n) + 2;
        let promised = format!("at most 3n + 2 = {most} messages a block and validator");
        let measured = format!("{each}, over {} blocks", blocks - blocks_before);
        Some(figure(&format!("messages, n = {n}"), &promised, &measured, each <= most))
    })
}

/// The messages of agreement sent so far, and the blocks that they have made final.
fn agreement_of(summary: &Summary) -> (u64, u64) {
    let of_agreement = |kind: &str| !matches!(kind, "status" | "transactions");
    let kinds = summary.messages.iter().filter(|(kind, _)| of_agreement(kind));
    (kinds.map(|(_, traffic)| traffic.count).sum(), summary.blocks)
}

/// A leader that is down costs its deadline, and the delay of the votes that end its view.
fn dead_leader() -> bool {
    for_sizes(&[4, 7, 31], |n| {
        let crash = Fault::Crash { node: NodeId(1), at_ms: 300, outputs: 0, restart_ms: None };
        let Summary { blocks, interval_ms, .. } = summary(busy(n).with_fault(crash))?;
        let lost_ms = interval_ms.max.saturating_sub(2 * DELAY_MS);
        let most_ms = 2 * DELTA_MS + DELAY_MS;
        let promised = format!("one deadline of {} ms and the votes' delay", 2 * DELTA_MS);
        let measured = format!("{lost_ms} ms, over {blocks} blocks");
        let right = blocks > 5 && lost_ms > DELAY_MS && lost_ms <= most_ms;
        Some(figure(&format!("dead leader, n = {n}"), &promised, &measured, right))
    })
}

/// Delays longer than all deadlines end in finality, because the deadlines grow.
fn long_delays() -> bool {
    for_sizes(&[4, 7], |n| {
        let mut scenario = Scenario::calm(n, 1);
        scenario.network.delay = Delay::Constant(20 * DELTA_MS);
        scenario.stop.at_ms = 600_000;
        let Summary { blocks, views, .. } = summary(scenario)?;
        let measured = format!("{blocks} blocks in {views} views");
        let promised = "blocks although a message takes 20 Δ";
        Some(figure(&format!("long delays, n = {n}"), promised, &measured, blocks > 10))
    })
}

/// Halves that hear nothing of each other, one of them losing messages besides, and one validator
/// less than may fail down for good.
fn torn(n: u8, seed: u64) -> Scenario {
    let half = |from, to| (from..to).map(NodeId).collect::<Vec<_>>();
    let (from_ms, heal_ms) = (1_000, 5_000 + 1_000 * (seed % 20));
    let groups = vec![half(0, n / 2), half(n / 2, n)];
    let loss = Fault::Loss { from_ms, until_ms: heal_ms, permille: 200 };
    let mut scenario = Scenario::calm(n, seed)
        .with_fault(Fault::Partition { from_ms, until_ms: heal_ms, groups })
        .with_fault(loss);
    for node in 0..u8::try_from(scenario.faults_max()).unwrap_or_default() {
        scenario = scenario.with_attacker(node, "silent");
    }
    scenario.stop = Stop { heal_ms: Some(heal_ms), at_ms: heal_ms + 200_000, once_settled: true };
    scenario
}

/// After the network heals, a block is final within f + 2 views, f silent leaders among them.
fn healing() -> bool {
    for_sizes(&[4, 6, 7, 10, 31], |n| {
        let runs = if n > 20 { 10 } else { 40 };
        let most = torn(n, 0).faults_max() as u64 + 2;
        let mut worst = 0;
        for seed in 0..runs {
            worst = worst.max(summary(torn(n, seed))?.recovery_views?);
        }
        let promised = format!("a block within f + 2 = {most} views");
        let measured = format!("{worst} at most, over {runs} runs");
        Some(figure(&format!("healing, n = {n}"), &promised, &measured, worst <= most))
    })
}

/// Ten thousand views that end without a block, everybody up, leave memory as it was, and the
/// network goes on when messages are fast again.
fn nullified_views() -> bool {
    let wanted = 10_000;
    let heal_ms = 390_000_000;
    let mut scenario = Scenario::calm(4, 1).with_fault(Fault::Delay {
        from_ms: 1_000,
        until_ms: heal_ms,
        delay: Delay::Constant(25_000),
    });
    scenario.load = Load::Every(60_000);
    scenario.stop = Stop { heal_ms: Some(heal_ms), at_ms: heal_ms + 200_000, once_settled: true };
    let Ok(mut world) = World::new(scenario) else { return false };
    world.run_until(4_000_000);
    let (early, height) = (world.summary(), world.summary().blocks);
    world.run_until(heal_ms);
    let late = world.summary();
    world.run();
    world.violations().iter().for_each(print::line);
    let nullified: u64 = late.nullified.values().sum();
    let right = world.violations().is_empty()
        && nullified >= wanted
        && late.blocks == height
        && late.footprint_max <= early.footprint_max + FLUTTER
        && world.summary().blocks > height;
    let measured = format!(
        "{nullified} views, {} things kept after {} of them and {} in the end, {} blocks after",
        early.footprint_max,
        early.nullified.values().sum::<u64>(),
        late.footprint_max,
        world.summary().blocks.saturating_sub(height),
    );
    let promised = format!("{wanted} leave memory flat and the network able to go on");
    figure("nullified views", &promised, &measured, right)
}
