//! Work that every processor takes a share of.

use anyhow::{Result, anyhow};
use std::thread::{self, ScopedJoinHandle};

/// What `work` makes of each number below `count`, in their order.
pub(crate) fn each<T: Send>(
    count: usize,
    work: impl Fn(usize) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let share = count.div_ceil(workers).max(1);
    let work = &work;
    let shares = thread::scope(|scope| {
        let starts = (0..count).step_by(share);
        let threads = starts.map(|start| {
            let numbers = start..count.min(start + share);
            scope.spawn(move || numbers.map(work).collect::<Result<Vec<T>>>())
        });
        let threads: Vec<_> = threads.collect();
        let joined = threads.into_iter().map(ScopedJoinHandle::join);
        joined.collect::<Vec<_>>()
    });
    let mut all = Vec::with_capacity(count);
    for share in shares {
        all.extend(share.map_err(|_| anyhow!("a thread has panicked"))??);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::each;
    use anyhow::{Result, ensure};

    #[test]
    fn every_number_is_worked_on_once_and_in_order() {
        for count in [0, 1, 2, 3, 100] {
            let expected: Vec<usize> = (0..count).map(|number| number * 2).collect();
            assert_eq!(each(count, |number| Ok(number * 2)).unwrap(), expected);
        }
    }

    #[test]
    fn one_failure_is_the_whole_works() {
        let work = |number| -> Result<usize> {
            ensure!(number != 7, "seven");
            Ok(number)
        };
        assert_eq!(each(10, work).unwrap_err().to_string(), "seven");
    }
}
