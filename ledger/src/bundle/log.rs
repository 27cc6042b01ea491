//! What happened to a DID: its complete history, and what it was at an earlier time.
//!
//! The record's log head chains all entries of the operation log. Whoever has the record therefore
//! knows whether a list of entries is the whole one; and given the entries from some place on,
//! whether they are the last ones, because only the true chain leads to the head.

use super::BundleError;
use super::chain::{Epochs, FinalHeader};
use super::record::RecordProof;
use super::transaction::{ProvenTransaction, TransactionProof};
use crate::did::DidId;
use crate::limits::BUNDLE_LOG_ENTRIES_MAX;
use crate::log::{LogEntry, LogHead};
use crate::record::{Content, DidRecord};
use crate::step::Moment;
use hefu_primitives::{BoundedVec, Hash, Height, Timestamp};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A version of a DID, with what hides it from whoever only has its hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// The blind.
    pub blind: Hash,
    /// What the DID was.
    pub content: Content,
}

/// All entries of a log.
type Entries = BoundedVec<LogEntry, BUNDLE_LOG_ENTRIES_MAX>;

/// The complete history of a DID.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryProof {
    /// The DID's record, whose log head vouches for the entries.
    pub record: RecordProof,
    /// Every entry of its log.
    pub entries: Entries,
    /// The version after each entry but the last, unless it was erased. The record is the last.
    pub versions: BoundedVec<Option<Version>, BUNDLE_LOG_ENTRIES_MAX>,
    /// The transaction of each entry, where they were asked for.
    pub transactions: Option<BoundedVec<TransactionProof, BUNDLE_LOG_ENTRIES_MAX>>,
}

/// What a DID was for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastProof {
    /// The DID's record, whose log head vouches for the entries.
    pub record: RecordProof,
    /// Which entry was the last then.
    pub chosen: Chosen,
    /// The entries of its log from that one on.
    pub entries: Entries,
}

/// Which entry of a log was the last at the time that is meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Chosen {
    /// None: the DID was not there yet. The entries are all there are.
    NotYet,
    /// The first of the entries that follow.
    First {
        /// The chain of the entries before it.
        before: Hash,
        /// The version that it made, unless that was erased, or is the record.
        version: Option<Box<Version>>,
        /// Its transaction, where that was asked for.
        transaction: Option<Box<TransactionProof>>,
    },
}

/// Why a history or a past state is not proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum LogError {
    /// Entries are missing, added, altered or out of order.
    #[error("{entries} entries lead to {got}; the record's log leads to {expected} after {length}")]
    Head {
        /// The hash of the record's log head.
        expected: Hash,
        /// How many entries its log has.
        length: u32,
        /// Where the entries of the bundle lead.
        got: Hash,
        /// How many these are.
        entries: usize,
    },
    /// There are more or fewer versions than entries before the last.
    #[error("{got} past versions of a log of {entries} entries")]
    VersionCount {
        /// Entries of the log.
        entries: usize,
        /// Versions in the bundle.
        got: usize,
    },
    /// There are more or fewer transactions than entries.
    #[error("{got} transactions of a log of {entries} entries")]
    TransactionCount {
        /// Entries of the log.
        entries: usize,
        /// Transactions in the bundle.
        got: usize,
    },
    /// A version is not the one of its entry.
    #[error("version {number} hashes to {got}, and its entry names {expected}")]
    Version {
        /// The entry, from zero.
        number: u32,
        /// What the entry names.
        expected: Hash,
        /// The version's hash.
        got: Hash,
    },
    /// The newest version is given twice: it stands in the record.
    #[error("the last version stands in the record, and is given again")]
    VersionAgain,
    /// A transaction is not the one of its entry.
    #[error("entry {number} names another transaction, or another block, than the one shown")]
    Transaction {
        /// The entry, from zero.
        number: u32,
    },
    /// A transaction of the right name is shown without what it did to the DID.
    #[error("the transaction of entry {number} is not shown to have written the DID's record")]
    NotWritten {
        /// The entry, from zero.
        number: u32,
    },
}

impl LogError {
    /// The stable code, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Head { .. } => "bundle.log",
            Self::VersionCount { .. } => "bundle.version_count",
            Self::TransactionCount { .. } => "bundle.transaction_count",
            Self::Version { .. } => "bundle.version",
            Self::VersionAgain => "bundle.version_again",
            Self::Transaction { .. } => "bundle.log_transaction",
            Self::NotWritten { .. } => "bundle.not_written",
        }
    }
}

/// All that ever happened to a DID, up to a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// The DID.
    pub did: DidId,
    /// Its record.
    pub record: Box<DidRecord>,
    /// Each operation, the oldest first.
    pub steps: Vec<Step>,
}

/// One operation on a DID.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its place in the log, from zero.
    pub number: u32,
    /// Its entry.
    pub entry: LogEntry,
    /// The version that it made, unless that was erased or withheld.
    pub version: Option<Version>,
    /// The transaction, where it was asked for.
    pub transaction: Option<ProvenTransaction>,
}

/// What a DID was for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// The DID.
    pub did: DidId,
    /// The operation that made it so; none if it was not there yet.
    pub step: Option<Step>,
    /// For how long it was so.
    pub span: Span,
}

/// A part of the chain's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Its first block; none if it begins with the chain.
    pub from: Option<Moment>,
    /// The first block after it, if there is one up to the checkpoint.
    pub until: Option<Moment>,
    /// The checkpoint's block. Nothing is known of any later time.
    pub known: Moment,
}

impl Span {
    /// Whether a block of this height lies in it.
    pub fn has_height(&self, height: Height) -> bool {
        self.from.is_none_or(|from| from.height <= height)
            && self.until.is_none_or(|until| height < until.height)
            && height <= self.known.height
    }

