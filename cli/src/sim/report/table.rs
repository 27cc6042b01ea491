//! The report as lines for a person.

use super::{Brief, Broken, Latency, Report};
use crate::sim::words::{decimal, seconds};
use hefu_sim::Cause;
use std::fmt::{self, Display};

/// Where values begin.
const INDENT: usize = 22;

impl Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.headline(f)?;
        self.chain(f)?;
        self.traffic(f)?;
        self.troubles(f)?;
        self.again(f)?;
        let Some(broken) = self.violations.first() else {
            return Ok(());
        };
        violation(f, broken)?;
        match &self.shortest {
            Some(brief) => shortest(f, brief),
            None => course(f, broken),
        }
    }
}

impl Report {
    fn headline(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = match (self.ended, self.views_wanted) {
            ("violation", _) => "stopped at a violation: ".to_owned(),
            ("stopped", _) => "stopped: ".to_owned(),
            ("interrupted", _) => "interrupted: ".to_owned(),
            ("time", Some(wanted)) => format!("{wanted} views did not come in time: "),
            _ => String::new(),
        };
        writeln!(
            f,
            "{why}{} blocks in {} views and {} of simulated time, violations: {}",
            self.blocks,
            self.views,
            seconds(self.time_ms),
            self.violations.len()
        )
    }

    fn chain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let transactions = format!("{}, {} blocks empty", self.transactions, self.empty_blocks);
        pair(f, "transactions", transactions)?;
        pair(f, "views per block", decimal(self.views_per_block, 2))?;
        pair(f, "finality", &self.finality)?;
        pair(f, "block interval", &self.interval)?;
        pair(f, "nullified views", self.nullified())
    }

    fn nullified(&self) -> String {
        let all: u64 = self.nullified.values().sum();
        let causes = self.nullified.iter().filter(|(_, count)| **count > 0);
        let causes: Vec<String> =
            causes.map(|(cause, count)| format!("{count} {}", words(*cause))).collect();
        match all {
            0 => "0".to_owned(),
            _ => format!("{all}: {}", causes.join(", ")),
        }
    }

    fn traffic(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        pair(
            f,
            "messages per block",
            format!("{}, {}", decimal(self.messages_per_block, 1), bytes(self.bytes_per_block)),
        )?;
        for (name, kind) in &self.messages {
            let name = format!("  {name}");
            let (count, bytes) = (decimal(kind.count_per_block, 1), bytes(kind.bytes_per_block));
            writeln!(f, "  {name:<INDENT$}{count:>8} {bytes:>12}")?;
        }
        pair(f, "lost on the way", self.lost)
    }

    fn troubles(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, count) in [
            ("evidence", self.evidence),
            ("partitions", self.partitions),
            ("crashes", self.crashes),
            ("power cuts", self.power_cuts),
            ("restarts", self.restarts),
            ("epochs begun", self.epochs),
            ("halts", self.halts),
        ] {
            pair(f, name, count)?;
        }
        Ok(())
    }

    fn again(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        pair(f, "seed", self.seed)?;
        let verdict = match self.same_course {
            Some(true) => " (the same course as recorded)",
            _ => "",
        };
        pair(f, "trace hash", format!("{}{verdict}", self.hash))?;
        if let Some(file) = &self.trace {
            pair(f, "trace file", file.display())?;
        }
        pair(f, "run it again", &self.command)
    }
}

impl Display for Latency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(delays) = self.message_delays else {
            return f.write_str("–");
        };
        let Self { mean_ms, min_ms, max_ms, .. } = self;
        write!(f, "{mean_ms} ms = {delays} message delays ({min_ms} to {max_ms} ms)")
    }
}

fn violation(f: &mut fmt::Formatter<'_>, broken: &Broken) -> fmt::Result {
    let node = broken.node.map_or_else(String::new, |node| format!(", node {node}"));
    let (rule, oracle, time) = (broken.rule, broken.oracle, seconds(broken.at_ms));
    writeln!(f, "\nVIOLATION of R{rule} ({oracle}{node}) at {time}: {}", broken.sentence)
}

fn shortest(f: &mut fmt::Formatter<'_>, brief: &Brief) -> fmt::Result {
    let attackers =
        brief.byzantine.iter().map(|attack| format!("{} ({})", attack.node, attack.name));
    let attackers: Vec<String> = attackers.collect();
    writeln!(f, "\nThe shortest run found that breaks the same rule:")?;
    pair(f, "simulated time", seconds(brief.time_ms))?;
    pair(f, "validators", brief.validators)?;
    pair(f, "Byzantine", if attackers.is_empty() { "0".to_owned() } else { attackers.join(", ") })?;
    pair(f, "faults", brief.faults)?;
    brief.violation.iter().try_for_each(|broken| course(f, broken))?;
    match (&brief.trace, &brief.command) {
        (Some(file), Some(command)) => {
            writeln!(f, "\nIt is in {}. To see it again:\n  {command}", file.display())
        }
        _ => Ok(()),
    }
}

/// What led to a violation.
fn course(f: &mut fmt::Formatter<'_>, broken: &Broken) -> fmt::Result {
    writeln!(f, "\nHow it came to that:")?;
    broken.before.iter().try_for_each(|line| writeln!(f, "{line}"))?;
    writeln!(f, "{:>10}  {}", seconds(broken.at_ms), broken.sentence)
}

fn pair(f: &mut fmt::Formatter<'_>, name: &str, value: impl Display) -> fmt::Result {
    writeln!(f, "  {name:<INDENT$}{value}")
}

fn bytes(value: Option<f64>) -> String {
    match value {
        None => "–".to_owned(),
        Some(bytes) if bytes < 10_000.0 => format!("{bytes:.0} bytes"),
        Some(bytes) if bytes < 1e6 => format!("{:.1} kB", bytes / 1e3),
        Some(bytes) => format!("{:.1} MB", bytes / 1e6),
    }
}

fn words(cause: Cause) -> &'static str {
    match cause {
        Cause::LeaderDown => "leader down",
        Cause::LeaderFaulty => "leader Byzantine",
        Cause::Partition => "network cut",
        Cause::Late => "messages late or lost",
    }
}
