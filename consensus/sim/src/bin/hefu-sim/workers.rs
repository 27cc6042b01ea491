//! Two workers run independent seeds until the time is over or a rule is seen broken.

use crate::print;
use crate::totals::Totals;
use hefu_sim::{Scenario, Trace, World, shrink};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const WORKERS: usize = 2;
/// Runs spent on making a scenario smaller.
const SHRINKING_RUNS: usize = 400;

/// A scenario in which a rule was seen broken.
pub(crate) struct Catch {
    pub(crate) seed: u64,
    pub(crate) scenario: Scenario,
}

/// Runs the scenarios of the seeds from `from` on for as long as told; gives the counts and the
/// first scenarios, at most one a worker, in which a rule was broken.
pub(crate) fn search(
    scenario_of: fn(u64) -> Scenario,
    from: u64,
    seconds: u64,
) -> (Totals, Vec<Catch>, Duration) {
    let (next, stop) = (AtomicU64::new(from), AtomicBool::new(false));
    let start = Instant::now();
    let end = start + Duration::from_secs(seconds);
    let work = || {
        let (mut totals, mut catch) = (Totals::default(), None);
        while Instant::now() < end && !stop.load(Ordering::Relaxed) {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            let scenario = scenario_of(seed);
            if !run_one(&scenario, &mut totals) {
                stop.store(true, Ordering::Relaxed);
                catch = Some(Catch { seed, scenario });
            }
        }
        (totals, catch)
    };
    let (mut totals, mut catches) = (Totals::default(), Vec::new());
    thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            if let Ok((counts, catch)) = worker.join() {
                totals.merge(&counts);
                catches.extend(catch);
            } else {
                print::line("a worker stopped by a panic");
            }
        }
    });
    (totals, catches, start.elapsed())
}

/// Runs a scenario; false if a rule was broken.
fn run_one(scenario: &Scenario, totals: &mut Totals) -> bool {
    match World::new(scenario.clone()) {
        Ok(mut world) => {
            world.run();
            totals.add(scenario, &world.summary());
            world.violations().is_empty()
        }
        Err(error) => {
            print::line(format_args!("seed {}: {error}", scenario.seed));
            false
        }
    }
}

/// Makes a scenario smaller, writes it to a file and tells about it.
pub(crate) fn report(catch: &Catch) {
    print::line(format_args!("seed {} breaks a rule; making it smaller …", catch.seed));
    let smallest = shrink(&catch.scenario, SHRINKING_RUNS);
    let Ok(mut world) = World::new(smallest) else {
        return;
    };
    world.run();
    for violation in world.violations().iter().take(3) {
        print::line(violation);
    }
    if let Some(first) = world.violations().first() {
        for event in &first.before {
            print::line(format_args!("  {event}"));
        }
    }
    save(catch.seed, &world.trace());
}

fn save(seed: u64, trace: &Trace) {
    let file: PathBuf = std::env::temp_dir().join(format!("hefu-sim-{seed}.json"));
    match trace.save(&file) {
        Ok(()) => print::line(format_args!("repeat it with: hefu-sim replay {}", file.display())),
        Err(error) => print::line(format_args!("it could not be saved: {error}")),
    }
}

/// Runs one scenario and tells all that happens; false if a rule was broken.
pub(crate) fn narrate(scenario: Scenario) -> bool {
    let mut world = match World::new(scenario) {
        Ok(world) => world,
        Err(error) => {
            print::line(error);
            return false;
        }
    };
    let mut time_ms = 0;
    loop {
        time_ms += 100;
        let goes_on = world.run_until(time_ms);
        world.events().iter().for_each(print::line);
        if !goes_on {
            break;
        }
    }
    print::line(format_args!("{:#?}", world.summary()));
    print::line(format_args!("hash {}", world.hash()));
    world.violations().iter().for_each(print::line);
    world.violations().is_empty()
}
