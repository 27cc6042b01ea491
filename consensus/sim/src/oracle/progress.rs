//! Liveness: blocks after healing, heartbeats when idle, none without work; and bounded memory.

use super::certificates::Certificates;
use super::{Finding, Ground, faults_max};
use crate::disk::Final;
use crate::ledger::Transaction;
use crate::scenario::{NodeId, Scenario};
use hefu_consensus::Footprint;
use hefu_primitives::{Epoch, View};
use std::collections::{BTreeMap, BTreeSet};

/// R11: how long an idle network may be without a block.
const HEARTBEAT_MS: u64 = 30_000;
/// The longest that a view may last (R11).
const VIEW_MAX_MS: u64 = 20_000;
/// R8: views from 16 below the current one to 8 above it.
const WINDOW: usize = 25;
/// R8: 16 notarizations and 8 nullifications in full.
const CERTIFICATES_MAX: usize = 16 + 8;
/// R8: blocks that an engine walks back over by itself, as many that the others make meanwhile (a
/// step back takes a round trip, as does a block), and what it walks to.
const WALKED_MAX: usize = 2 * 256 + 2;
/// R10: how long a machine may be behind without coming nearer: a few keep-alives.
const LAGGARD_MS: u64 = 15_000;
/// How long after its cause a block may still be proposed without being called idle.
const AFTERMATH_MS: u64 = 5_000;

/// What an inspection sees of a machine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Glimpse {
    pub(crate) node: NodeId,
    pub(crate) now_ms: u64,
    /// It runs, has not halted, and is a member of its epoch.
    pub(crate) is_active: bool,
    pub(crate) is_correct: bool,
    pub(crate) up_since_ms: u64,
    pub(crate) epoch: Epoch,
    pub(crate) view: View,
    pub(crate) height: u64,
    pub(crate) footprint: Footprint,
}

/// The state of the network when all faults had ended.
struct Healing {
    at_ms: u64,
    height: u64,
    members: usize,
    /// Who lacks blocks that were final then. To get them takes as long as it takes: views are
    /// counted from when everybody has them.
    behind: BTreeSet<NodeId>,
    epoch: Epoch,
    view: View,
}

pub(crate) struct Progress {
    healing: Option<Healing>,
    calm_from_ms: Option<u64>,
    recovered: Option<(u64, u64)>,
    complained: bool,
    settled: BTreeSet<NodeId>,
    outstanding: BTreeSet<Transaction>,
    /// The highest view that a correct machine is in.
    highest: (Epoch, View),
    worked_ms: u64,
    height: u64,
    last_final_ms: u64,
    footprint_max: u64,
    /// The height at which each machine is, and since when it is there with others above.
    stuck: BTreeMap<NodeId, (u64, u64)>,
    journey_ms: u64,
    laggard_ms: u64,
    /// How long views may fail until their deadlines have grown long enough.
    patience_ms: u64,
}

impl Progress {
    pub(crate) fn new(scenario: &Scenario) -> Self {
        let troubled = !scenario.faults.is_empty();
        Self {
            healing: None,
            calm_from_ms: (!troubled).then_some(0),
            recovered: None,
            complained: false,
            settled: BTreeSet::new(),
            outstanding: BTreeSet::new(),
            highest: (Epoch::ZERO, View::ZERO),
            worked_ms: 0,
            height: 0,
            last_final_ms: 0,
            footprint_max: 0,
            stuck: BTreeMap::new(),
            journey_ms: journey_ms(scenario),
            laggard_ms: LAGGARD_MS + 10 * journey_ms(scenario),
            patience_ms: patience_ms(scenario),
        }
    }

    pub(crate) fn arrived(&mut self, transaction: Transaction) {
        self.outstanding.insert(transaction);
    }

    pub(crate) fn entered(&mut self, epoch: Epoch, view: View) {
        self.highest = self.highest.max((epoch, view));
    }

    pub(crate) fn healed(&mut self, ground: Ground<'_>, glimpses: &[Glimpse]) {
        let height = self.height;
        let behind = glimpses.iter().filter(|g| g.is_correct && g.height < height);
        let (epoch, view) = self.highest;
        self.calm_from_ms = Some(ground.now_ms);
        self.healing = Some(Healing {
            at_ms: ground.now_ms,
            height,
            members: ground.members(epoch),
            behind: behind.map(|glimpse| glimpse.node).collect(),
            epoch,
            view,
        });
    }

