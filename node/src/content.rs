//! What travels of a block beside its header, and what ties the two together.
//!
//! A header commits to its transactions together with what they do, so a body alone cannot be told
//! from another one before it is executed. With the roots of the effects beside it, it can: they make
//! up the leaves of the transaction root. A body that does not belong to its header is as good as
//! none (docs/protocol.md, R5); it must never count as a wrong block.

use hefu_ledger::block::BlockBody;
use hefu_ledger::effects::{Effects, TransactionLeaf};
use hefu_ledger::limits::BLOCK_TRANSACTIONS_MAX;
use hefu_ledger::merkle::{self, List};
use hefu_ledger::transaction::Transaction;
use hefu_primitives::limits::BODY_BYTES_MAX;
use hefu_primitives::{BoundedVec, Hash, Header, codec};
use serde::{Deserialize, Serialize};

/// A body with the roots of what its transactions do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// The transactions.
    pub body: BlockBody,
    /// The root of each transaction's effects, as its proposer has it.
    pub effects: BoundedVec<Hash, BLOCK_TRANSACTIONS_MAX>,
}

impl Content {
    /// A body with the effects that its execution came to.
    pub fn new(body: BlockBody, effects: &[Effects]) -> Self {
        Self { body, effects: BoundedVec::first_of(effects.iter().map(Effects::root)) }
    }

    /// Whether this is what the header commits to, down to the last byte, and no longer than a body may
    /// be: the acts log takes nothing longer, and a validator whose log refuses a body stops. Whether it is
    /// right, only execution tells.
    pub fn belongs_to(&self, header: &Header) -> bool {
        let transactions = &self.body.transactions;
        transactions.len() == self.effects.len()
            && codec::encode(self).len() <= BODY_BYTES_MAX as usize
            && transactions.iter().all(|one| one.body.hash() == one.envelope.payload_hash)
            && self.root() == header.transaction_root
    }

    fn root(&self) -> Hash {
        let pairs = self.body.transactions.iter().zip(&self.effects);
        let leaves: Vec<_> = pairs.map(|(one, effects)| leaf(one, *effects).hash()).collect();
        merkle::root(List::Transactions, &leaves)
    }
}

fn leaf(transaction: &Transaction, effects: Hash) -> TransactionLeaf {
    let (id, signatures) = (transaction.envelope.id(), transaction.signatures_hash());
    TransactionLeaf { id, signatures, effects }
}

#[cfg(test)]
mod tests;