    /// Whether this time lies in it.
    pub fn has_time(&self, time: Timestamp) -> bool {
        self.from.is_none_or(|from| from.time <= time)
            && self.until.is_none_or(|until| time < until.time)
            && time <= self.known.time
    }
}

impl HistoryProof {
    /// The history, if the checkpoint commits to all of it.
    pub(super) fn check(
        self,
        checkpoint: &FinalHeader,
        epochs: &Epochs,
    ) -> Result<History, BundleError> {
        let (did, record) = self.record.check_did(&checkpoint.header.state_root)?;
        check_head(&record.log, &LogHead::of(&self.entries), self.entries.len())?;
        let transactions = self.transactions.as_deref();
        check_counts(self.entries.len(), self.versions.len(), transactions.map(<[_]>::len))?;
        let mut transactions = transactions.unwrap_or_default().iter().cloned();
        let last = Version { blind: record.blind, content: record.content.clone() };
        let versions = self.versions.iter().cloned().chain([Some(last)]);
        let mut steps = Vec::new();
        for ((number, entry), version) in (0..).zip(&self.entries).zip(versions) {
            let step = Step::new(number, *entry, version)?;
            steps.push(step.with(transactions.next(), &did, checkpoint, epochs)?);
        }
        Ok(History { did, record, steps })
    }
}

impl PastProof {
    /// What the DID was and for how long, if the checkpoint commits to it.
    pub(super) fn check(
        self,
        checkpoint: &FinalHeader,
        epochs: &Epochs,
    ) -> Result<Past, BundleError> {
        let (did, record) = self.record.check_did(&checkpoint.header.state_root)?;
        let known = moment(checkpoint.header.height, checkpoint.header.time);
        let at = |place: usize| self.entries.get(place).map(|e| moment(e.height, e.time));
        match self.chosen {
            Chosen::NotYet => {
                check_head(&record.log, &LogHead::of(&self.entries), self.entries.len())?;
                let span = Span { from: None, until: at(0), known };
                Ok(Past { did, step: None, span })
            }
            Chosen::First { before, version, transaction } => {
                let (number, entry) = first(&record.log, before, &self.entries)?;
                let version = version_of(self.entries.len(), version.map(|boxed| *boxed), *record)?;
                let step = Step::new(number, entry, version)?;
                let step = step.with(transaction.map(|boxed| *boxed), &did, checkpoint, epochs)?;
                let span = Span { from: at(0), until: at(1), known };
                Ok(Past { did, step: Some(step), span })
            }
        }
    }
}

pub(super) const fn moment(height: Height, time: Timestamp) -> Moment {
    Moment { height, time }
}

/// The first of `entries` with its number, if they are the last ones of the log.
fn first(log: &LogHead, before: Hash, entries: &[LogEntry]) -> Result<(u32, LogEntry), LogError> {
    let count = u32::try_from(entries.len()).unwrap_or(u32::MAX);
    let number = log.length.saturating_sub(count);
    let start = LogHead { hash: before, length: number, ..LogHead::default() };
    let got = entries.iter().fold(start, |head, entry| head.then(entry));
    check_head(log, &got, entries.len())?;
    let none = LogError::Head { expected: log.hash, length: log.length, got: got.hash, entries: 0 };
    entries.first().map(|entry| (number, *entry)).ok_or(none)
}

/// The version that the first of so many last entries made. The record is that of the last entry.
fn version_of(
    entries: usize,
    version: Option<Version>,
    record: DidRecord,
) -> Result<Option<Version>, LogError> {
    match (entries, version) {
        (1, None) => Ok(Some(Version { blind: record.blind, content: record.content })),
        (1, Some(_)) => Err(LogError::VersionAgain),
        (_, version) => Ok(version),
    }
}

impl Step {
    fn new(number: u32, entry: LogEntry, version: Option<Version>) -> Result<Self, LogError> {
        let expected = entry.content;
        let got = version.as_ref().map(|version| version.content.hash(&version.blind));
        match got.filter(|got| *got != expected) {
            Some(got) => Err(LogError::Version { number, expected, got }),
            None => Ok(Self { number, entry, version, transaction: None }),
        }
    }

    /// The step with its transaction, if that is the one which the entry names.
    fn with(
        self,
        transaction: Option<TransactionProof>,
        did: &DidId,
        checkpoint: &FinalHeader,
        epochs: &Epochs,
    ) -> Result<Self, BundleError> {
        let Some(transaction) = transaction else { return Ok(self) };
        let (number, entry) = (self.number, &self.entry);
        let transaction = transaction.check(checkpoint, epochs)?;
        let header = &transaction.header;
        let shown = (*transaction.id.hash(), header.height, header.time);
        if shown != (entry.transaction, entry.height, entry.time) {
            return Err(LogError::Transaction { number }.into());
        }
        if !transaction.carried.wrote(did) {
            return Err(LogError::NotWritten { number }.into());
        }
        Ok(Self { transaction: Some(transaction), ..self })
    }
}

fn check_head(log: &LogHead, got: &LogHead, entries: usize) -> Result<(), LogError> {
    if got == log {
        return Ok(());
    }
    Err(LogError::Head { expected: log.hash, length: log.length, got: got.hash, entries })
}

fn check_counts(
    entries: usize,
    versions: usize,
    transactions: Option<usize>,
) -> Result<(), LogError> {
    if versions != entries.saturating_sub(1) {
        return Err(LogError::VersionCount { entries, got: versions });
    }
    match transactions.filter(|got| *got != entries) {
        Some(got) => Err(LogError::TransactionCount { entries, got }),
        None => Ok(()),
    }
}
