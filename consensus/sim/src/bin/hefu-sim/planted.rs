//! `hefu-sim planted`: plants each known defect and sees that an oracle finds it.

use crate::{floors, print};
use hefu_sim::planted::{Row, SEEDS, TABLE};
use std::sync::Mutex;
use std::thread;
use std::time::Instant;

/// Hunts every defect, or the one of a name; false if one escapes.
pub(crate) fn run(only: Option<&str>) -> bool {
    let hunted = |row: &&Row| match only {
        Some(name) => row.name() == name,
        None => !row.families.is_empty(),
    };
    let rows: Vec<_> = TABLE.iter().filter(hunted).collect();
    let queue = Mutex::new(rows.iter());
    let caught = Mutex::new(0);
    let work = || {
        while let Some(row) = next(&queue) {
            if hunt(row)
                && let Ok(mut caught) = caught.lock()
            {
                *caught += 1;
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(work);
        }
    });
    let caught = caught.into_inner().unwrap_or_default();
    print::line(format_args!("{caught} of {} defects caught", rows.len()));
    print::line(format_args!("{} others are left to tests and model", TABLE.len() - rows.len()));
    caught == rows.len() && (only.is_some() || rows.len() >= floors::DEFECTS)
}

fn next<'a>(queue: &Mutex<impl Iterator<Item = &'a &'a Row>>) -> Option<&'a Row> {
    queue.lock().ok()?.next().copied()
}

/// Hunts one defect and tells what came of it.
fn hunt(row: &Row) -> bool {
    let start = Instant::now();
    let caught = row.hunt();
    let took = start.elapsed().as_millis();
    match &caught {
        Some(caught) => print::line(format_args!(
            "{:<24} {:?} seed {} ({took} ms): {}",
            row.name(),
            caught.family,
            caught.seed,
            caught.violation
        )),
        None => print::line(format_args!("{:<24} ESCAPED {SEEDS} seeds ({took} ms)", row.name())),
    }
    caught.is_some()
}
