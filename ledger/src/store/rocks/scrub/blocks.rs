//! Scrubbing blocks: headers, history, transactions, indexes.

use super::{Scrubbed, check};
use crate::ReadError;
use crate::block::{Parent, history_leaf, may_prove};
use crate::effects::{Effects, TransactionLeaf};
use crate::log::LogHead;
use crate::merkle::{self, Frontier, List, NodeReader};
use crate::state;
use crate::store::rocks::columns::{self, Column};
use crate::store::rocks::{RocksStore, index_prefix, logs};
use crate::store::{Location, Store, change};
use crate::transaction::Transaction;
use hefu_primitives::{Header, Height};
use std::collections::BTreeMap;

impl RocksStore {
    /// Every block follows from the one below, and holds what its header says.
    pub(super) fn scrub_blocks(&self, scrubbed: &mut Scrubbed) -> Result<(), ReadError> {
        let mut history = Frontier::default();
        for height in (0..=self.head.header.height.get()).map(Height::new) {
            let missing = || ReadError::Damaged(format!("header {height} is missing"));
            let header = self.header(height)?.ok_or_else(missing)?;
            self.scrub_header(&header, &history)?;
            self.scrub_history(&header, &mut history)?;
            let effects = self.scrub_body(&header)?;
            let (logs, transactions) = (self.scrub_written(height, &effects)?, effects.len());
            scrubbed.blocks = scrubbed.blocks.saturating_add(1);
            scrubbed.logs = scrubbed.logs.saturating_add(logs);
            let transactions = u64::try_from(transactions).unwrap_or(u64::MAX);
            scrubbed.transactions = scrubbed.transactions.saturating_add(transactions);
        }
        let head = Parent { header: self.head.header.clone(), history };
        check(head == self.head, || "the history is another one".to_owned())
    }

    fn scrub_header(&self, header: &Header, below: &Frontier) -> Result<(), ReadError> {
        let height = header.height;
        let root = below.root(List::History);
        check(header.history_root == root, || format!("block {height} has another history"))?;
        if height == Height::ZERO {
            return Ok(());
        }
        let parent = self.header(height.saturating_sub(1))?.map(|parent| parent.digest());
        check(parent == Some(header.parent), || format!("block {height} has another parent"))?;
        let is_final = self.finalization(height)?.is_some_and(|f| may_prove(&f, header));
        check(is_final, || format!("block {height} has no finalization"))
    }

    fn scrub_history(&self, header: &Header, history: &mut Frontier) -> Result<(), ReadError> {
        for node in history.append(List::History, history_leaf(&header.digest())) {
            let (level, index) = (node.level, node.index);
            let is_here = self.node(level, index)? == Some(node.hash);
            check(is_here, || format!("node {index} of level {level} of the history"))?;
        }
        Ok(())
    }

    /// The transactions of a block, each with its rows, give the root in its header.
    fn scrub_body(&self, header: &Header) -> Result<Vec<Effects>, ReadError> {
        let height = header.height;
        let (body, effects) = (self.body(height)?.unwrap_or_default(), self.effects(height)?);
        let pairs: Vec<_> = body.transactions.iter().zip(&effects).collect();
        let leaves = pairs.iter().map(|(one, effects)| TransactionLeaf::kept(one, effects).hash());
        let root = merkle::root(List::Transactions, &leaves.collect::<Vec<_>>());
        let is_whole = body.transactions.len() == effects.len() && root == header.transaction_root;
        check(is_whole, || format!("block {height} does not hold what its header says"))?;
        for ((transaction, effects), place) in pairs.into_iter().zip(0..) {
            self.scrub_rows(Location { height, place }, transaction, effects)?;
        }
        Ok(effects)
    }

    /// A block knows where it has written each DID last. The log of a DID is gone through in the
    /// block that was the last of all to write it; tells how many these are.
    fn scrub_written(&self, height: Height, effects: &[Effects]) -> Result<u64, ReadError> {
        let places = effects.iter().zip(0..);
        let written = places.flat_map(|(effects, place)| {
            change::written(effects).map(move |did| (did, Location { height, place }))
        });
        let mut logs: u64 = 0;
        for (did, at) in written.collect::<BTreeMap<_, _>>() {
            let is_known = logs::last_place(&self.database, height, &did)? == at;
            check(is_known, || format!("block {height} has written {did} elsewhere"))?;
            let record = state::did(self, &did)?;
            if record.as_ref().is_some_and(|record| record.log.height == height) {
                let whole = Some(LogHead::of(&self.log(&did, 0, usize::MAX)?));
                let expected = record.map(|record| record.log);
                check(whole == expected, || format!("the log of {did} is not its record's"))?;
                logs = logs.saturating_add(1);
            }
        }
        Ok(logs)
    }

    /// The indexes know a transaction.
    fn scrub_rows(
        &self,
        at: Location,
        transaction: &Transaction,
        effects: &Effects,
    ) -> Result<(), ReadError> {
        let id = transaction.envelope.id();
        check(self.locate(&id)? == Some(at), || format!("transaction {id} is not found"))?;
        let prefixes = change::indexes(transaction).into_iter().filter_map(|i| index_prefix(&i));
        let skipped = change::skipped(transaction, effects).map(|did| columns::by_skipped(&did));
        for prefix in prefixes.chain(skipped) {
            let key = [&prefix[..], &columns::place(&at)].concat();
            let is_here = self.database.bytes(Column::Indexes, key)?.is_some();
            check(is_here, || format!("an index does not know transaction {id}"))?;
        }
        Ok(())
    }
}
