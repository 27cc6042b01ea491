//! Replaying a chain from its genesis: every signature, every rule, every root.
//!
//! Payloads of DIDs that have ended may be erased. The DID's records are then known by their hashes
//! alone, which are taken from the effects that the transaction root commits to. Nothing else is:
//! what an erased operation did to other records follows from its envelope, and so do the
//! organisations that signed it, their caps and its time. What could not be checked is counted.
//!
//! At the end the last records of these DIDs must be shown ([`Replay::finish`]): nothing may be missing
//! of one that has not ended, and no signature key of theirs may be another's.

use crate::ReadError;
use crate::block::{BlockBody, Parent, may_prove};
use crate::effects::{Effects, TransactionLeaf, Write, Written};
use crate::execute::{InvalidBlock, commitments, expired};
use crate::genesis::Genesis;
use crate::merkle::Frontier;
use crate::operation::{self, OperationKind, did_create_batch, remains};
use crate::rejection::{Refusal, Rejection};
use crate::state::{self, StateKey, StateReader};
use crate::step::{Changes, Moment, Step};
use crate::transaction::{
    Body, CheckedTransaction, Sealed, Transaction, TransactionError, TransactionId,
};
use hefu_primitives::{
    Certificate, Checkpoint, Committee, Epoch, GenesisHash, Header, Height, Verifier, Verify,
};
use partial::ReplayState;
use std::collections::BTreeSet;
use std::sync::Arc;

mod error;
mod partial;

pub use error::{LastRecordError, ReplayError};

/// A chain that has been replayed up to some block.
#[derive(Clone, Debug)]
pub struct Replay {
    committee: Committee,
    parent: Parent,
    state: ReplayState,
    report: Report,
    /// Whether the last block has a finalization of its own, which proves all below.
    is_proved: bool,
}

/// What a replay has checked, and what it could not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Blocks, the genesis block not counted.
    pub blocks: u64,
    /// Transactions that were executed, with every rule.
    pub executed: u64,
    /// Transactions whose payload is gone: what they did to their DID could not be checked, nor
    /// the signatures of its holder.
    pub erased: u64,
    /// Transactions that are whole but rest on records or keys of which only the hash is left:
    /// their signatures were checked, not all of their rules could be.
    pub resting_on_erased: u64,
    /// Entries of batches that are gone, while the rest of their batch was checked.
    pub erased_entries: u64,
}

impl Replay {
    /// The chain that consists of the genesis block alone.
    pub fn new(genesis: &Genesis) -> Result<Self, ReadError> {
        let mut state = ReplayState::default();
        for (key, entry) in genesis.records() {
            state.write(key, Some(entry));
        }
        let root = state.settle()?;
        let committee = Committee {
            genesis: genesis.hash(),
            epoch: Epoch::ZERO,
            validators: genesis.validators.clone(),
        };
        let parent = Parent::new(genesis.header(root), Frontier::default());
        Ok(Self { committee, parent, state, report: Report::default(), is_proved: true })
    }

    /// The last block that was replayed.
    pub fn head(&self) -> &Header {
        &self.parent.header
    }

    /// What was checked so far.
    pub fn report(&self) -> Report {
        self.report
    }

    /// Replays the block above. After an error the replay is at an end.
    pub fn block<V: Verifier>(
        &mut self,
        header: &Header,
        finalization: &Certificate,
        body: &BlockBody,
        effects: &[Effects],
        verifier: &V,
    ) -> Result<(), ReplayError> {
        let height = header.height;
        self.check_final(header, finalization, verifier)?;
        let (expected, got) = (body.transactions.len(), effects.len());
        if expected != got {
            return Err(ReplayError::EffectCount { height, expected, got });
        }
        let moment = Moment { height, time: header.time };
        let parent_time = self.parent.header.time;
        for key in readable(height, expired(&self.state, moment, parent_time))? {
            self.state.write(key, None);
        }
        let mut leaves = Vec::with_capacity(expected);
        for (at, (transaction, effects)) in body.transactions.iter().zip(effects).enumerate() {
            let mut turn = Turn { replay: self, moment, at, effects };
            turn.transaction(transaction, verifier)?;
            leaves.push(TransactionLeaf::kept(transaction, effects));
        }
        let root = readable(height, self.state.settle())?;
        let commitments = readable(height, commitments(&self.state, &leaves, root))?;
        let child = self.parent.check_child(header, &commitments);
        child.map_err(|error| ReplayError::Invalid { height, error })?;
        readable(height, self.advance(header))
    }

