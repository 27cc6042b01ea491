//! What the network does to a message: delays it, loses it, doubles it, cuts it off.

use crate::packet::KINDS;
use crate::random::Dice;
use crate::scenario::{Delay, Fault, Network, NodeId};
use hefu_primitives::View;

/// The group of each machine; machines without one hear nobody.
type Groups = Vec<Option<usize>>;

/// The network's state: what it always does, and the faults that are going on, by number.
pub(crate) struct Weather {
    base: Network,
    machines: usize,
    going_on: Vec<(usize, Trouble)>,
}

enum Trouble {
    Delay(Delay),
    Loss(u16),
    Duplication(u16),
    Silence(Vec<usize>),
    Partition(Groups),
    ViewPartitions { first: u64, views: Vec<Groups> },
}

/// The travel times of a message's copies: none if it is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fate {
    pub(crate) copies_ms: [Option<u64>; 2],
}

const LOST: Fate = Fate { copies_ms: [None, None] };

impl Weather {
    pub(crate) fn new(base: Network, machines: usize) -> Self {
        Self { base, machines, going_on: Vec::new() }
    }

    /// A fault begins, if it is one of the network.
    pub(crate) fn begin(&mut self, number: usize, fault: &Fault) {
        let trouble = match fault {
            Fault::Delay { delay, .. } => Trouble::Delay(*delay),
            Fault::Loss { permille, .. } => Trouble::Loss(*permille),
            Fault::Duplication { permille, .. } => Trouble::Duplication(*permille),
            Fault::Silence { kinds, .. } => Trouble::Silence(places(kinds)),
            Fault::Partition { groups, .. } => Trouble::Partition(self.groups(groups)),
            Fault::ViewPartitions { first, views, .. } => Trouble::ViewPartitions {
                first: *first,
                views: views.iter().map(|groups| self.groups(groups)).collect(),
            },
            _ => return,
        };
        self.going_on.push((number, trouble));
    }

    pub(crate) fn end(&mut self, number: usize) {
        self.going_on.retain(|(other, _)| *other != number);
    }

    fn groups(&self, groups: &[Vec<NodeId>]) -> Groups {
        let group = |number| {
            let node = NodeId(u8::try_from(number).unwrap_or(u8::MAX));
            groups.iter().position(|group| group.contains(&node))
        };
        (0..self.machines).map(group).collect()
    }

    /// Whether the network is in parts.
    pub(crate) fn is_partitioned(&self) -> bool {
        let cuts = |trouble: &Trouble| {
            matches!(trouble, Trouble::Partition(_) | Trouble::ViewPartitions { .. })
        };
        self.going_on.iter().any(|(_, trouble)| cuts(trouble))
    }

    /// Whether what `from` sends, being in `view`, reaches `to`.
    pub(crate) fn connects(&self, from: NodeId, to: NodeId, view: View) -> bool {
        self.going_on.iter().all(|(_, trouble)| match trouble {
            Trouble::Partition(groups) => together(groups, from, to),
            Trouble::ViewPartitions { first, views } => {
                let at = view.get().checked_sub(*first);
                let at = at.and_then(|at| usize::try_from(at).ok());
                let groups = at.and_then(|at| views.get(at));
                groups.is_none_or(|groups| together(groups, from, to))
            }
            _ => true,
        })
    }

    /// What becomes of a message.
    pub(crate) fn fate(
        &self,
        (from, to): (NodeId, NodeId),
        view: View,
        kind: usize,
        dice: &mut Dice,
    ) -> Fate {
        if self.going_on.is_empty() && self.base.loss_permille == 0 {
            return self.travel(self.base.delay, self.base.duplicate_permille, dice);
        }
        let (mut delay, mut loss, mut doubled) =
            (self.base.delay, self.base.loss_permille, self.base.duplicate_permille);
        for (_, trouble) in &self.going_on {
            match trouble {
                Trouble::Delay(other) => delay = *other,
                Trouble::Loss(permille) => loss = loss.max(*permille),
                Trouble::Duplication(permille) => doubled = doubled.max(*permille),
                Trouble::Silence(kinds) if kinds.contains(&kind) => return LOST,
                _ => {}
            }
        }
        if !self.connects(from, to, view) || dice.permille(loss) {
            return LOST;
        }
        self.travel(delay, doubled, dice)
    }

