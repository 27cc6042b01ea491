//! What takes time on a processor, told apart by parts.
//!
//! Each thread has a clock that runs only while the thread does. It is read before and after a piece of
//! work, or around each turn of a task, and the difference is added to what the part has spent. Pieces do
//! not nest. What nobody counts is found by taking the sum from the time of the process.

use rustix::time::{ClockId, clock_gettime};
use std::fs;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

/// A part whose time is told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Transactions: keys, signatures, and whether those who sign may act.
    Transactions,
    /// Votes, proposals and certificates: their signatures.
    Votes,
    /// What transactions do to the state.
    Execution,
    /// The state tree and its roots.
    Tree,
    /// Blocks written to the store, with what the store does by itself, and the acts log.
    Storage,
    /// Engines, the pool of transactions, encoding.
    Consensus,
    /// Connections with peers, and their encryption.
    Network,
    /// Requests of clients.
    Http,
}

impl Part {
    /// All of them, with what they are called.
    pub(crate) const NAMED: [(Self, &str); 8] = [
        (Self::Transactions, "transactions"),
        (Self::Votes, "votes"),
        (Self::Execution, "execution"),
        (Self::Tree, "tree"),
        (Self::Storage, "storage"),
        (Self::Consensus, "consensus"),
        (Self::Network, "network"),
        (Self::Http, "http"),
    ];
}

/// Nanoseconds by part. Of the process, like the time from which they are taken.
static SPENT: [AtomicU64; Part::NAMED.len()] = [const { AtomicU64::new(0) }; Part::NAMED.len()];

/// How threads are called that do nothing but write.
const WRITERS: [&str; 2] = ["acts", "rocksdb:"];

/// What this thread has spent so far, in nanoseconds.
fn now() -> u64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    let (seconds, rest) = (u64::try_from(time.tv_sec), u64::try_from(time.tv_nsec));
    seconds.unwrap_or_default() * 1_000_000_000 + rest.unwrap_or_default()
}

fn add(part: Part, nanoseconds: u64) {
    if let Some(spent) = SPENT.get(part as usize) {
        spent.fetch_add(nanoseconds, Ordering::Relaxed);
    }
}

/// Does the work, and counts what it takes of this thread's time.
pub(crate) fn spend<T>(part: Part, work: impl FnOnce() -> T) -> T {
    let before = now();
    let done = work();
    add(part, now().saturating_sub(before));
    done
}

/// Counts what each turn of a task takes.
pub(crate) fn metered<F: Future>(part: Part, task: F) -> impl Future<Output = F::Output> {
    // On the heap, so that it can be polled where it lies.
    Metered { part, task: Box::pin(task) }
}

struct Metered<F> {
    part: Part,
    task: Pin<Box<F>>,
}

impl<F: Future> Future for Metered<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let part = self.part;
        spend(part, || self.task.as_mut().poll(context))
    }
}

/// What each part has spent since the process began.
pub(crate) fn spent() -> Vec<(&'static str, Duration)> {
    let counted =
        |part: Part| SPENT.get(part as usize).map_or(0, |one| one.load(Ordering::Relaxed));
    let of = |(part, name): (Part, &'static str)| {
        let own = if part == Part::Storage { writers() } else { Duration::ZERO };
        (name, Duration::from_nanos(counted(part)) + own)
    };
    Part::NAMED.into_iter().map(of).collect()
}

/// What threads have spent that do nothing but write. Nothing where the system does not tell.
fn writers() -> Duration {
    let tasks = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let spent = tasks.filter_map(|task| {
        let read = |name: &str| fs::read_to_string(task.path().join(name)).ok();
        read("comm").filter(|name| WRITERS.iter().any(|one| name.starts_with(one)))?;
        // proc(5): the first number is the time on a processor, in nanoseconds.
        read("schedstat")?.split(' ').next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(spent.sum())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::hint::black_box;

    fn work(turns: u64) -> u64 {
        (0..turns).fold(0, |sum, one| black_box(sum ^ one))
    }

    fn of(part: &str) -> Duration {
        spent().into_iter().find(|(name, _)| *name == part).unwrap().1
    }

    #[test]
    fn work_counts_where_it_belongs_and_waiting_does_not() {
        let before = of("tree");
        let (sender, receiver) = std::sync::mpsc::channel::<()>();
        spend(Part::Tree, || {
            work(20_000_000);
            let _ = receiver.recv_timeout(Duration::from_millis(200));
        });
        drop(sender);
        let spent = of("tree").saturating_sub(before);
        assert!(
            spent > Duration::from_millis(1) && spent < Duration::from_millis(200),
            "{spent:?}"
        );
    }

    #[tokio::test]
    async fn turns_of_a_task_are_added_up() {
        let before = of("network");
        let task = async {
            for _ in 0..3 {
                work(1_000_000);
                tokio::task::yield_now().await;
            }
            7
        };
        assert_eq!(metered(Part::Network, task).await, 7);
        assert!(of("network") > before);
    }

    #[test]
    fn each_part_has_a_place_of_its_own() {
        let places: Vec<usize> = Part::NAMED.iter().map(|(part, _)| *part as usize).collect();
        assert_eq!(places, (0..Part::NAMED.len()).collect::<Vec<_>>());
    }
}