    /// Checks that the last block proves all others final, and that whatever was missing may be missing, by
    /// the last state's records of the DIDs that it was about. Tells what the whole replay has checked.
    pub fn finish<R: StateReader>(mut self, records: &R) -> Result<Report, ReplayError> {
        if !self.is_proved {
            return Err(ReplayError::NotProved { height: self.head().height });
        }
        let wrong = |did| move |error| ReplayError::LastRecord { did, error };
        for (did, hash) in self.state.sealed() {
            let record = state::did(records, &did).map_err(LastRecordError::from);
            let revealed = record.and_then(|record| self.state.reveal(did, hash, record));
            revealed.map_err(wrong(did))?;
        }
        let living = self.state.first_living();
        living.map_or(Ok(self.report), |did| Err(wrong(did)(LastRecordError::Living)))
    }

    /// A block may be final through one above it, whose finalization then proves both.
    fn check_final<V: Verifier>(
        &mut self,
        header: &Header,
        finalization: &Certificate,
        verifier: &V,
    ) -> Result<(), ReplayError> {
        self.is_proved = finalization.finalizes(header);
        if !self.is_proved && may_prove(finalization, header) {
            return Ok(());
        }
        let checkpoint = Checkpoint { header: header.clone(), finalization: finalization.clone() };
        let height = header.height;
        checkpoint
            .verify(&self.committee, verifier)
            .map_err(|error| ReplayError::NotFinal { height, error })
    }

    fn advance(&mut self, header: &Header) -> Result<(), ReadError> {
        self.parent = Parent::new(header.clone(), self.parent.history.clone());
        self.report.blocks = self.report.blocks.saturating_add(1);
        if header.is_boundary() {
            let missing = || ReadError::Damaged("no validators".to_owned());
            let validators = state::validators(&self.state)?.ok_or_else(missing)?;
            self.committee.epoch = self.committee.epoch.next();
            self.committee.validators = validators.next;
        }
        Ok(())
    }
}

fn readable<T>(height: Height, read: Result<T, ReadError>) -> Result<T, ReplayError> {
    read.map_err(|error| ReplayError::Invalid { height, error: error.into() })
}

/// One transaction of a block that is being replayed.
struct Turn<'a> {
    replay: &'a mut Replay,
    moment: Moment,
    at: usize,
    effects: &'a Effects,
}

