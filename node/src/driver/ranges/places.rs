//! Which contents of a page are asked for next, so that few wait and the next to be executed comes first.

use crate::limits::{CONTENTS_PER_ANSWER, RANGE_AHEAD_BYTES, RANGE_AHEAD_MAX};
use std::collections::BTreeMap;
use std::ops::Range;

/// How far a page has come. A *place* is that of a header in it, from zero.
#[derive(Debug)]
pub(super) struct Places {
    /// How many headers the page has.
    len: usize,
    /// How many of their blocks are written.
    written: usize,
    /// The first that was never asked for.
    unasked: usize,
    /// Those that were asked for in vain, as ranges by their first.
    again: BTreeMap<usize, usize>,
    /// Bytes of contents that are here, and not written.
    here: BTreeMap<usize, usize>,
    /// How many contents one answer is likely to hold.
    stride: usize,
}

impl Places {
    pub(super) fn new(len: usize) -> Self {
        let (again, here) = <_>::default();
        Self { len, written: 0, unasked: 0, again, here, stride: CONTENTS_PER_ANSWER }
    }

    /// The first whose block is not written.
    pub(super) fn written(&self) -> usize {
        self.written
    }

    /// Whether all blocks are written.
    pub(super) fn is_done(&self) -> bool {
        self.written == self.len
    }

    /// The next to ask for, the lowest first. However much waits, what all of it waits for is asked for.
    pub(super) fn next(&mut self) -> Option<Range<usize>> {
        let (start, end) = match self.again.first_key_value() {
            Some((start, end)) => (*start, *end),
            None => (self.unasked, self.len.min(self.written + RANGE_AHEAD_MAX)),
        };
        let waits: usize = self.here.values().sum();
        if start >= end || (waits >= RANGE_AHEAD_BYTES && start > self.written) {
            return None;
        }
        let gap = start..end.min(start + self.stride);
        self.again.remove(&start);
        if start < self.unasked {
            self.reopen(gap.end..end);
        }
        self.unasked = self.unasked.max(gap.end);
        Some(gap)
    }

    /// These were asked for in vain.
    pub(super) fn reopen(&mut self, gap: Range<usize>) {
        if !gap.is_empty() {
            self.again.insert(gap.start, gap.end);
        }
    }

    /// The answer about a gap had the contents of its first places, each of so many bytes.
    pub(super) fn take(&mut self, gap: &Range<usize>, count: usize, each_bytes: usize) {
        let end = gap.end.min(gap.start + count);
        self.here.extend((gap.start..end).map(|place| (place, each_bytes)));
        self.reopen(end..gap.end);
        let likely = if end == gap.end { self.stride * 2 } else { count };
        self.stride = likely.clamp(1, CONTENTS_PER_ANSWER);
    }

    /// The blocks of all places before this one are written.
    pub(super) fn write(&mut self, next: usize) {
        self.written = next;
        self.here = self.here.split_off(&next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: usize = 1 << 20;

    #[test]
    fn small_contents_are_asked_for_together_and_full_ones_as_many_as_fit() {
        let mut places = Places::new(100);
        let gap = places.next().unwrap();
        assert_eq!(gap, 0..CONTENTS_PER_ANSWER);
        places.take(&gap, 2, FULL);
        assert_eq!(places.next(), Some(2..4), "the lowest first, and no more than the last had");
        places.take(&(2..4), 2, FULL);
        assert_eq!(places.next(), Some(4..8), "one that had all may have more");
    }

    #[test]
    fn what_waits_is_bounded_in_places() {
        let mut places = Places::new(1_000);
        let asked: usize = std::iter::from_fn(|| places.next()).map(|gap| gap.len()).sum();
        assert_eq!(asked, RANGE_AHEAD_MAX);
        places.write(5);
        assert_eq!(places.next(), Some(RANGE_AHEAD_MAX..RANGE_AHEAD_MAX + 5));
        assert_eq!(places.next(), None);
    }

    #[test]
    fn what_waits_is_bounded_in_bytes() {
        let mut places = Places::new(1_000);
        let (first, second) = (places.next().unwrap(), places.next().unwrap());
        places.take(&second, second.len(), FULL);
        assert!(second.len() * FULL >= RANGE_AHEAD_BYTES, "as many as need no more");
        assert_eq!(places.next(), None);
        places.reopen(first.clone());
        assert_eq!(places.next(), Some(first.clone()), "what is needed next is asked for");
        places.take(&first, first.len(), 1);
        assert_eq!(places.next(), None);
        places.write(second.end);
        assert_eq!(places.next().map(|gap| gap.start), Some(second.end), "nothing waits any more");
    }

    #[test]
    fn what_failed_is_asked_for_again_before_anything_new() {
        let mut places = Places::new(40);
        let (first, second) = (places.next().unwrap(), places.next().unwrap());
        places.reopen(second.clone());
        places.reopen(first.clone());
        assert_eq!([places.next(), places.next()], [Some(first), Some(second)]);
        assert_eq!([places.next(), places.next()], [Some(32..40), None], "and nothing twice");
    }

    #[test]
    fn a_page_is_done_when_all_is_written() {
        let mut places = Places::new(2);
        assert_eq!((places.next(), places.is_done()), (Some(0..2), false));
        places.take(&(0..2), 2, 1);
        places.write(1);
        assert_eq!((places.written(), places.is_done(), places.next()), (1, false, None));
        places.write(2);
        assert!(places.is_done());
    }
}
