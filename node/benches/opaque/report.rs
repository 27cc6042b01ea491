//! The figures, each beside what it should be.

use crate::floors::Floors;
use crate::generator::{Measured, percentile};
use std::fmt;
use std::time::Duration;

/// What was measured.
pub(crate) struct Report {
    pub(crate) floors: Floors,
    pub(crate) full: Measured,
    pub(crate) half: Measured,
    pub(crate) aim: Measured,
    pub(crate) minimal: Measured,
}

fn ms(span: Duration) -> String {
    format!("{:.1} ms", span.as_secs_f64() * 1e3)
}

fn micros(span: Duration) -> String {
    format!("{:.1} µs", span.as_secs_f64() * 1e6)
}

fn share(span: Duration, took: Duration) -> String {
    format!("{:.0} % of a core", 100.0 * span.as_secs_f64() / took.as_secs_f64())
}

impl Report {
    fn rows(&self) -> Vec<Row> {
        let Self { full, half, aim, .. } = self;
        let head = row("", "measured".to_owned(), "aim");
        let full = [
            row("payloads of 512 bytes a second", rate(full), "40000 or more"),
            row("CPU of four validators a payload", micros(full.cpu_each()), "47 µs or less"),
            row("CPU of whoever sends them", share(full.own, full.took), ""),
        ];
        let lists = [
            vec![head],
            full.into(),
            paced("at half that rate: payloads a second", half),
            paced("at half of the aim: payloads a second", aim),
            self.minimal(),
            self.floors(),
        ];
        lists.into_iter().flatten().collect()
    }

    fn minimal(&self) -> Vec<Row> {
        let minimal = &self.minimal;
        let finality = |percent| ms(percentile(&minimal.finality, percent));
        vec![
            row("minimal blocks a second", rate(minimal), "165 or more"),
            row("CPU of four validators a block", ms(minimal.cpu_each()), "8 ms or less"),
            row("made to final, p50", finality(50), "7 ms or less"),
            row("made to final, p99", finality(99), ""),
            row("CPU of whoever sends them", share(minimal.own, minimal.took), ""),
        ]
    }

    fn floors(&self) -> Vec<Row> {
        let floors = &self.floors;
        vec![
            row("floor: loopback, there and back", micros(floors.round_trip), ""),
            row("floor: 4 KB written and synced", micros(floors.sync), ""),
            row("floor: check of a signature", micros(floors.signature), ""),
        ]
    }
}

/// What is shown, what was measured, what is aimed at.
type Row = [String; 3];

fn row(what: &str, got: String, aim: &str) -> Row {
    [what.to_owned(), got, aim.to_owned()]
}

/// A load at a fixed rate.
fn paced(what: &str, load: &Measured) -> Vec<Row> {
    let late = |percent| ms(percentile(&load.latencies, percent));
    vec![
        row(what, rate(load), ""),
        row("sent to final, p50", late(50), ""),
        row("sent to final, p99", late(99), "250 ms or less"),
        row("CPU of four validators a payload", micros(load.cpu_each()), ""),
        row("CPU of whoever sends them", share(load.own, load.took), ""),
    ]
}

fn rate(measured: &Measured) -> String {
    format!("{:.0}", measured.per_second())
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for [what, got, aim] in self.rows() {
            writeln!(f, "{what:<38} {got:>18}   {aim}")?;
        }
        Ok(())
    }
}
