//! The table, and what must be.

use std::process::ExitCode;

/// What one of them does. Rates are per second.
pub(crate) struct Figures {
    pub(crate) inserts: f64,
    pub(crate) updates: f64,
    pub(crate) proofs: f64,
    pub(crate) proof_bytes: f64,
    /// Bytes per key.
    pub(crate) disk: f64,
}

/// The least factor over `jmt`, and the largest part of its disk.
const UPDATES_MIN: f64 = 3.0;
const PROOFS_MIN: f64 = 3.0;
const DISK_MAX: f64 = 0.65;

fn row(name: &str, ours: f64, jmt: f64) -> f64 {
    let ratio = ours / jmt;
    println!("{name:<22} {ours:>10.0} {jmt:>10.0} {ratio:>8.2}");
    ratio
}

fn must(name: &str, holds: bool, bound: &str) -> bool {
    println!("{}: {name} {bound}", if holds { "pass" } else { "FAIL" });
    holds
}

/// Prints both and their ratios. Fails where a must fails.
pub(crate) fn report(ours: &Figures, jmt: &Figures) -> ExitCode {
    println!("{:<22} {:>10} {:>10} {:>8}", "", "hefu", "jmt", "ratio");
    row("inserts/s", ours.inserts, jmt.inserts);
    let updates = row("updates/s", ours.updates, jmt.updates);
    let proofs = row("proofs with value/s", ours.proofs, jmt.proofs);
    row("bytes of a proof", ours.proof_bytes, jmt.proof_bytes);
    let disk = row("bytes on disk per key", ours.disk, jmt.disk);
    let musts = [
        must("updates", updates >= UPDATES_MIN, "at least 3 times jmt's"),
        must("proofs", proofs >= PROOFS_MIN, "at least 3 times jmt's"),
        must("disk", disk <= DISK_MAX, "at most 0.65 of jmt's"),
    ];
    if musts.contains(&false) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