    /// From healing to the first new final block: milliseconds and views.
    pub(crate) fn recovered(&self) -> Option<(u64, u64)> {
        self.recovered
    }

    pub(crate) fn footprint_max(&self) -> u64 {
        self.footprint_max
    }

    /// A correct machine delivered a block.
    pub(crate) fn finalized(
        &mut self,
        ground: Ground<'_>,
        node: NodeId,
        entry: &Final,
        first: bool,
        found: &mut Vec<Finding>,
    ) {
        if first {
            self.height = self.height.max(entry.block.height());
            // An empty block is work done only if it was a heartbeat.
            let due_ms = self.last_final_ms + HEARTBEAT_MS;
            if !entry.block.body.is_empty() || ground.now_ms + AFTERMATH_MS >= due_ms {
                self.worked_ms = ground.now_ms;
            }
            self.last_final_ms = ground.now_ms;
            for transaction in &entry.block.body {
                self.outstanding.remove(transaction);
            }
        }
        let Some(healing) = &mut self.healing else {
            return;
        };
        if entry.block.height() >= healing.height && healing.behind.remove(&node) {
            (healing.epoch, healing.view) = self.highest;
        }
        if entry.block.height() <= healing.height {
            return;
        }
        self.settled.insert(node);
        if self.recovered.is_none() {
            let views = views_between(healing, entry);
            self.recovered = Some((ground.now_ms - healing.at_ms, views));
            let views = if healing.behind.is_empty() { views } else { 0 };
            let most = faults_max(healing.members) as u64 + 2;
            found.extend((views > most).then(|| Finding {
                rule: 11,
                oracle: "progress",
                node: Some(node),
                sentence: format!("the first block after healing took {views} views, not {most}"),
            }));
        }
    }

    pub(crate) fn is_settled(&self, correct: &[bool]) -> bool {
        let mut everybody = (0..).zip(correct).filter(|(_, correct)| **correct);
        everybody.all(|(node, _)| self.settled.contains(&NodeId(node)))
    }

    /// Whether nobody has a reason to propose, as far as can be seen from outside.
    pub(crate) fn is_idle(&self, now_ms: u64, certificates: &Certificates) -> bool {
        let calm = self.calm_from_ms.is_some_and(|from| now_ms > from + 2 * AFTERMATH_MS);
        let heartbeat = now_ms + AFTERMATH_MS >= self.last_final_ms + HEARTBEAT_MS;
        let quiet = self.outstanding.is_empty() && now_ms > self.worked_ms + AFTERMATH_MS;
        calm && quiet && !heartbeat && certificates.unfinal() == 0
    }

    pub(crate) fn inspect(
        &mut self,
        ground: Ground<'_>,
        glimpses: &[Glimpse],
        certificates: &Certificates,
        found: &mut Vec<Finding>,
    ) {
        self.check_footprints(ground, glimpses, certificates, found);
        self.check_laggards(ground.now_ms, glimpses, found);
        if !self.complained
            && let Some(sentence) = self.lacks_progress(ground.now_ms)
        {
            self.complained = true;
            found.push(Finding { rule: 11, oracle: "progress", node: None, sentence });
        }
    }

    /// R11: after healing a block comes, and from then on heartbeats do.
    fn lacks_progress(&self, now_ms: u64) -> Option<String> {
        let calm_from = self.calm_from_ms?;
        // Before healing, deadlines may have grown as far as they can.
        let healing = self
            .healing
            .as_ref()
            .map_or(0, |healing| (faults_max(healing.members) as u64 + 3) * VIEW_MAX_MS);
        let patience = HEARTBEAT_MS + healing.max(self.patience_ms);
        let since = self.last_final_ms.max(calm_from);
        let late = now_ms > since + patience;
        late.then(|| format!("no block for {} s in a calm network", (now_ms - since) / 1000))
    }

