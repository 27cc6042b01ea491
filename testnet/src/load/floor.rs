//! What the machine takes for the least that a transaction needs to become final, measured while the load
//! is on.
//!
//! Four hops: from the client to a node, from the leader to the others, and two votes back. Four syncs, one
//! after the other: of the proposal, of both votes, of the block. Of the signature checks those that
//! wait for each other: of the transaction where it comes in and where it is validated, of the proposal,
//! of the vote that completes each quorum.

use crate::place::Place;
use crate::sample::Sample;
use anyhow::Result;
use hefu_primitives::{Ed25519, SecretKey, Signer, Verifier};
use std::fs::File;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Hops that wait for each other, two to a round trip.
const ROUND_TRIPS: u32 = 2;
/// Syncs that wait for each other.
const SYNCS: u32 = 4;
/// Checks of the transaction that wait for each other.
const CHECKS: u32 = 2;
/// Checks of votes and proposals that wait for each other.
const VOTES: u32 = 3;

/// The pause between two looks: few, so that they burden nobody.
const PAUSE: Duration = Duration::from_millis(100);

/// The file that is written and synced, where the nodes have theirs.
const FILE: &str = "floor";
const BLOCK: [u8; 4096] = [1; 4096];

/// The three times of each look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Look {
    round_trip: Duration,
    sync: Duration,
    signature: Duration,
}

/// Looks while a load is on.
pub(super) struct Probe {
    stop: Sender<()>,
    looks: JoinHandle<Result<Vec<Look>>>,
}

/// What was seen.
#[derive(Clone, Debug, Default)]
pub(super) struct Floor {
    round_trip: Duration,
    syncs: Sample,
    signature: Duration,
    check: Duration,
}

impl Probe {
    /// Begins to look.
    pub(super) fn begin(place: &Place) -> Self {
        let (stop, stopped) = channel();
        let file = place.root().join(FILE);
        Self { stop, looks: thread::spawn(move || look(file, &stopped)) }
    }

    /// What was seen, where one processor checks a transaction in `check`.
    pub(super) fn end(self, check: Duration) -> Result<Floor> {
        drop(self.stop);
        let looks = self.looks.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        let median =
            |of: fn(&Look) -> Duration| looks.iter().map(of).collect::<Sample>().percentile(50);
        Ok(Floor {
            round_trip: median(|look| look.round_trip),
            syncs: looks.iter().map(|look| look.sync).collect(),
            signature: median(|look| look.signature),
            check,
        })
    }
}

/// Looks until nobody wants to know any more, once at least.
fn look(path: PathBuf, stopped: &Receiver<()>) -> Result<Vec<Look>> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let mut here = TcpStream::connect(listener.local_addr()?)?;
    let (mut there, _) = listener.accept()?;
    here.set_nodelay(true)?;
    there.set_nodelay(true)?;
    let echo = thread::spawn(move || {
        let mut byte = [0];
        while there.read_exact(&mut byte).is_ok() && there.write_all(&byte).is_ok() {}
    });
    let mut file = File::create(&path)?;
    let (key, message) = (SecretKey::from_seed(&[1; 32]), [2; 128]);
    let (public, signature) = (key.public_key(), key.sign(&message));
    let mut looks = Vec::new();
    loop {
        let round_trip = timed(|| here.write_all(&[1]).and_then(|()| here.read_exact(&mut [0])))?;
        let sync = timed(|| file.write_all(&BLOCK).and_then(|()| file.sync_data()))?;
        let check = Instant::now();
        Ed25519.verify(&public, &message, &signature);
        looks.push(Look { round_trip, sync, signature: check.elapsed() });
        if stopped.recv_timeout(PAUSE) != Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
            break;
        }
    }
    drop(here);
    let _ = echo.join();
    std::fs::remove_file(path)?;
    Ok(looks)
}

fn timed(work: impl FnOnce() -> std::io::Result<()>) -> Result<Duration> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed())
}

impl Floor {
    /// The least that a transaction takes.
    fn least(&self) -> Duration {
        self.round_trip * ROUND_TRIPS
            + self.syncs.percentile(50) * SYNCS
            + self.check * CHECKS
            + self.signature * VOTES
    }

    /// How what was measured stands beside it.
    pub(super) fn beside(&self, finals: &Sample) -> String {
        let ms = |span: Duration| span.as_secs_f64() * 1e3;
        let (least, p50, p99) = (self.least(), finals.percentile(50), finals.percentile(99));
        format!(
            "submitted to final p50 {:.1} ms, {:.1} times the {:.2} ms of {} hops ({} µs there and back), \
             {SYNCS} syncs ({} µs; p99 {} µs), {CHECKS} checks of a transaction ({} µs) and {VOTES} of \
             votes ({} µs); p99 {:.1} times p50",
            ms(p50),
            ratio(p50, least),
            ms(least),
            2 * ROUND_TRIPS,
            self.round_trip.as_micros(),
            self.syncs.percentile(50).as_micros(),
            self.syncs.percentile(99).as_micros(),
            self.check.as_micros(),
            self.signature.as_micros(),
            ratio(p99, p50),
        )
    }
}

fn ratio(of: Duration, to: Duration) -> f64 {
    of.as_secs_f64() / to.as_secs_f64().max(f64::MIN_POSITIVE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(list: &[u64]) -> Sample {
        list.iter().copied().map(Duration::from_millis).collect()
    }

    #[test]
    fn the_least_is_the_sum_of_what_waits_for_each_other() {
        let one = Duration::from_millis(1);
        let floor = Floor { round_trip: one, syncs: ms(&[1, 1, 9]), signature: one, check: one };
        assert_eq!(floor.least().as_millis(), u128::from(2 + SYNCS + CHECKS + VOTES));
        let said = floor.beside(&ms(&[22, 22, 22, 22, 44]));
        assert!(
            said.contains("2.0 times the 11.00 ms") && said.contains("p99 2.0 times p50"),
            "{said}"
        );
    }

    #[test]
    fn a_probe_sees_something_and_leaves_nothing_behind() {
        let directory = tempfile::tempdir().unwrap();
        let place = Place::make(&directory.path().join("net")).unwrap();
        let floor = Probe::begin(&place).end(Duration::ZERO).unwrap();
        assert!(floor.round_trip > Duration::ZERO && floor.signature > Duration::ZERO);
        assert_eq!(floor.syncs.count(), 1);
        assert!(!place.root().join(FILE).exists());
    }
}
