//! What the times of proposals say about clocks. Every leader dates its block by its own clock (R13), so
//! whoever hears several of them can tell whose clock is wrong: its own, if more leaders than may be
//! faulty differ from it to the same side, and else theirs.

use hefu_consensus::limits::{CLOCK_AHEAD_MAX_MS, CLOCK_BEHIND_MAX_MS};
use hefu_primitives::{PublicKey, Timestamp};
use std::collections::BTreeMap;

/// How far a leader's clock was ahead of ours, in milliseconds, at its last two proposals. A proposal
/// that was long under way looks like a clock that is behind, so the greater of the two counts.
#[derive(Clone, Copy, Debug)]
struct Offset {
    last_ms: i64,
    before_ms: i64,
}

/// The clocks of other validators, as far as they have led. To be begun anew with each epoch.
#[derive(Debug, Default)]
pub(super) struct Clocks {
    offsets: BTreeMap<PublicKey, Offset>,
}

/// Which clocks are so wrong that their validators cannot take part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Skew {
    /// How far our clock is ahead of the others', in milliseconds, if that is too far.
    pub own_ms: Option<i64>,
    /// If ours is not to blame: who else's clock is ahead of ours by how many milliseconds.
    pub others_ms: Vec<(PublicKey, i64)>,
}

impl Clocks {
    /// Takes note of a proposal that has just come from its leader, whose clock showed `theirs` while
    /// ours showed `ours`.
    pub(super) fn hear(&mut self, leader: PublicKey, theirs: Timestamp, ours: Timestamp) {
        let (theirs, ours) = (signed(theirs), signed(ours));
        let last_ms = theirs.saturating_sub(ours);
        let before_ms = self.offsets.get(&leader).map_or(last_ms, |known| known.last_ms);
        self.offsets.insert(leader, Offset { last_ms, before_ms });
    }

    /// Whose clock is wrong, where so many validators may be faulty.
    pub(super) fn skew(&self, faulty: usize) -> Skew {
        let ahead = |offset: &Offset| offset.last_ms.max(offset.before_ms);
        let wrong = self.offsets.iter().map(|(key, offset)| (*key, ahead(offset)));
        let wrong: Vec<_> = wrong.filter(|(_, ahead_ms)| is_too_far(*ahead_ms)).collect();
        let own_ms = own(wrong.iter().map(|(_, ahead_ms)| *ahead_ms), faulty);
        let others_ms = if own_ms.is_some() { Vec::new() } else { wrong };
        Skew { own_ms, others_ms }
    }
}

/// How far our clock is ahead, if more than `faulty` of these, which are all too far off, lie on one
/// side: one of them at least is right, and none that is right is further off than the least.
fn own(ahead_ms: impl Iterator<Item = i64>, faulty: usize) -> Option<i64> {
    let (ahead, behind): (Vec<i64>, Vec<i64>) = ahead_ms.partition(|ms| *ms > 0);
    let side = [ahead, behind].into_iter().find(|side| side.len() > faulty)?;
    side.into_iter().min_by_key(|ms| ms.unsigned_abs()).map(i64::saturating_neg)
}

/// Whether we would not vote for a block of such a clock, however soon it came (R13).
const fn is_too_far(ahead_ms: i64) -> bool {
    let bound = if ahead_ms > 0 { CLOCK_AHEAD_MAX_MS } else { CLOCK_BEHIND_MAX_MS };
    ahead_ms.unsigned_abs() > bound
}

fn signed(time: Timestamp) -> i64 {
    time.get().try_into().unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hefu_primitives::SecretKey;

    const HOUR_MS: i64 = 3_600_000;

    fn key(seed: u8) -> PublicKey {
        SecretKey::from_seed(&[seed; 32]).public_key()
    }

    /// The skew after each of the others has led once, with these offsets from our clock.
    fn heard(offsets: &[i64]) -> Skew {
        let mut clocks = Clocks::default();
        for (seed, offset) in (1..).zip(offsets) {
            hear(&mut clocks, seed, *offset);
        }
        clocks.skew(1)
    }

    fn hear(clocks: &mut Clocks, seed: u8, ahead_ms: i64) {
        let ours = 10 * HOUR_MS;
        let time = |ms: i64| Timestamp::new(ms.try_into().unwrap());
        clocks.hear(key(seed), time(ours + ahead_ms), time(ours));
    }

    #[test]
    fn clocks_within_the_bounds_of_r13_are_right() {
        assert_eq!(heard(&[0, 2_000, -25_000]), Skew::default());
        assert_eq!(heard(&[]), Skew::default());
    }

    #[test]
    fn ours_is_wrong_if_more_differ_than_may_be_faulty() {
        let ahead = heard(&[-HOUR_MS, -HOUR_MS - 7, 0]);
        assert_eq!(ahead, Skew { own_ms: Some(HOUR_MS), others_ms: Vec::new() });
        assert_eq!(heard(&[HOUR_MS, HOUR_MS, HOUR_MS]).own_ms, Some(-HOUR_MS));
    }

    #[test]
    fn one_that_differs_is_wrong_itself() {
        let skew = heard(&[0, HOUR_MS, 0]);
        assert_eq!(skew, Skew { own_ms: None, others_ms: vec![(key(2), HOUR_MS)] });
        assert_eq!(heard(&[HOUR_MS, -HOUR_MS]).own_ms, None, "who is right nobody knows");
    }

    #[test]
    fn one_late_proposal_is_no_wrong_clock_and_a_clock_set_right_is_right() {
        let mut clocks = Clocks::default();
        for offset in [0, -HOUR_MS, 0, 0] {
            hear(&mut clocks, 1, offset);
            hear(&mut clocks, 2, offset);
            assert_eq!(clocks.skew(1), Skew::default());
        }
        for offset in [HOUR_MS, 0, 0] {
            hear(&mut clocks, 1, offset);
            hear(&mut clocks, 2, offset);
        }
        assert_eq!(clocks.skew(1), Skew::default());
    }
}