    /// R8: what an engine keeps is bounded by its windows and by what is left unfinal.
    fn check_footprints(
        &mut self,
        ground: Ground<'_>,
        glimpses: &[Glimpse],
        certificates: &Certificates,
        found: &mut Vec<Finding>,
    ) {
        for glimpse in glimpses.iter().filter(|glimpse| glimpse.is_correct) {
            self.footprint_max = self.footprint_max.max(glimpse.footprint.total() as u64);
            let members = ground.members(glimpse.epoch);
            let unfinal = certificates.unfinal_of(glimpse.node, glimpse.epoch) + 1;
            // What is final and waits for a block below it lies in memory, too.
            let undelivered = self.height.saturating_sub(glimpse.height);
            let walked = WALKED_MAX.max(usize::try_from(undelivered).unwrap_or(usize::MAX));
            let excess = excess(&glimpse.footprint, members, (unfinal, walked));
            found.extend(excess.map(|(what, got, most)| Finding {
                rule: 8,
                oracle: "progress",
                node: Some(glimpse.node),
                sentence: format!("it keeps {got} {what}, more than {most}"),
            }));
        }
    }

    /// R10: in a calm network nobody stays behind. To walk back to the last block that it has
    /// takes a machine two journeys a block.
    fn check_laggards(&mut self, now_ms: u64, glimpses: &[Glimpse], found: &mut Vec<Finding>) {
        let calm = self.calm_from_ms.is_some();
        for glimpse in glimpses.iter().filter(|g| calm && g.is_correct && g.is_active) {
            let stuck = self.stuck.entry(glimpse.node).or_insert((glimpse.height, now_ms));
            if stuck.0 != glimpse.height || glimpse.height >= self.height {
                *stuck = (glimpse.height, now_ms);
            }
            let behind = self.height - glimpse.height.min(self.height);
            let patience = self.laggard_ms + 3 * self.journey_ms * behind.min(WALKED_MAX as u64);
            if now_ms > stuck.1 + patience {
                *stuck = (glimpse.height, now_ms);
                found.push(Finding {
                    rule: 10,
                    oracle: "progress",
                    node: Some(glimpse.node),
                    sentence: format!("it stays {behind} blocks behind in a calm network"),
                });
            }
        }
    }
}

/// What is kept beyond its bound: its name, how many there are and how many there may be.
fn excess(
    footprint: &Footprint,
    members: usize,
    (unfinal, walked): (usize, usize),
) -> Option<(&'static str, usize, usize)> {
    let bounds = [
        ("votes", footprint.votes, 3 * members * WINDOW),
        ("acts", footprint.acts, WINDOW),
        ("unfinal views", footprint.unfinal, unfinal),
        ("runs of nullified views", footprint.nullified_runs, unfinal + 1),
        ("certificates", footprint.certificates, CERTIFICATES_MAX),
        ("blocks", footprint.blocks, WINDOW + unfinal + walked + 2),
        ("proposals", footprint.proposals, 2 * WINDOW),
    ];
    bounds.into_iter().find(|(_, got, most)| got > most)
}

/// How long it takes at most from the first view with work to a final block: f + 2 views with
/// the first deadlines, then f + 1 with each longer ones, until a deadline covers the longest
/// journey, and 2f + 3 with those.
fn patience_ms(scenario: &Scenario) -> u64 {
    let journey_ms = journey_ms(scenario);
    let faults =
        faults_max(usize::from(scenario.validators) + usize::from(scenario.joiners)) as u64;
    let (mut delta_ms, mut sum_ms) = (scenario.delta_ms, 0);
    let views = |count: u64, delta_ms: u64| count * (3 * delta_ms + 3 * journey_ms);
    sum_ms += views(faults + 2, delta_ms);
    while delta_ms < journey_ms && 3 * delta_ms < VIEW_MAX_MS {
        delta_ms += delta_ms.div_ceil(2);
        sum_ms += views(faults + 1, delta_ms);
    }
    sum_ms + views(2 * faults + 3, delta_ms) + AFTERMATH_MS
}

/// The longest that a message takes, the writes before it and the execution after it included.
fn journey_ms(scenario: &Scenario) -> u64 {
    scenario.network.delay.most_ms() + 2 * scenario.sync_ms + scenario.execution_ms
}

fn views_between(healing: &Healing, entry: &Final) -> u64 {
    if entry.proof.epoch == healing.epoch {
        entry.proof.view.since(healing.view)
    } else {
        entry.proof.view.get()
    }
}
