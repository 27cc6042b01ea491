//! The shape of a tree: which ranges of leaves its subtrees hold. It follows from the number of
//! leaves alone, so provers and verifiers take it from here and only hashes travel.

use std::ops::Range;

/// Where a list of more than one leaf is cut: its left part holds the largest power of two below
/// its length.
fn split(range: &Range<u64>) -> Option<u64> {
    let last = range.end.checked_sub(range.start)?.checked_sub(1)?;
    let left = 1u64.checked_shl(last.checked_ilog2()?)?;
    range.start.checked_add(left)
}

/// The way up from the first subtree that is `reached` when one goes down towards `leaf`: that
/// subtree, then the sibling of each subtree on the way.
fn way_up(leaf: u64, size: u64, reached: impl Fn(&Range<u64>) -> bool) -> Vec<Range<u64>> {
    let mut here = 0..size;
    let mut siblings = Vec::new();
    while !reached(&here)
        && let Some(middle) = split(&here)
    {
        let (left, right) = (here.start..middle, middle..here.end);
        let (down, beside) = if leaf < middle { (left, right) } else { (right, left) };
        siblings.push(beside);
        here = down;
    }
    siblings.push(here);
    siblings.reverse();
    siblings
}

/// The siblings on the way from leaf `index` of `size` to the top (RFC 9162, 2.1.3.1).
pub(super) fn siblings(index: u64, size: u64) -> Vec<Range<u64>> {
    way_up(index, size, |_| false).into_iter().skip(1).collect()
}

/// The subtrees from which both the list of `new_size` leaves and its first `old_size` follow
/// (RFC 9162, 2.1.4.1). The first one ends both at the old list's end; the RFC leaves it out where
/// the old root gives it, which ours does not.
///
/// Of an empty old list nothing is needed, so the one subtree is the whole new list.
pub(super) fn shared(old_size: u64, new_size: u64) -> Vec<Range<u64>> {
    match old_size.checked_sub(1) {
        Some(last) => way_up(last, new_size, |here| here.end == old_size),
        None if new_size == 0 => Vec::new(),
        None => way_up(0, new_size, |_| true),
    }
}

/// The perfect subtrees that make up one subtree, from the left: the level and index of each.
///
/// Their widths are the binary digits of the length. A subtree begins at a multiple of the largest
/// of them, so each of its parts begins at a multiple of its own width.
pub(super) fn perfect(range: &Range<u64>) -> impl Iterator<Item = (u8, u64)> {
    let (length, end) = (range.end.saturating_sub(range.start), range.end);
    let digit = move |level: &u8| length.unbounded_shr(u32::from(*level)) & 1 == 1;
    // What follows a part is narrower than the part, so the shift drops it: the quotient is the
    // index of the part's successor.
    let place = move |level: u8| (level, end.unbounded_shr(u32::from(level)).saturating_sub(1));
    (0..64).rev().filter(digit).map(place)
}
