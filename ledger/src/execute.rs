//! Blocks: what a body does to the state, and what its header says of it.
//!
//! Execution is total and deterministic. A block holds only transactions that apply: a proposer
//! leaves out what does not ([`build`]), and a block with one that does not is invalid
//! ([`execute`]).

use crate::ReadError;
use crate::effects::{Effects, TransactionLeaf};
use crate::limits::AUTHORITY_WINDOW_MAX_MS;
use crate::merkle::{self, List};
use crate::operation::{self, authority};
use crate::rejection::{Refusal, Rejection};
use crate::state::{self, StateEntry, StateKey, StateReader};
use crate::step::{Changes, Moment, Step};
use crate::transaction::{CheckedTransaction, TransactionId};
use crate::tree::{self, TreeChange, TreeKey, TreeReader};
use hefu_primitives::{Epoch, Hash, Header, Timestamp, ValidatorSet};
use std::collections::BTreeMap;
use thiserror::Error;

/// What a block does: all that follows from its body and its place.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Records, keys and log entries.
    pub changes: Changes,
    /// The records in their stored form; `None` if removed.
    pub entries: BTreeMap<StateKey, Option<StateEntry>>,
    /// What changes in the state tree.
    pub tree: TreeChange,
    /// What each transaction did.
    pub effects: Vec<Effects>,
    /// Each transaction's leaf.
    pub leaves: Vec<TransactionLeaf>,
    /// The roots and sets that the header must name.
    pub commitments: Commitments,
}

/// What a header says of its block's execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Commitments {
    /// The version of the rules by which it was executed.
    pub protocol_version: u32,
    /// The epoch.
    pub epoch: Epoch,
    /// The root of the tree over its transactions.
    pub transaction_root: Hash,
    /// The root of the state after it.
    pub state_root: Hash,
    /// The hash of the validators of its epoch.
    pub validators: Hash,
    /// The hash of the validators of the block above.
    pub next_validators: Hash,
}

/// Why a body is not one that the state allows.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum InvalidBlock {
    /// A transaction does not apply.
    #[error("transaction {at}, {id}: {rejection}")]
    Transaction {
        /// Its place, from zero.
        at: usize,
        /// Which.
        id: TransactionId,
        /// Why not.
        rejection: Rejection,
    },
    /// The header says something else than what execution comes to.
    #[error("the header's {0} is not what its body comes to")]
    Commitment(&'static str),
    /// The state cannot be read, so nobody can tell.
    #[error(transparent)]
    Unreadable(#[from] ReadError),
}

/// A body that a proposer has put together.
#[derive(Clone, Debug)]
pub struct Built {
    /// What applies, in order.
    pub transactions: Vec<CheckedTransaction>,
    /// What does not, and why.
    pub left_out: Vec<(TransactionId, Rejection)>,
    /// What the body does.
    pub outcome: Outcome,
}

/// A body that a proposer has put together, whose roots are not known yet.
pub struct Chosen<'a, R> {
    /// What applies, in order.
    pub transactions: Vec<CheckedTransaction>,
    /// What does not, and why.
    pub left_out: Vec<(TransactionId, Rejection)>,
    /// What the body does, but for them.
    pub draft: Draft<'a, R>,
}

/// Executes a body on the state after its parent, whose time was `parent_time`.
pub fn execute<R: StateReader + TreeReader>(
    reader: &R,
    moment: Moment,
    parent_time: Timestamp,
    transactions: &[CheckedTransaction],
) -> Result<Outcome, InvalidBlock> {
    Ok(apply(reader, moment, parent_time, transactions)?.finish()?)
}

/// Executes a body as [`execute`] does, up to the roots.
pub fn apply<'a, R: StateReader + TreeReader>(
    reader: &'a R,
    moment: Moment,
    parent_time: Timestamp,
    transactions: &[CheckedTransaction],
) -> Result<Draft<'a, R>, InvalidBlock> {
    let mut draft = Draft::begin(reader, moment, parent_time)?;
    for (at, transaction) in transactions.iter().enumerate() {
        draft.add(transaction).map_err(|refusal| match refusal {
            Refusal::Rejected(rejection) => {
                InvalidBlock::Transaction { at, id: transaction.id(), rejection }
            }
            Refusal::Unreadable(error) => InvalidBlock::Unreadable(error),
        })?;
    }
    Ok(draft)
}

/// Puts together a body of those `candidates` that apply, in their order.
pub fn build<R: StateReader + TreeReader>(
    reader: &R,
    moment: Moment,
    parent_time: Timestamp,
    candidates: impl IntoIterator<Item = CheckedTransaction>,
) -> Result<Built, ReadError> {
    let Chosen { transactions, left_out, draft } = choose(reader, moment, parent_time, candidates)?;
    Ok(Built { transactions, left_out, outcome: draft.finish()? })
}