impl Turn<'_> {
    fn transaction<V: Verifier>(
        &mut self,
        transaction: &Arc<Transaction>,
        verifier: &V,
    ) -> Result<(), ReplayError> {
        match erased(transaction) {
            Erased::Nothing => {
                let checked = self.check(transaction, verifier, CheckedTransaction::new)?;
                self.check_time(&checked)?;
                self.whole(&checked)
            }
            Erased::Entries(count) => {
                let checked = self.check(transaction, verifier, CheckedTransaction::remains)?;
                self.check_time(&checked)?;
                self.batch(&checked)?;
                let entries = checked.entries().iter();
                let gone = entries.filter(|entry| matches!(entry.enrolment, Sealed::Erased(_)));
                self.replay.state.missing.extend(gone.map(|entry| entry.did));
                bump(&mut self.replay.report.executed, 1);
                bump(&mut self.replay.report.erased_entries, count);
                Ok(())
            }
            Erased::Payload => {
                let checked = self.check(transaction, verifier, CheckedTransaction::remains)?;
                self.check_time(&checked)?;
                self.opaque(&checked)?;
                self.replay.state.missing.extend(checked.did());
                bump(&mut self.replay.report.erased, 1);
                Ok(())
            }
        }
    }

    fn check<V: Verifier>(
        &self,
        transaction: &Arc<Transaction>,
        verifier: &V,
        check: fn(
            Arc<Transaction>,
            &GenesisHash,
            &V,
        ) -> Result<CheckedTransaction, TransactionError>,
    ) -> Result<CheckedTransaction, ReplayError> {
        let (height, at) = (self.moment.height, self.at);
        check(Arc::clone(transaction), &self.replay.committee.genesis, verifier)
            .map_err(|error| ReplayError::Transaction { height, at, error })
    }

    fn check_time(&self, checked: &CheckedTransaction) -> Result<(), ReplayError> {
        let (now, expired) = (self.moment.time, checked.envelope().expires);
        if expired <= now {
            return Err(self.rejected(checked.id(), Rejection::Expired { expired, now }));
        }
        Ok(())
    }

    /// A transaction of which nothing is missing.
    fn whole(&mut self, checked: &CheckedTransaction) -> Result<(), ReplayError> {
        let before = Changes::default();
        let mut step = Step::new(&self.replay.state, &before, self.moment, checked.id());
        let verdict = operation::apply(checked, &mut step);
        let agrees = Effects::of(&step.changes, &step.outcome).0 == *self.effects;
        let changes = step.changes;
        match verdict {
            Ok(()) if agrees => {
                self.replay.state.absorb(changes);
                bump(&mut self.replay.report.executed, 1);
                Ok(())
            }
            Err(Refusal::Unreadable(ReadError::Erased(_))) => self.resting(checked),
            // An entry may have been skipped for a key of a DID of which only the hash is left.
            _ if self.replay.state.has_erased && is_batch(checked) => self.resting(checked),
            Ok(()) => self.expect(false),
            Err(refusal) => Err(self.refused(checked, refusal)),
        }
    }

    /// A transaction that is whole, and rests on records that are not.
    fn resting(&mut self, checked: &CheckedTransaction) -> Result<(), ReplayError> {
        bump(&mut self.replay.report.resting_on_erased, 1);
        if is_batch(checked) { self.batch(checked) } else { self.opaque(checked) }
    }

    /// An operation on a DID of which the record that it wrote cannot be told. It can of whatever
    /// else it wrote, and that must be all.
    fn opaque(&mut self, checked: &CheckedTransaction) -> Result<(), ReplayError> {
        let before = Changes::default();
        let mut step = Step::new(&self.replay.state, &before, self.moment, checked.id());
        let applied = remains::apply_shared(checked, &mut step);
        applied.map_err(|refusal| self.refused(checked, refusal))?;
        let (known, _) = Effects::of(&step.changes, &[]);
        let opaque = checked.did().map(StateKey::Did).into_iter().collect();
        self.expect(self.effects.outcome.is_empty() && self.agrees(&known, &opaque))?;
        self.replay.state.absorb(step.changes);
        self.replay.state.seal(self.effects, &opaque);
        Ok(())
    }

    /// A batch of which entries are missing or rest on what is: the others are executed and
    /// compared one by one.
    fn batch(&mut self, checked: &CheckedTransaction) -> Result<(), ReplayError> {
        let before = Changes::default();
        let mut step = Step::new(&self.replay.state, &before, self.moment, checked.id());
        let effects = self.effects;
        let is_pending = |write: &Write| matches!(write.key, StateKey::Pending(_));
        let executed = did_create_batch::Executed {
            applied: |place: usize| effects.is_applied(place),
            remembered: effects.writes.iter().any(is_pending),
        };
        let opaque = did_create_batch::apply_remains(checked, &executed, &mut step);
        let opaque = opaque.map_err(|refusal| self.refused(checked, refusal))?;
        let (known, _) = Effects::of(&step.changes, &[]);
        let changes = step.changes;
        self.expect(effects.is_outcome_of(checked.entries().len()))?;
        self.expect(self.agrees(&known, &opaque))?;
        self.replay.state.absorb(changes);
        self.replay.state.seal(effects, &opaque);
        Ok(())
    }

    /// Whether the effects are what is known, and besides only sealed records under each of these
    /// names.
    fn agrees(&self, known: &Effects, opaque: &BTreeSet<StateKey>) -> bool {
        let is_opaque = |write: &&Write| {
            opaque.contains(&write.key) && matches!(write.written, Written::Sealed(_))
        };
        let (sealed, others): (Vec<_>, Vec<_>) = self.effects.writes.iter().partition(is_opaque);
        others.into_iter().eq(&known.writes) && sealed.iter().map(|write| &write.key).eq(opaque)
    }

    fn expect(&self, holds: bool) -> Result<(), ReplayError> {
        let (height, at) = (self.moment.height, self.at);
        if holds { Ok(()) } else { Err(ReplayError::Effects { height, at }) }
    }

    fn rejected(&self, id: TransactionId, rejection: Rejection) -> ReplayError {
        let error = InvalidBlock::Transaction { at: self.at, id, rejection };
        ReplayError::Invalid { height: self.moment.height, error }
    }

    fn refused(&self, checked: &CheckedTransaction, refusal: Refusal) -> ReplayError {
        match refusal {
            Refusal::Rejected(rejection) => self.rejected(checked.id(), rejection),
            Refusal::Unreadable(error) => {
                ReplayError::Invalid { height: self.moment.height, error: error.into() }
            }
        }
    }
}

fn is_batch(checked: &CheckedTransaction) -> bool {
    checked.envelope().kind == OperationKind::DidCreateBatch
}

fn bump(count: &mut u64, by: u64) {
    *count = count.saturating_add(by);
}

/// What of a transaction is gone.
enum Erased {
    Nothing,
    Entries(u64),
    Payload,
}

fn erased(transaction: &Transaction) -> Erased {
    match &transaction.body {
        Body::Single(payload) => match payload.as_ref() {
            Sealed::Open { .. } => Erased::Nothing,
            Sealed::Erased(_) => Erased::Payload,
        },
        Body::Batch(entries) => {
            let gone = entries.iter().filter(|entry| matches!(entry.enrolment, Sealed::Erased(_)));
            match u64::try_from(gone.count()) {
                Ok(0) => Erased::Nothing,
                Ok(count) => Erased::Entries(count),
                Err(_) => Erased::Payload,
            }
        }
    }
}
