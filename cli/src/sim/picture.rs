//! The live picture: what is drawn, from what the simulator shows. Nothing here touches the
//! terminal, so that tests can draw too.

mod draw;
mod grid;
mod log;
mod roster;
mod theme;

pub(crate) use theme::Theme;

use super::parse::Travel;
use super::run::Run;
use hefu_sim::{Delay, Event, NodeId, NodeView, Scenario, Summary, What};
use log::Log;
use roster::Roster;

/// All that the picture shows.
pub(crate) struct Picture {
    /// Its colours.
    theme: Theme,
    /// The unchanging parts of the header.
    title: String,
    network: String,
    delay_ms: u64,
    views_wanted: Option<u64>,
    /// The nodes.
    roster: Roster,
    /// The events.
    log: Log,
    /// Who hears whom, while the network is cut.
    parts: Vec<Vec<NodeId>>,
    now_ms: u64,
    summary: Summary,
    /// What the person chose.
    pub(crate) choice: Choice,
}

/// What the person at the keyboard has chosen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Choice {
    /// The speed, in words.
    pub(crate) speed: String,
    /// Whether simulated time stands still.
    pub(crate) paused: bool,
    /// How many lines of events back from the newest.
    pub(crate) back: usize,
    /// Which page of the nodes, where they do not fit.
    pub(crate) page: usize,
}

impl Picture {
    /// The picture of a run of `scenario` before anything has happened.
    pub(crate) fn new(scenario: &Scenario, views_wanted: Option<u64>, theme: Theme) -> Self {
        Self {
            theme,
            title: format!("{} validators   seed {}", scenario.validators, scenario.seed),
            network: network(scenario),
            delay_ms: Travel(scenario.network.delay).mean_ms(),
            views_wanted,
            roster: Roster::new(scenario),
            log: Log::default(),
            parts: Vec::new(),
            now_ms: 0,
            summary: Summary::default(),
            choice: Choice::default(),
        }
    }

    /// Takes in what the run shows now.
    pub(crate) fn observe(&mut self, run: &mut Run) {
        let events = run.events();
        self.take(events, &run.world().nodes());
        self.choice.back = self.choice.back.min(self.log.len());
        self.now_ms = run.world().now_ms();
        self.summary = run.summary();
    }

    fn take(&mut self, events: Vec<Event>, nodes: &[NodeView]) {
        self.roster.look(nodes);
        for event in events {
            match &event.what {
                What::Partitioned { groups } => self.parts.clone_from(groups),
                What::Healed | What::AllFaultsEnded => self.parts.clear(),
                _ => {}
            }
            self.roster.note(&event);
            let told = self.log.add(event);
            // Who reads old lines keeps reading the same ones.
            if told && self.choice.back > 0 {
                self.choice.back += 1;
            }
        }
    }

    /// Ends one stretch of the activity bars and begins the next.
    pub(crate) fn beat(&mut self) {
        self.roster.beat();
    }

    /// The part of the network that a node is in, while it is cut: `A`, `B`, ….
    fn part(&self, node: NodeId) -> Option<char> {
        let at = self.parts.iter().position(|part| part.contains(&node))?;
        ('A'..='Z').nth(at)
    }
}

/// What the network does to messages, in words.
fn network(scenario: &Scenario) -> String {
    let delay = match scenario.network.delay {
        Delay::Constant(ms) => format!("{ms} ms"),
        Delay::Uniform { min_ms, max_ms } | Delay::Tailed { min_ms, max_ms, .. } => {
            format!("{min_ms} to {max_ms} ms")
        }
    };
    let network = scenario.network;
    let shares = [(network.loss_permille, "lost"), (network.duplicate_permille, "twice")];
    let shares = shares.into_iter().filter(|(permille, _)| *permille > 0);
    let share = |(permille, what)| format!("{}.{} % {what}", permille / 10, permille % 10);
    let words: Vec<String> = [delay].into_iter().chain(shares.map(share)).collect();
    words.join(", ")
}

#[cfg(test)]
mod tests;
