//! `hefu-sim twins`: generated schedules of duplicated validators and partitions.

use crate::{Search, floors, print, workers};
use hefu_sim::twins;

/// Runs the search; false if a rule was broken or a count is below its floor.
pub(crate) fn run(search: &Search) -> bool {
    if let Some(seed) = search.seed {
        return workers::narrate(twins::schedule(seed));
    }
    let (totals, catches, took) = workers::search(twins::schedule, search.from, search.seconds);
    let seconds = took.as_secs().max(1);
    let reached = [
        print::count("schedules", totals.runs, floors::TWINS_PER_SECOND * seconds),
        print::count("messages delivered", totals.deliveries, 0),
        print::count("blocks", totals.blocks, seconds),
        print::count("views", totals.views, 0),
        print::count("views nullified", totals.nullified, seconds),
        print::count("contradictions reported", totals.evidence, seconds),
        print::count(
            "views until the first block after healing, at most",
            totals.recovery_views_max,
            0,
        ),
    ];
    totals.print_mix();
    catches.iter().for_each(workers::report);
    catches.is_empty() && reached.into_iter().all(|reached| reached)
}