    #[expect(clippy::unused_self, reason = "reads as a question to the weather")]
    fn travel(&self, delay: Delay, doubled_permille: u16, dice: &mut Dice) -> Fate {
        let first = Some(draw(delay, dice));
        let again = dice.permille(doubled_permille);
        let second = again.then(|| draw(delay, dice) + draw(delay, dice));
        Fate { copies_ms: [first, second] }
    }
}

/// The places of these names in the list of all kinds.
fn places(kinds: &[String]) -> Vec<usize> {
    kinds.iter().filter_map(|kind| KINDS.iter().position(|known| known == kind)).collect()
}

fn together(groups: &Groups, from: NodeId, to: NodeId) -> bool {
    let group = |node: NodeId| groups.get(node.place()).copied().flatten();
    group(from).is_some() && group(from) == group(to)
}

/// A travel time.
fn draw(delay: Delay, dice: &mut Dice) -> u64 {
    match delay {
        Delay::Constant(ms) => ms,
        Delay::Uniform { min_ms, max_ms } => dice.between(min_ms, max_ms),
        Delay::Tailed { min_ms, half_ms, max_ms } => {
            let halvings = u64::from(dice.any().trailing_ones());
            let more = halvings * half_ms + dice.below(half_ms + 1);
            (min_ms + more).min(max_ms)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weather() -> Weather {
        let base = Network {
            delay: Delay::Constant(5),
            loss_permille: 0,
            duplicate_permille: 0,
            notice_ms: None,
        };
        Weather::new(base, 4)
    }

    fn partition(groups: &[&[u8]]) -> Fault {
        Fault::Partition {
            from_ms: 0,
            until_ms: 1,
            groups: groups
                .iter()
                .map(|group| group.iter().copied().map(NodeId).collect())
                .collect(),
        }
    }

    #[test]
    fn a_partition_cuts_until_it_ends_and_leaves_out_who_is_in_no_group() {
        let mut weather = weather();
        weather.begin(0, &partition(&[&[0, 1], &[2]]));
        let reaches = |w: &Weather, from, to| w.connects(NodeId(from), NodeId(to), View::new(1));
        assert!(reaches(&weather, 0, 1) && !reaches(&weather, 0, 2));
        assert!(!reaches(&weather, 3, 0) && !reaches(&weather, 3, 3));
        weather.end(0);
        assert!(reaches(&weather, 0, 2) && !weather.is_partitioned());
    }

    #[test]
    fn delays_stay_within_their_bounds() {
        let mut dice = Dice::new(1);
        let tailed = Delay::Tailed { min_ms: 10, half_ms: 20, max_ms: 100 };
        let uniform = Delay::Uniform { min_ms: 10, max_ms: 100 };
        for _ in 0..1000 {
            assert!((10..=100).contains(&draw(tailed, &mut dice)));
            assert!((10..=100).contains(&draw(uniform, &mut dice)));
        }
    }

    #[test]
    fn certain_loss_loses_and_certain_doubling_doubles() {
        let mut dice = Dice::new(1);
        let (from, to) = (NodeId(0), NodeId(1));
        let mut weather = weather();
        let fate = |w: &Weather, dice: &mut Dice| w.fate((from, to), View::new(1), 0, dice);
        assert_eq!(fate(&weather, &mut dice).copies_ms, [Some(5), None]);
        let always = |from_ms, until_ms| (from_ms, until_ms, 1000);
        let (from_ms, until_ms, permille) = always(0, 9);
        weather.begin(1, &Fault::Duplication { from_ms, until_ms, permille });
        assert_eq!(fate(&weather, &mut dice).copies_ms, [Some(5), Some(10)]);
        weather.begin(2, &Fault::Loss { from_ms, until_ms, permille });
        assert_eq!(fate(&weather, &mut dice), LOST);
    }
}
