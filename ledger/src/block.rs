//! Blocks as they travel and rest: a header over a body of transactions.

use crate::execute::{Commitments, InvalidBlock, Outcome};
use crate::limits::BLOCK_TRANSACTIONS_MAX;
use crate::merkle::{Frontier, List};
use crate::transaction::Transaction;
use hefu_primitives::{
    BoundedVec, Certificate, Digest, GenesisHash, Hash, Header, Height, Subject, Timestamp,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What a block holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockBody {
    /// Its transactions, in the order of their execution.
    pub transactions: BoundedVec<Arc<Transaction>, BLOCK_TRANSACTIONS_MAX>,
}

/// A block that can no longer be undone, with all that a store keeps of it.
#[derive(Clone, Debug)]
pub struct FinalBlock {
    /// Its header.
    pub header: Header,
    /// The proof that it is final: a finalization of it, or of a descendant of the same epoch. The last
    /// block of an epoch has its own.
    pub finalization: Certificate,
    /// Its transactions.
    pub body: BlockBody,
    /// What it does.
    pub outcome: Arc<Outcome>,
}

/// The block on which another is built, and the headers below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parent {
    /// Its header.
    pub header: Header,
    /// All headers up to this one, itself included.
    pub history: Frontier,
}

impl Parent {
    /// The parent that `header` is for its children, where `below` are the headers below it.
    pub fn new(header: Header, mut below: Frontier) -> Self {
        below.append(List::History, history_leaf(&header.digest()));
        Self { header, history: below }
    }

    /// The header of a child with what its execution came to.
    pub fn child(
        &self,
        genesis: GenesisHash,
        time: Timestamp,
        commitments: &Commitments,
    ) -> Header {
        Header {
            protocol_version: commitments.protocol_version,
            genesis,
            epoch: commitments.epoch,
            height: self.header.height.next(),
            parent: self.header.digest(),
            time,
            transaction_root: commitments.transaction_root,
            state_root: commitments.state_root,
            history_root: self.history.root(List::History),
            validators: commitments.validators,
            next_validators: commitments.next_validators,
        }
    }

    /// Refuses a header that is not the one of a child with these commitments.
    pub fn check_child(
        &self,
        header: &Header,
        commitments: &Commitments,
    ) -> Result<(), InvalidBlock> {
        commitments.check(header)?;
        let checks = [
            ("genesis hash", header.genesis == self.header.genesis),
            ("height", header.height == self.header.height.next()),
            ("parent", header.parent == self.header.digest()),
            ("time", header.time > self.header.time),
            ("history root", header.history_root == self.history.root(List::History)),
        ];
        match checks.into_iter().find(|(_, holds)| !holds) {
            Some((what, _)) => Err(InvalidBlock::Commitment(what)),
            None => Ok(()),
        }
    }

    /// The height of a child.
    pub fn child_height(&self) -> Height {
        self.header.height.next()
    }
}

/// Whether a certificate may be the proof that this block is final: a finalization of the block, or of
/// one above it in the same epoch, which stands further on in the chain.
pub(crate) fn may_prove(finalization: &Certificate, header: &Header) -> bool {
    let Subject::Finalize(digest) = finalization.subject else { return false };
    let own = digest == header.digest() || !header.is_boundary();
    own && finalization.genesis == header.genesis && finalization.epoch == header.epoch
}

/// A header's leaf in the tree over all headers.
pub fn history_leaf(digest: &Digest) -> Hash {
    List::History.leaf(digest.hash().as_bytes())
}
