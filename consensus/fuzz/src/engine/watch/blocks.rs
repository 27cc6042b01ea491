//! What is executed, and what is delivered: one chain, each block once, the oldest first.

use super::super::pool::Pool;
use super::{Check, must};
use crate::people::EPOCH;
use hefu_consensus::{Anchor, Record};
use hefu_primitives::{Certificate, Digest, Header, Height, Subject, Vote};
use std::collections::BTreeSet;

/// The blocks of one life.
pub(crate) struct Blocks {
    tip: Header,
    tip_digest: Digest,
    valid: BTreeSet<Digest>,
    /// Blocks whose bodies the driver has.
    bodies: BTreeSet<Digest>,
}

impl Blocks {
    pub(crate) fn new(anchor: &Anchor) -> Self {
        let tip_digest = anchor.header.digest();
        let (valid, bodies) = (BTreeSet::from([tip_digest]), BTreeSet::new());
        Self { tip: anchor.header.clone(), tip_digest, valid, bodies }
    }

    pub(crate) fn tip(&self) -> (Height, Digest) {
        (self.tip.height, self.tip_digest)
    }

    /// The driver is given a body.
    pub(crate) fn handed(&mut self, digest: Digest) {
        self.bodies.insert(digest);
    }

    /// The driver finds a record, and with a proposal a body.
    pub(crate) fn kept(&mut self, record: &Record) {
        if let Record::Proposal(proposal) = record {
            self.handed(proposal.signed.statement.digest);
        }
    }

    /// The driver drops the bodies that the engine does not hold.
    pub(crate) fn drop_unless(&mut self, holds: impl Fn(&Digest) -> bool) {
        self.bodies.retain(|digest| holds(digest));
    }

    /// A record is written; a proposal with its body, which must be there.
    pub(crate) fn recorded(&self, record: &Record) -> Check {
        let lacking = match record {
            Record::Proposal(proposal) => !self.bodies.contains(&proposal.header.digest()),
            _ => false,
        };
        must(!lacking, || format!("keeps {record:?}, whose body is gone"))
    }

    /// R12: whether the last block of the epoch has been delivered.
    pub(crate) fn has_ended(&self) -> bool {
        self.tip.epoch == EPOCH && self.tip.validators != self.tip.next_validators
    }

    pub(crate) fn valid(&mut self, digest: Digest) {
        self.valid.insert(digest);
    }

    /// R3: before it is voted for.
    pub(super) fn is_executed(&self, vote: &Vote) -> Check {
        let executed = vote.subject.digest().is_some_and(|digest| self.valid.contains(&digest));
        must(executed, || format!("votes for what it has not executed: {vote:?}"))
    }

    pub(crate) fn executes(&self, header: &Header) -> Check {
        let ready = self.valid.contains(&header.parent);
        must(ready, || format!("executes {header:?} before its parent"))?;
        let there = self.bodies.contains(&header.digest());
        must(there, || format!("executes {header:?}, whose body is gone"))
    }

    pub(crate) fn built_upon(&self, parent: &Digest) -> Check {
        let ready = self.valid.contains(parent);
        must(ready, || format!("builds on {parent:?}, which has not been executed"))
    }

    /// R6: the next block, executed and proved.
    pub(crate) fn finalized(&mut self, header: &Header, proof: &Certificate, pool: &Pool) -> Check {
        let (digest, (height, tip)) = (header.digest(), self.tip());
        let next = header.height == height.next() && header.parent == tip;
        must(next, || format!("delivers {header:?} above {tip:?} at {height}"))?;
        must(self.valid.contains(&digest), || format!("delivers {header:?} unexecuted"))?;
        let Subject::Finalize(proved) = proof.subject else {
            return Err(format!("{proof:?} makes nothing final"));
        };
        must(pool.descends(proved, &digest), || format!("{proof:?} does not prove {header:?}"))?;
        (self.tip, self.tip_digest) = (header.clone(), digest);
        Ok(())
    }
}
