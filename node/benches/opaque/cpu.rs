//! Time on a processor, as the system counts it.

use rustix::param::clock_ticks_per_second;
use std::fs;
use std::time::Duration;

/// What a process has used so far.
pub(crate) fn of(pid: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let (_, rest) = stat.rsplit_once(')').unwrap();
    // proc(5) counts from 1 and with the number and the name: utime is 14, stime 15.
    let field = |at: usize| rest.split_whitespace().nth(at).unwrap().parse::<u64>().unwrap();
    Duration::from_millis((field(11) + field(12)) * 1_000 / clock_ticks_per_second())
}
