//! The ledger as what a node orders: where the pipeline meets transactions, state and RocksDB.

use crate::acts::Floor;
use crate::application::{
    Application, Chain, Checked, Considered, Content, Execute, Judged, Made, Pool, Source,
};
use crate::content;
use crate::executor::{Executor, ExecutorError};
use crate::mempool::{Admission, Footprint, Mempool, Outcome, Refusal, Status, Ticket};
use hefu_consensus::Verdict;
use hefu_ledger::rejection::Rejection;
use hefu_ledger::state;
use hefu_ledger::store::Store;
use hefu_ledger::store::rocks::{self, RocksStore};
use hefu_ledger::{CheckedTransaction, ReadError, Transaction, TransactionId};
use hefu_primitives::{
    Certificate, Committee, Digest, Ed25519, GenesisHash, Header, Height, Timestamp, codec,
};
use std::sync::Arc;
use tracing::warn;

/// The ledger of DIDs.
#[derive(Clone, Copy, Debug)]
pub struct Ledger;

impl Application for Ledger {
    type Id = TransactionId;
    type Transaction = Transaction;
    type Checked = CheckedTransaction;
    type Content = content::Content;
    type Pool = Mempool;
    type Chain = RocksStore;
    type Executor = Executor<RocksStore>;
    type Failure = ExecutorError;
}

impl Checked<Ledger> for CheckedTransaction {
    fn id(&self) -> TransactionId {
        Self::id(self)
    }

    fn transaction(&self) -> &Arc<Transaction> {
        Self::transaction(self)
    }
}

impl Content for content::Content {
    type Id = TransactionId;

    fn belongs_to(&self, header: &Header) -> bool {
        Self::belongs_to(self, header)
    }

    fn ids(&self) -> Vec<TransactionId> {
        self.body.transactions.iter().map(|one| one.envelope.id()).collect()
    }
}

impl Pool<Ledger> for Mempool {
    type Ticket = Ticket;
    type Outcome = Outcome;
    type Refusal = Refusal;
    type Rejection = Rejection;
    type Status = Status;
    type Footprint = Footprint;

    fn consider(
        &mut self,
        transaction: Arc<Transaction>,
        bytes: usize,
        source: Source,
        now: Timestamp,
    ) -> Result<Considered<Ticket, TransactionId>, Refusal> {
        let again = Arc::clone(&transaction);
        match Self::consider(self, transaction, bytes, source, now)? {
            Admission::Check(ticket) => Ok(Considered::Check(ticket)),
            Admission::Known(_) => Ok(Considered::Known(again.envelope.id())),
        }
    }

    fn check(ticket: Ticket, genesis: &GenesisHash, chain: &RocksStore) -> Outcome {
        ticket.check(genesis, &Ed25519, chain)
    }

    fn accept(&mut self, outcome: Outcome, now: Timestamp) -> Result<TransactionId, Refusal> {
        Self::accept(self, outcome, now)
    }

    fn candidates(
        &self,
        bytes: u32,
        excluded: &dyn Fn(&TransactionId) -> bool,
    ) -> Vec<CheckedTransaction> {
        Self::candidates(self, bytes, excluded)
    }

    fn older_than(&self, before: Timestamp, count_max: usize) -> Vec<CheckedTransaction> {
        Self::older_than(self, before, count_max)
    }

    fn waiting(&self, id: &TransactionId) -> Option<&CheckedTransaction> {
        Self::waiting(self, id)
    }

    fn count(&self) -> usize {
        Self::count(self)
    }

    fn known(&self, content: &content::Content) -> Vec<Option<CheckedTransaction>> {
        let transactions = content.body.transactions.iter();
        transactions.map(|one| self.verdict(&one.envelope.id(), &one.signatures_hash())).collect()
    }

    fn remember(&mut self, checked: Vec<CheckedTransaction>) {
        for one in checked {
            let bytes = codec::encode(&**one.transaction()).len();
            Self::remember(self, one, bytes);
        }
    }

    fn left_out(&mut self, id: &TransactionId, why: Rejection, now: Timestamp) {
        Self::left_out(self, id, why, now);
    }

    fn executed(&mut self, ids: Vec<TransactionId>) {
        Self::executed(self, ids);
    }

    fn expire(&mut self, now: Timestamp) {
        Self::expire(self, now);
    }

    fn status(&self, id: &TransactionId) -> Status {
        Self::status(self, id)
    }

    fn footprint(&self) -> Footprint {
        Self::footprint(self)
    }
}

impl From<Floor> for rocks::Floor {
    fn from(floor: Floor) -> Self {
        Self { height: floor.height, digest: floor.digest }
    }
}

impl<S: Store + Send + Sync + 'static> Chain for S {
    type Content = content::Content;
    type Error = ReadError;

    fn last(&self) -> Header {
        self.head().header.clone()
    }

    fn committee(&self, genesis: GenesisHash) -> Result<Committee, ReadError> {
        let missing = || ReadError::Damaged("no validators".to_owned());
        let validators = state::validators(self)?.ok_or_else(missing)?;
        let (epoch, validators) = if self.head().header.is_boundary() {
            (validators.epoch.next(), validators.next)
        } else {
            (validators.epoch, validators.current)
        };
        Ok(Committee { genesis, epoch, validators })
    }

    fn header_at(&self, height: Height) -> Result<Option<Header>, ReadError> {
        self.header(height)
    }

    fn proof_at(&self, height: Height) -> Result<Option<Certificate>, ReadError> {
        self.finalization(height)
    }

    fn content_at(&self, height: Height) -> Result<Option<content::Content>, ReadError> {
        let Some(body) = self.body(height)? else { return Ok(None) };
        Ok(Some(content::Content::new(body, &self.effects(height)?)))
    }
}

impl<S: Store + Send + Sync + 'static> Execute<Ledger> for Executor<S> {
    fn build(
        &mut self,
        on: &Digest,
        time: Timestamp,
        candidates: Vec<CheckedTransaction>,
    ) -> Result<Made<Ledger>, ExecutorError> {
        Self::build(self, on, time, candidates)
    }

    fn judge(
        &mut self,
        header: &Header,
        content: &content::Content,
        known: Vec<Option<CheckedTransaction>>,
    ) -> Result<Judged<Ledger>, ExecutorError> {
        // Whoever wrote the header signed for what stands in its block.
        let Ok(checked) = self.check(content, known) else {
            return Ok(Judged { verdict: Verdict::Invalid, checked: Vec::new() });
        };
        let verdict = self.validate(header, &content.body, &checked)?;
        Ok(Judged { verdict, checked })
    }

    fn write(
        &mut self,
        header: &Header,
        proof: &Certificate,
    ) -> Result<Vec<TransactionId>, ExecutorError> {
        let block = self.commit(header, proof)?;
        Ok(block.outcome.leaves.iter().map(|leaf| leaf.id).collect())
    }

    fn close(&mut self) {
        if let Err(error) = self.settle() {
            // Everything is on the disk; only the next start takes longer.
            warn!(%error, "the store was not settled");
        }
    }
}