/// Puts together a body as [`build`] does, up to the roots.
pub fn choose<R: StateReader + TreeReader>(
    reader: &R,
    moment: Moment,
    parent_time: Timestamp,
    candidates: impl IntoIterator<Item = CheckedTransaction>,
) -> Result<Chosen<'_, R>, ReadError> {
    let mut draft = Draft::begin(reader, moment, parent_time)?;
    let (mut transactions, mut left_out) = (Vec::new(), Vec::new());
    for candidate in candidates {
        match draft.add(&candidate) {
            Ok(()) => transactions.push(candidate),
            Err(Refusal::Rejected(rejection)) => left_out.push((candidate.id(), rejection)),
            Err(Refusal::Unreadable(error)) => return Err(error),
        }
    }
    Ok(Chosen { transactions, left_out, draft })
}

/// What a body does, before its roots are known.
pub struct Draft<'a, R> {
    reader: &'a R,
    moment: Moment,
    changes: Changes,
    entries: BTreeMap<StateKey, Option<StateEntry>>,
    effects: Vec<Effects>,
    leaves: Vec<TransactionLeaf>,
}

impl<'a, R: StateReader + TreeReader> Draft<'a, R> {
    fn begin(reader: &'a R, moment: Moment, parent_time: Timestamp) -> Result<Self, ReadError> {
        let changes = Changes::default();
        let (entries, effects, leaves) = (BTreeMap::new(), Vec::new(), Vec::new());
        let mut draft = Self { reader, moment, changes, entries, effects, leaves };
        for key in expired(reader, moment, parent_time)? {
            draft.changes.records.insert(key, None);
            draft.entries.insert(key, None);
        }
        Ok(draft)
    }

    fn add(&mut self, transaction: &CheckedTransaction) -> Result<(), Refusal> {
        let now = self.moment.time;
        let expired = transaction.envelope().expires;
        if expired <= now {
            return Err(Rejection::Expired { expired, now }.into());
        }
        let mut step = Step::new(self.reader, &self.changes, self.moment, transaction.id());
        operation::apply(transaction, &mut step)?;
        let (changes, outcome) = (step.changes, step.outcome);
        let (effects, entries) = Effects::of(&changes, &outcome);
        self.leaves.push(TransactionLeaf::new(transaction, &effects));
        self.effects.push(effects);
        self.entries.extend(entries);
        self.changes.absorb(changes);
        Ok(())
    }

    /// Brings the state tree up to date, and with it the roots.
    pub fn finish(self) -> Result<Outcome, ReadError> {
        let hash = |entry: &Option<StateEntry>| entry.as_ref().map(|entry| entry.hash);
        let leaves: BTreeMap<TreeKey, Option<Hash>> =
            self.entries.iter().map(|(key, entry)| (key.tree_key(), hash(entry))).collect();
        let tree = tree::update(self.reader, leaves)?;
        let step = Step::new(self.reader, &self.changes, self.moment, TransactionId::default());
        let commitments = commitments(&step, &self.leaves, tree.root)?;
        let Self { changes, entries, effects, leaves, .. } = self;
        Ok(Outcome { changes, entries, tree, effects, leaves, commitments })
    }
}

/// The names under which identifiers of operations stand that have expired since the parent: they
/// can no longer be executed again, and so are forgotten.
pub(crate) fn expired<R: StateReader>(
    reader: &R,
    moment: Moment,
    parent_time: Timestamp,
) -> Result<Vec<StateKey>, ReadError> {
    // None expires later than this after the block that holds it.
    let latest = authority::minute(parent_time.saturating_add(AUTHORITY_WINDOW_MAX_MS));
    let end = authority::minute(moment.time).min(latest.saturating_add(1));
    let mut found = Vec::new();
    for minute in authority::minute(parent_time)..end {
        let key = StateKey::Pending(minute);
        if reader.record(&key)?.is_some() {
            found.push(key);
        }
    }
    Ok(found)
}

/// What a header says of a block with these transactions, after which `state` reads as it does and
/// has this root.
pub(crate) fn commitments<R: StateReader>(
    state: &R,
    leaves: &[TransactionLeaf],
    state_root: Hash,
) -> Result<Commitments, ReadError> {
    let missing = |what: &str| ReadError::Damaged(format!("no {what}"));
    let validators = state::validators(state)?.ok_or_else(|| missing("validators"))?;
    let protocol = state::protocol(state)?.ok_or_else(|| missing("protocol version"))?;
    let leaves: Vec<Hash> = leaves.iter().map(TransactionLeaf::hash).collect();
    Ok(Commitments {
        protocol_version: protocol.version,
        epoch: validators.epoch,
        transaction_root: merkle::root(List::Transactions, &leaves),
        state_root,
        validators: ValidatorSet::hash(&validators.current),
        next_validators: ValidatorSet::hash(&validators.next),
    })
}

impl Commitments {
    /// Refuses a header that says something else.
    pub fn check(&self, header: &Header) -> Result<(), InvalidBlock> {
        let checks = [
            ("protocol version", header.protocol_version == self.protocol_version),
            ("epoch", header.epoch == self.epoch),
            ("transaction root", header.transaction_root == self.transaction_root),
            ("state root", header.state_root == self.state_root),
            ("validators", header.validators == self.validators),
            ("next validators", header.next_validators == self.next_validators),
        ];
        match checks.into_iter().find(|(_, holds)| !holds) {
            Some((what, _)) => Err(InvalidBlock::Commitment(what)),
            None => Ok(()),
        }
    }
}
