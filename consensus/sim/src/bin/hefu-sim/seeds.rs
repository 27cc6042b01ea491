//! `hefu-sim seeds`: random scenarios of all sizes, faults and attackers.

use crate::totals::Totals;
use crate::{Search, floors, print, workers};
use hefu_sim::plan;
use std::time::Duration;

/// Runs the search; false if a rule was broken or a count is below its floor.
pub(crate) fn run(search: &Search) -> bool {
    if let Some(seed) = search.seed {
        let scenario = plan::random(seed);
        if let Ok(json) = serde_json::to_string(&scenario) {
            print::line(json);
        }
        return workers::narrate(scenario);
    }
    let (totals, catches, took) = workers::search(plan::random, search.from, search.seconds);
    let enough = print(&totals, took);
    catches.iter().for_each(workers::report);
    catches.is_empty() && enough
}

fn print(totals: &Totals, took: Duration) -> bool {
    let seconds = took.as_secs().max(1);
    let per_second = totals.deliveries / seconds;
    let reached = [
        print::count("seeds", totals.runs, floors::SEEDS_PER_SECOND * seconds),
        print::count("messages delivered", totals.deliveries, 0),
        print::count("messages delivered a second", per_second, floors::DELIVERIES_PER_SECOND),
        print::count("simulated seconds", totals.simulated_ms / 1000, 0),
        print::count("blocks", totals.blocks, floors::BLOCKS_PER_SECOND * seconds),
        print::count("views", totals.views, 0),
        print::count("views nullified", totals.nullified, seconds),
        print::count("crashes", totals.crashes, floors::CRASHES_PER_SECOND * seconds),
        print::count("restarts", totals.restarts, seconds),
        print::count("power cuts", totals.power_cuts, seconds),
        print::count("partitions", totals.partitions, seconds),
        print::count("epochs begun", totals.epochs, floors::EPOCHS_PER_SECOND * seconds),
        print::count("contradictions reported", totals.evidence, seconds),
        print::count("runs with real signatures", totals.real_signatures, 1),
        print::count(
            "views until the first block after healing, at most",
            totals.recovery_views_max,
            0,
        ),
        print::count("milliseconds until then, at most", totals.recovery_ms_max, 0),
    ];
    totals.print_mix();
    reached.into_iter().all(|reached| reached)
}
