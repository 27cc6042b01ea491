//! What a process uses, as the system counts it.

use rustix::param::{clock_ticks_per_second, page_size};
use std::fs;
use std::time::Duration;

/// What a process has used so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Usage {
    /// Time on a processor.
    pub(crate) cpu: Duration,
    /// Bytes in memory.
    pub(crate) rss_bytes: u64,
}

impl Usage {
    /// What the process of this number uses, if there is one.
    pub(crate) fn of(pid: u32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        Self::parse(&stat, clock_ticks_per_second(), page_size() as u64)
    }

    /// What `/proc/PID/stat` says. The name stands in brackets and may hold anything.
    fn parse(stat: &str, ticks: u64, page_bytes: u64) -> Option<Self> {
        let (_, rest) = stat.rsplit_once(')')?;
        let field = |at: usize| rest.split_whitespace().nth(at)?.parse::<u64>().ok();
        // proc(5) counts from 1 and with the number and the name: utime 14, stime 15, rss 24.
        let (user, system, pages) = (field(11)?, field(12)?, field(21)?);
        let cpu = Duration::from_millis((user + system) * 1000 / ticks.max(1));
        Some(Self { cpu, rss_bytes: pages * page_bytes })
    }
}

/// Whether the process of this number runs with `word` among its arguments. A number alone may by
/// now be another's.
pub(crate) fn runs_with(pid: u32, word: &str) -> bool {
    let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    line.split(|byte| *byte == 0).any(|argument| argument == word.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process;

    #[test]
    fn times_and_pages_are_found_behind_any_name() {
        let stat =
            "7 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 150 50 0 0 20 0 1 0 99 4096 3 18446744073709551615";
        let usage = Usage::parse(stat, 100, 4096).unwrap();
        assert_eq!(usage, Usage { cpu: Duration::from_secs(2), rss_bytes: 3 * 4096 });
        assert_eq!(Usage::parse("7 (a) S 1", 100, 4096), None);
    }

    #[test]
    fn this_process_uses_something() {
        assert!(Usage::of(process::id()).unwrap().rss_bytes > 0);
        assert_eq!(Usage::of(u32::MAX), None);
    }

    #[test]
    fn a_process_is_known_by_its_arguments() {
        let own = std::env::args().next().unwrap();
        assert!(runs_with(process::id(), &own));
        assert!(!runs_with(process::id(), "another"));
        assert!(!runs_with(u32::MAX, &own));
    }
}
