//! The thread on which blocks are executed and written.
//!
//! Its jobs are done in their order, one at a time: a block is executed after its parent, and
//! written after the one below. What comes of them goes back as it is done.

use crate::content::Content;
use crate::executor::{Executor, ExecutorError, Made};
use hefu_consensus::Verdict;
use hefu_ledger::block::FinalBlock;
use hefu_ledger::store::Store;
use hefu_ledger::transaction::TransactionError;
use hefu_ledger::{CheckedTransaction, Transaction};
use hefu_primitives::{Certificate, Digest, Ed25519, Epoch, GenesisHash, Header, Timestamp, View};
use std::sync::{Arc, mpsc};
use std::thread;
use tracing::warn;

/// What is to be done.
#[derive(Debug)]
pub enum Job {
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
        candidates: Vec<CheckedTransaction>,
    },
    /// To execute a block.
    Validate {
        /// The epoch whose engine asked; none if the block was fetched because it is final.
        epoch: Option<Epoch>,
        /// Its header.
        header: Arc<Header>,
        /// Its content.
        content: Arc<Content>,
        /// Those of its transactions that were checked before, each at its place.
        known: Vec<Option<CheckedTransaction>>,
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
pub enum Done {
    /// A block was made.
    Built {
        /// The epoch whose engine asked.
        epoch: Epoch,
        /// For which view.
        view: View,
        /// The block.
        made: Box<Made>,
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
        checked: Vec<CheckedTransaction>,
    },
    /// A block was written.
    Committed(Arc<FinalBlock>),
    /// Nothing more can be done.
    Failed(ExecutorError),
}

/// Does what `jobs` ask for until they end, and gives `report` what has come of each. Ends after a
/// failure, too.
pub fn start<S: Store + Send + Sync + 'static>(
    mut executor: Executor<S>,
    genesis: GenesisHash,
    jobs: mpsc::Receiver<Job>,
    report: impl Fn(Done) + Send + 'static,
) -> std::io::Result<thread::JoinHandle<()>> {
    let work = move || {
        for job in jobs {
            let done = perform(&mut executor, &genesis, job).unwrap_or_else(Done::Failed);
            let failed = matches!(done, Done::Failed(_));
            report(done);
            if failed {
                return;
            }
        }
        if let Err(error) = executor.settle() {
            // Everything is on the disk; only the next start takes longer.
            warn!(%error, "the store was not settled");
        }
    };
    thread::Builder::new().name("executor".to_owned()).spawn(work)
}

fn perform<S: Store>(
    executor: &mut Executor<S>,
    genesis: &GenesisHash,
    job: Job,
) -> Result<Done, ExecutorError> {
    match job {
        Job::Build { epoch, view, on, time, candidates } => {
            let made = Box::new(executor.build(&on, time, candidates)?);
            Ok(Done::Built { epoch, view, made })
        }
        Job::Validate { epoch, header, content, known } => {
            let digest = header.digest();
            let Ok(checked) = check(&content, known, genesis) else {
                let verdict = Verdict::Invalid;
                return Ok(Done::Validated { epoch, digest, verdict, checked: Vec::new() });
            };
            let verdict = executor.validate(&header, &content.body, &checked)?;
            Ok(Done::Validated { epoch, digest, verdict, checked })
        }
        Job::Commit { header, proof } => Ok(Done::Committed(executor.commit(&header, &proof)?)),
    }
}

/// The transactions of a body, all checked. Whoever wrote them signed for what they are, so one that
/// does not hold makes the block wrong for everybody.
fn check(
    content: &Content,
    known: Vec<Option<CheckedTransaction>>,
    genesis: &GenesisHash,
) -> Result<Vec<CheckedTransaction>, TransactionError> {
    let known = known.into_iter().chain(std::iter::repeat(None));
    let transactions: Vec<_> = content.body.transactions.iter().zip(known).collect();
    let half = transactions.len().div_ceil(2);
    let (first, second) = transactions.split_at(half);
    thread::scope(|scope| {
        let other = scope.spawn(|| check_some(second, genesis));
        let mut checked = check_some(first, genesis)?;
        checked.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        Ok(checked)
    })
}

fn check_some(
    transactions: &[(&Arc<Transaction>, Option<CheckedTransaction>)],
    genesis: &GenesisHash,
) -> Result<Vec<CheckedTransaction>, TransactionError> {
    let check = |(transaction, known): &(&Arc<Transaction>, Option<CheckedTransaction>)| {
        let fresh = || CheckedTransaction::new(Arc::clone(transaction), genesis, &Ed25519);
        known.clone().map_or_else(fresh, Ok)
    };
    transactions.iter().map(check).collect()
}

#[cfg(test)]
mod tests;
