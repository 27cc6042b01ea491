//! What the system says of this process. Linux only: elsewhere nothing is known.

use std::fs;
use std::time::Duration;

/// Ticks of the clock in which Linux tells processor time, whatever its own clock.
const TICKS_PER_SECOND: u64 = 100;

/// What the system says of this process.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Process {
    pub(super) memory_bytes: u64,
    pub(super) cpu: Duration,
    pub(super) files: u64,
}

impl Process {
    /// What it says now; zeros for what it does not say.
    pub(super) fn look() -> Self {
        let read = |name| fs::read_to_string(format!("/proc/self/{name}")).unwrap_or_default();
        let files = fs::read_dir("/proc/self/fd").map(Iterator::count).unwrap_or_default();
        Self {
            memory_bytes: memory_bytes(&read("status")).unwrap_or_default(),
            cpu: cpu(&read("stat")).unwrap_or_default(),
            files: u64::try_from(files).unwrap_or_default(),
        }
    }
}

fn memory_bytes(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    kib.checked_mul(1_024)
}

/// Fields 14 and 15 of `stat`. The second field is a name in brackets, which may hold anything.
fn cpu(stat: &str) -> Option<Duration> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11).map(str::parse::<u64>);
    let (user, system) = (fields.next()?.ok()?, fields.next()?.ok()?);
    let ticks = user.checked_add(system)?;
    Some(Duration::from_millis(ticks.checked_mul(1_000 / TICKS_PER_SECOND)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linux_is_understood() {
        let stat = "12 (a) b) S 1 2 3 4 5 6 7 8 9 10 250 150 0 0 20 0 9 0 99";
        assert_eq!(cpu(stat), Some(Duration::from_secs(4)));
        let status = "Name:\thefu\nVmRSS:\t    2048 kB\nThreads:\t3\n";
        assert_eq!(memory_bytes(status), Some(2 * 1_024 * 1_024));
        assert_eq!((cpu("nothing"), memory_bytes("nothing")), (None, None));
    }
}
