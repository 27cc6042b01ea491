//! A set of views kept as ranges, so that ten thousand nullified views in a row cost one entry.

use hefu_primitives::View;
use std::collections::BTreeMap;

/// Views, as ranges from first to last that neither touch nor overlap.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct ViewRanges(BTreeMap<View, View>);

impl ViewRanges {
    /// The range that holds `view`, or else the nearest one below it.
    fn at_or_below(&self, view: View) -> Option<(View, View)> {
        self.0.range(..=view).next_back().map(|(first, last)| (*first, *last))
    }

    pub(crate) fn contains(&self, view: View) -> bool {
        self.at_or_below(view).is_some_and(|(_, last)| last >= view)
    }

    /// Adds a view; false if it was there.
    pub(crate) fn insert(&mut self, view: View) -> bool {
        if self.contains(view) {
            return false;
        }
        let first = match self.at_or_below(view) {
            Some((first, last)) if last.next() == view => first,
            _ => view,
        };
        let last = self.0.remove(&view.next()).unwrap_or(view);
        self.0.insert(first, last);
        true
    }

    /// Of the views after `low` and before `high`, the highest run that is missing, as its first
    /// and last view.
    pub(crate) fn missing_between(&self, low: View, high: View) -> Option<(View, View)> {
        let mut last = high.saturating_sub(1);
        if let Some((first, end)) = self.at_or_below(last)
            && end >= last
        {
            last = first.saturating_sub(1);
        }
        let below = self.at_or_below(last).map_or(low, |(_, end)| end.max(low));
        (last > low).then_some((below.next(), last))
    }

    pub(crate) fn forget_up_to(&mut self, view: View) {
        let kept = self.0.split_off(&view.next());
        let cut = self.0.values().copied().filter(|last| *last > view).max();
        self.0 = kept;
        if let Some(last) = cut {
            self.0.insert(view.next(), last);
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn v(number: u64) -> View {
        View::new(number)
    }

    #[test]
    fn views_in_a_row_are_one_entry() {
        let mut ranges = ViewRanges::default();
        for number in (1..=10_000).rev() {
            assert!(ranges.insert(v(number)));
        }
        assert_eq!(ranges.len(), 1);
        assert!(!ranges.insert(v(5_000)));
    }

    /// Compares every operation with a plain set, over all sets of views 1 to 6.
    #[test]
    fn ranges_behave_like_a_set() {
        for bits in 0_u64..64 {
            let members: BTreeSet<u64> = (1..=6).filter(|n| bits & (1 << (n - 1)) != 0).collect();
            let mut ranges = ViewRanges::default();
            for number in members.iter().rev().step_by(2).chain(&members) {
                ranges.insert(v(*number));
            }
            for low in 0..=7 {
                assert_eq!(ranges.contains(v(low)), members.contains(&low));
                for high in low..=8 {
                    let last = (low + 1..high).rev().find(|n| !members.contains(n));
                    let first = last.map(|l| {
                        (low + 1..=l).rev().take_while(|n| !members.contains(n)).last().unwrap_or(l)
                    });
                    let want = first.zip(last).map(|(a, b)| (v(a), v(b)));
                    assert_eq!(ranges.missing_between(v(low), v(high)), want, "{members:?}");
                }
                let mut cut = ranges.clone();
                cut.forget_up_to(v(low));
                assert!((1..=7).all(|n| cut.contains(v(n)) == (n > low && members.contains(&n))));
                let left = |n: u64| n > low && members.contains(&n);
                assert_eq!(cut.len(), (1..=6).filter(|n| left(*n) && !left(n - 1)).count());
            }
        }
    }
}
