//! What goes wrong meanwhile: one validator is killed, another paused, a third cut off. One at a time,
//! since four validators bear one fault, and each comes back before the next goes.

use super::Job;
use crate::fault::Fault;
use crate::network::Network;
use crate::out;
use crate::wait::until;
use anyhow::{Context, Result, ensure};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, watch};

/// How long a validator may take to come back.
const BACK_LIMIT: Duration = Duration::from_mins(1);

/// How much of the work is done, in percent.
pub(super) type Progress = watch::Receiver<usize>;

/// One thing that goes wrong, and how it is put right.
struct Trouble {
    /// In a summary.
    what: &'static str,
    /// How much of the work is done when it begins and when it ends, in percent.
    from: usize,
    until: usize,
    wrong: fn(Vec<String>) -> Fault,
    right: fn(Vec<String>) -> Fault,
}

const TROUBLES: [Trouble; 3] = [
    Trouble {
        what: "killed -9 and restarted",
        from: 10,
        until: 25,
        wrong: |nodes| Fault::Kill { nodes },
        right: |nodes| Fault::Restart { nodes, set: Vec::new() },
    },
    Trouble {
        what: "paused and resumed",
        from: 40,
        until: 55,
        wrong: |nodes| Fault::Pause { nodes },
        right: |nodes| Fault::Resume { nodes },
    },
    Trouble {
        what: "cut off and healed",
        from: 70,
        until: 85,
        wrong: |nodes| Fault::Partition { nodes, silent: true },
        right: |nodes| Fault::Heal { nodes },
    },
];

/// What went wrong, in sentences.
#[derive(Debug, Default)]
pub(super) struct Faults {
    told: Vec<String>,
}

impl Faults {
    /// Tells it.
    pub(super) fn tell(&self) {
        for line in &self.told {
            out::data(format_args!("  meanwhile {line}"));
        }
    }
}

/// Makes trouble for all validators but the first while the work goes on, if there are enough.
pub(super) async fn make(
    job: &Job<'_>,
    network: &Mutex<Network>,
    mut progress: Progress,
) -> Result<Faults> {
    let validators = job.validators();
    let mut faults = Faults::default();
    // Fewer bear no fault.
    let victims = if validators.len() >= 4 { &validators[1..4] } else { &[] };
    for (trouble, victim) in TROUBLES.iter().zip(victims) {
        let name = || vec![victim.name.clone()];
        reach(&mut progress, trouble.from).await?;
        let begun = Instant::now();
        network.lock().await.apply(&(trouble.wrong)(name())).await?;
        reach(&mut progress, trouble.until).await?;
        let down = begun.elapsed();
        network.lock().await.apply(&(trouble.right)(name())).await?;
        let mended = Instant::now();
        come_back(job, &victim.name, victim.http).await?;
        faults.told.push(format!(
            "{} was {} after {:.1} s, and level with the others {:.1} s later",
            victim.name,
            trouble.what,
            down.as_secs_f64(),
            mended.elapsed().as_secs_f64()
        ));
    }
    Ok(faults)
}

async fn reach(progress: &mut Progress, percent: usize) -> Result<()> {
    let reached = progress.wait_for(|done| *done >= percent).await;
    reached.map(drop).context("the work has ended")
}

/// Waits until a validator is as high as the first one was when this began.
async fn come_back(job: &Job<'_>, name: &str, node: SocketAddr) -> Result<()> {
    let first = job.validators().first().context("there is no validator")?.http;
    let aim = job.api.status(first).await?.height;
    let look = async || {
        let height = job.api.status(node).await?.height;
        ensure!(height >= aim, "{name} has height {height} of {aim}");
        Ok(())
    };
    until(BACK_LIMIT, format_args!("{name} is back"), look).await
}
