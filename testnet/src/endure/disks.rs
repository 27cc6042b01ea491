//! Disks that fail in a row under load: a node whose disk fails must end, and say so by its exit code;
//! and what it had acknowledged must be there when it is started again.

use super::Endurance;
use crate::disk::{DiskFault, Failure, Part};
use crate::fault::Fault;
use crate::out;
use crate::sample::Sample;
use crate::state::{NodeState, Role};
use crate::status::align;
use crate::wait::until;
use anyhow::{Context, Result, ensure};
use std::collections::BTreeMap;
use std::fs;
use std::num::NonZeroU16;
use std::process::ExitStatus;
use std::time::{Duration, Instant};

/// How long a node may take to meet its fault: it has to start, and to write forty times.
const MEET_LIMIT: Duration = Duration::from_secs(30);

/// How long it may take until what strace saw is in its log.
const LOG_LIMIT: Duration = Duration::from_secs(5);

/// What can fail, and how.
const KINDS: [(Part, Failure); 6] = [
    (Part::Acts, Failure::Kill),
    (Part::Store, Failure::Kill),
    (Part::Acts, Failure::Sync),
    (Part::Store, Failure::Sync),
    (Part::Acts, Failure::Full),
    (Part::Store, Failure::Full),
];

/// Of each kind, the first so many calls fail in turn. The first of them are made while the node starts,
/// the others while it works.
const CALLS: u16 = 40;

/// From one of these calls to the next, so that a few rounds meet early ones and late ones. It has no
/// divisor in common with their number, so none is left out.
const STRIDE: u16 = 13;

/// What came of it, by kind: each way in which nodes ended, and how often.
type Ends = BTreeMap<(Part, Failure), BTreeMap<String, usize>>;

/// The fault of a round, counted from 0.
fn fault(round: usize) -> Option<DiskFault> {
    let (part, failure) = *KINDS.get(round % KINDS.len())?;
    let lap = u16::try_from(round / KINDS.len() % usize::from(CALLS)).ok()?;
    let call = NonZeroU16::new(lap * STRIDE % CALLS + 1)?;
    Some(DiskFault { part, failure, call })
}

impl Endurance<'_> {
    /// Has so many disks fail, and tells what came of it.
    pub(super) async fn fail_disks(&self, rounds: usize) -> Result<()> {
        let validators: Vec<&NodeState> = self.state.of(Role::Validator).collect();
        let (mut ends, mut backs) = (Ends::new(), Vec::with_capacity(rounds));
        for (round, victim) in (0..rounds).zip(validators.iter().cycle()) {
            let fault = fault(round).context("no fault")?;
            let told = || format!("disk {round}: {fault:?} at {}", victim.name);
            let end = self.spoil(victim, fault).await.with_context(told)?;
            *ends.entry((fault.part, fault.failure)).or_default().entry(end).or_default() += 1;
            backs.push(self.mend(victim).await.with_context(told)?);
            self.progress().await.with_context(told)?;
        }
        let backs: Sample = backs.into_iter().collect();
        out::data(format_args!("{rounds} nodes whose disk failed; back after: {backs}"));
        out::data(table(&ends));
        Ok(())
    }

    /// Starts a node on a disk that fails. How the node ended.
    async fn spoil(&self, victim: &NodeState, fault: DiskFault) -> Result<String> {
        let DiskFault { part, failure, call } = fault;
        let node = victim.name.clone();
        self.network.lock().await.apply(&Fault::Disk { node, part, failure, call }).await?;
        let look = async || {
            let end = self.network.lock().await.end_of(&victim.name)?;
            end.context("it runs on")
        };
        let end: ExitStatus = until(MEET_LIMIT, "the node has ended", look).await?;
        ensure!(fault.explains(end), "it ended with {end}, which says something else");
        let place = self.network.lock().await.place().clone();
        let (directory, log) = (place.node(&victim.name), place.calls(&victim.name));
        let look = async || {
            let log = fs::read_to_string(&log)?;
            ensure!(fault.is_met(&directory, &log), "no such call, or another one: {log}");
            Ok(())
        };
        until(LOG_LIMIT, "the call has failed", look).await?;
        Ok(end.to_string())
    }

    /// Starts a node on its good disk. How long it took until it was as high as the others had been.
    async fn mend(&self, victim: &NodeState) -> Result<Duration> {
        let (aim, start) = (self.highest(), Instant::now());
        let (nodes, set) = (vec![victim.name.clone()], Vec::new());
        self.network.lock().await.apply(&Fault::Restart { nodes, set }).await?;
        self.come_back(victim, aim).await?;
        Ok(start.elapsed())
    }
}

fn table(ends: &Ends) -> String {
    let heading = ["WHAT", "HOW", "TIMES", "ENDED BY"].map(str::to_owned);
    let rows = ends.iter().flat_map(|((part, failure), ways)| {
        ways.iter().map(|(end, count)| {
            [part.to_string(), failure.to_string(), count.to_string(), end.clone()]
        })
    });
    align(&std::iter::once(heading).chain(rows).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_call_of_every_kind_has_its_turn() {
        let rounds = KINDS.len() * usize::from(CALLS);
        let faults = (0..rounds).map(|round| fault(round).unwrap());
        let faults: BTreeSet<_> = faults.map(|one| (one.part, one.failure, one.call)).collect();
        assert_eq!(faults.len(), rounds);
        assert_eq!(fault(rounds), fault(0));
    }

    #[test]
    fn a_few_rounds_meet_nodes_that_start_and_nodes_that_work() {
        let calls: BTreeSet<_> = (0..18).map(|round| fault(round).unwrap().call.get()).collect();
        assert_eq!(calls.into_iter().collect::<Vec<_>>(), [1, 14, 27]);
    }
}
