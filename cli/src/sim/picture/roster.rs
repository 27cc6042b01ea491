//! The nodes: who they are, how they fare, what they did last and how busy they are.

use hefu_primitives::{Epoch, Height, View};
use hefu_sim::{Event, NodeId, NodeState, NodeView, Scenario, SetChange, What};
use std::collections::{BTreeMap, VecDeque};

/// How many stretches of time an activity bar shows.
pub(super) const BEATS: usize = 8;

/// All nodes, in the order of their numbers.
pub(super) struct Roster {
    pub(super) rows: Vec<Row>,
    validators: u8,
    changes: Vec<SetChange>,
}

/// One node.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) seen: NodeView,
    pub(super) role: String,
    pub(super) act: String,
    beats: VecDeque<u32>,
}

impl Roster {
    pub(super) fn new(scenario: &Scenario) -> Self {
        let names: BTreeMap<NodeId, &str> =
            scenario.attackers.iter().map(|attack| (attack.node, attack.name.as_str())).collect();
        let machines = u8::try_from(scenario.machines()).unwrap_or(u8::MAX);
        let row = |node| Row::new(node, names.get(&node).copied());
        let mut roster = Self {
            rows: (0..machines).map(NodeId).map(row).collect(),
            validators: scenario.validators,
            changes: scenario.changes.clone(),
        };
        roster.assign(Epoch::ZERO);
        roster
    }

    /// Takes in the state of the nodes.
    pub(super) fn look(&mut self, nodes: &[NodeView]) {
        for seen in nodes {
            if let Some(row) = self.rows.get_mut(usize::from(seen.node.0)) {
                row.seen = *seen;
            }
        }
        if let Some(epoch) = nodes.iter().map(|seen| seen.epoch).max() {
            self.assign(epoch);
        }
    }

    /// Takes in what a node did.
    pub(super) fn note(&mut self, event: &Event) {
        let place = event.node.map(|node| usize::from(node.0));
        if let Some(row) = place.and_then(|place| self.rows.get_mut(place)) {
            row.note(&event.what);
        }
    }

    /// Ends one stretch of the activity bars and begins the next.
    pub(super) fn beat(&mut self) {
        for row in &mut self.rows {
            row.beats.pop_front();
            row.beats.push_back(0);
        }
    }

    /// The most that a node did in a stretch: what a full bar stands for.
    pub(super) fn busiest(&self) -> u32 {
        let beats = self.rows.iter().flat_map(|row| &row.beats);
        beats.copied().max().unwrap_or(0)
    }

    /// Gives those who are not members of the epoch's validator set their role.
    fn assign(&mut self, epoch: Epoch) {
        let changes = usize::try_from(epoch.get()).unwrap_or(usize::MAX);
        let (past, future) = self.changes.split_at(changes.min(self.changes.len()));
        for row in self.rows.iter_mut().filter(|row| !row.is_attacker()) {
            let role = standing(row.seen.node, self.validators, past, future);
            role.clone_into(&mut row.role);
        }
    }
}

/// What a correct node is, given the changes of the validator set so far and those to come.
fn standing(node: NodeId, first: u8, past: &[SetChange], future: &[SetChange]) -> &'static str {
    let joined = node.0 < first || past.iter().any(|change| change.joins.contains(&node));
    let left = past.iter().any(|change| change.leaves.contains(&node));
    let will_join = future.iter().any(|change| change.joins.contains(&node));
    match (joined, left, will_join) {
        (true, false, _) => "correct",
        (true, true, _) => "has left",
        (false, _, true) => "will join",
        (false, _, false) => "onlooker",
    }
}

impl Row {
    fn new(node: NodeId, attacker: Option<&str>) -> Self {
        Self {
            seen: NodeView {
                node,
                view: View::ZERO,
                height: Height::ZERO,
                epoch: Epoch::ZERO,
                state: attacker.map_or(NodeState::Up, |_| NodeState::Byzantine),
            },
            role: attacker.unwrap_or_default().to_owned(),
            act: String::new(),
            beats: VecDeque::from([0; BEATS]),
        }
    }

    fn is_attacker(&self) -> bool {
        self.seen.state == NodeState::Byzantine
    }

    fn note(&mut self, what: &What) {
        let act = act(what);
        // What is only said again is no activity.
        let new = act.as_ref().is_none_or(|act| *act != self.act);
        if let Some(beat) = self.beats.back_mut() {
            *beat += u32::from(new);
        }
        self.act = act.unwrap_or_else(|| std::mem::take(&mut self.act));
    }

    /// How busy the node was, one sign for each of the last stretches of time.
    pub(super) fn activity(&self, width: usize, busiest: u32) -> String {
        let beats = self.beats.iter().skip(BEATS.saturating_sub(width));
        beats.map(|beat| level(*beat, busiest)).collect()
    }
}

fn level(beat: u32, busiest: u32) -> char {
    const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let step = (u64::from(beat) * 8).div_ceil(u64::from(busiest.max(1)));
    let step = usize::try_from(step).unwrap_or(LEVELS.len());
    let place = step.checked_sub(1);
    place.map_or(' ', |place| LEVELS[place.min(LEVELS.len() - 1)])
}

/// What a node did, in a few letters; that it entered a view stands in its row anyway.
fn act(what: &What) -> Option<String> {
    Some(match what {
        What::Proposed { height, .. } => format!("proposes {height}"),
        What::Nullified { view } => format!("nullifies {view}"),
        What::Finalized { height, .. } => format!("delivers {height}"),
        What::Crashed { .. } => "stops".to_owned(),
        What::Restarted { .. } => "comes up".to_owned(),
        What::Evidence { offender, .. } => format!("reports {}", offender.0),
        What::EpochBegan { epoch, .. } => format!("begins epoch {epoch}"),
        What::Halted { .. } => "halts".to_owned(),
        What::ClockSet { .. } => "clock is set".to_owned(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(joins: &[u8], leaves: &[u8]) -> SetChange {
        let ids = |numbers: &[u8]| numbers.iter().copied().map(NodeId).collect();
        SetChange { height: 1, joins: ids(joins), leaves: ids(leaves), reincarnates: Vec::new() }
    }

    #[test]
    fn a_role_follows_the_epoch() {
        let changes = [change(&[4], &[]), change(&[], &[0])];
        let role = |node, epoch: usize| {
            let (past, future) = changes.split_at(epoch);
            standing(NodeId(node), 4, past, future)
        };
        assert_eq!([role(4, 0), role(4, 1)], ["will join", "correct"]);
        assert_eq!([role(0, 1), role(0, 2)], ["correct", "has left"]);
    }

    #[test]
    fn a_bar_is_measured_by_the_busiest() {
        assert_eq!(level(0, 10), ' ');
        assert_eq!(level(1, 100), '▁');
        assert_eq!(level(50, 100), '▄');
        assert_eq!(level(100, 100), '█');
        assert_eq!(level(0, 0), ' ');
    }
}
