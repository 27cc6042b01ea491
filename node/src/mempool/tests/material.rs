//! A mempool with a state, and transactions to fill it with.

use crate::mempool::{Admission, Known, Limits, Mempool, Refusal, Source, Ticket};
use hefu_fixtures::{Sandbox, Wallet, World, list};
use hefu_ledger::organisation::OrganisationId;
use hefu_ledger::{Transaction, TransactionId};
use hefu_primitives::{PublicKey, Signature, Timestamp, Verifier};
use std::sync::Arc;

/// Finds every signature good.
pub(super) struct Trusting;

impl Verifier for Trusting {
    fn verify(&self, _: &PublicKey, _: &[u8], _: &Signature) -> bool {
        true
    }
}

/// Finds no signature good.
pub(super) struct Doubting;

impl Verifier for Doubting {
    fn verify(&self, _: &PublicKey, _: &[u8], _: &Signature) -> bool {
        false
    }
}

/// A source.
pub(super) const SOURCE: Source = Source::new([1; 32]);
/// Another one.
pub(super) const OTHER_SOURCE: Source = Source::new([2; 32]);
/// How long transactions are said to be, unless it matters.
pub(super) const BYTES: usize = 400;

/// A mempool beside a state.
pub(super) struct Bench {
    pub(super) sandbox: Sandbox,
    pub(super) pool: Mempool,
    pub(super) now: Timestamp,
}

impl Bench {
    pub(super) fn new(limits: Limits) -> Self {
        let sandbox = Sandbox::new(World::new(1));
        let now = sandbox.world.now;
        Self { sandbox, pool: Mempool::new(limits), now }
    }

    pub(super) fn world(&mut self) -> &mut World {
        &mut self.sandbox.world
    }

    /// Something that one organisation signs.
    pub(super) fn anchor(&mut self, by: OrganisationId) -> Transaction {
        let digest = self.world().seeds.hash();
        self.world().anchor(by, digest)
    }

    /// A person that is enrolled.
    pub(super) fn person(&mut self) -> Wallet {
        let person = Wallet::person(self.world());
        let enrolment = self.world().create(&person);
        self.sandbox.submit(enrolment).unwrap();
        person
    }

    pub(super) fn consider(
        &mut self,
        transaction: &Transaction,
        bytes: usize,
        source: Source,
    ) -> Result<Admission, Refusal> {
        self.pool.consider(Arc::new(transaction.clone()), bytes, source, self.now)
    }

    /// Leave to check what is not known yet.
    pub(super) fn ticket(&mut self, transaction: &Transaction) -> Ticket {
        match self.consider(transaction, BYTES, SOURCE).unwrap() {
            Admission::Check(ticket) => ticket,
            Admission::Known(known) => panic!("it is known: {known:?}"),
        }
    }

    /// A whole submission; `Ok(None)` if it was added.
    pub(super) fn send(
        &mut self,
        transaction: &Transaction,
        bytes: usize,
        source: Source,
    ) -> Result<Option<Known>, Refusal> {
        let ticket = match self.consider(transaction, bytes, source)? {
            Admission::Check(ticket) => ticket,
            Admission::Known(known) => return Ok(Some(known)),
        };
        let outcome = ticket.check(&self.sandbox.world.hash, &Trusting, &self.sandbox.state);
        self.pool.accept(outcome, self.now).map(|_| None)
    }

    pub(super) fn submit(&mut self, transaction: &Transaction) -> Result<Option<Known>, Refusal> {
        self.send(transaction, BYTES, SOURCE)
    }

    /// The code with which a submission is refused.
    pub(super) fn refused(&mut self, transaction: &Transaction) -> &'static str {
        self.submit(transaction).expect_err("it is refused").code()
    }

    /// Adds what must be added.
    pub(super) fn add(&mut self, transaction: &Transaction) -> TransactionId {
        assert_eq!(self.submit(transaction), Ok(None));
        transaction.envelope.id()
    }

    pub(super) fn wait(&mut self, span_ms: u64) {
        self.now = self.now.saturating_add(span_ms);
        self.pool.expire(self.now);
    }

    /// What would be proposed.
    pub(super) fn candidates(&self, budget_bytes: u32) -> Vec<TransactionId> {
        let candidates = self.pool.candidates(budget_bytes, &|_| false);
        candidates.iter().map(hefu_ledger::CheckedTransaction::id).collect()
    }
}

/// The same under other signatures.
pub(super) fn resigned(transaction: &Transaction) -> Transaction {
    let others = transaction.signatures.iter().map(|_| Signature::from_bytes([7; 64]));
    Transaction { signatures: list(others), ..transaction.clone() }
}

/// Names of transactions.
pub(super) fn ids<'a>(
    transactions: impl IntoIterator<Item = &'a Transaction>,
) -> Vec<TransactionId> {
    transactions.into_iter().map(|transaction| transaction.envelope.id()).collect()
}
