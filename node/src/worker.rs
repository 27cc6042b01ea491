//! The thread on which blocks are executed and written.
//!
//! Its jobs are done in their order, one at a time: a block is executed after its parent, and
//! written after the one below. What comes of them goes back as it is done.

use crate::application::{Application, Execute, Judged, Made};
use hefu_consensus::Verdict;
use hefu_primitives::{Certificate, Digest, Epoch, Header, Timestamp, View};
use std::sync::{Arc, mpsc};
use std::thread;

/// What is to be done.
#[derive(Debug)]
pub enum Job<A: Application> {
    /// To make a block.
    Build {
        /// The epoch whose engine asked.
        epoch: Epoch,
        /// For this view.
        view: View,
        /// On this block.
        on: Digest,
        /// With this time.
        time: Timestamp,
        /// Of these, as far as they apply.
        candidates: Vec<A::Checked>,
    },
    /// To execute a block.
    Validate {
        /// The epoch whose engine asked; none if the block was fetched because it is final.
        epoch: Option<Epoch>,
        /// Its header.
        header: Arc<Header>,
        /// Its content.
        content: Arc<A::Content>,
        /// Those of its transactions that were checked before, each at its place.
        known: Vec<Option<A::Checked>>,
    },
    /// To write a block that is final.
    Commit {
        /// Its header.
        header: Arc<Header>,
        /// What proves it final.
        proof: Arc<Certificate>,
    },
}

/// What has come of a job.
#[derive(Debug)]
pub enum Done<A: Application> {
    /// A block was made.
    Built {
        /// The epoch whose engine asked.
        epoch: Epoch,
        /// For which view.
        view: View,
        /// The block.
        made: Box<Made<A>>,
    },
    /// A block was executed.
    Validated {
        /// The epoch whose engine asked, if one did.
        epoch: Option<Epoch>,
        /// Which block.
        digest: Digest,
        /// Whether it is right.
        verdict: Verdict,
        /// Its transactions, if their signatures hold.
        checked: Vec<A::Checked>,
    },
    /// A block was written.
    Committed {
        /// Its header.
        header: Arc<Header>,
        /// What proves it final.
        proof: Arc<Certificate>,
        /// Its transactions.
        ids: Vec<A::Id>,
    },
    /// Nothing more can be done.
    Failed(A::Failure),
}

/// Does what `jobs` ask for until they end, and gives `report` what has come of each. Ends after a
/// failure, too.
pub fn start<A: Application, E: Execute<A>>(
    mut executor: E,
    jobs: mpsc::Receiver<Job<A>>,
    report: impl Fn(Done<A>) + Send + 'static,
) -> std::io::Result<thread::JoinHandle<()>> {
    let work = move || {
        for job in jobs {
            let done = perform(&mut executor, job).unwrap_or_else(Done::Failed);
            let failed = matches!(done, Done::Failed(_));
            report(done);
            if failed {
                return;
            }
        }
        executor.close();
    };
    thread::Builder::new().name("executor".to_owned()).spawn(work)
}

fn perform<A: Application, E: Execute<A>>(
    executor: &mut E,
    job: Job<A>,
) -> Result<Done<A>, A::Failure> {
    match job {
        Job::Build { epoch, view, on, time, candidates } => {
            let made = Box::new(executor.build(&on, time, candidates)?);
            Ok(Done::Built { epoch, view, made })
        }
        Job::Validate { epoch, header, content, known } => {
            let Judged { verdict, checked } = executor.judge(&header, &content, known)?;
            Ok(Done::Validated { epoch, digest: header.digest(), verdict, checked })
        }
        Job::Commit { header, proof } => {
            let ids = executor.write(&header, &proof)?;
            Ok(Done::Committed { header, proof, ids })
        }
    }
}

#[cfg(test)]
mod tests;
