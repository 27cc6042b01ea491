//! A store in memory: for tests, simulations, and whoever follows a chain without keeping it.

use super::{Index, Location, Store, WriteError, change};
use crate::ReadError;
use crate::block::{BlockBody, FinalBlock, Parent};
use crate::did::DidId;
use crate::effects::Effects;
use crate::genesis::Genesis;
use crate::key::KeyHash;
use crate::log::LogEntry;
use crate::merkle::{Frontier, NodeReader};
use crate::state::{self, StateEntry, StateKey, StateReader, StateValue};
use crate::transaction::{Envelope, TransactionId};
use crate::tree::{self, Leaf, MemoryTree, Page, Path, TreeKey, TreeReader};
use hefu_primitives::{BoundedVec, Certificate, Hash, Header, Height, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;

/// A chain in memory. A copy shares blocks and records with the original, and goes its own way.
#[derive(Clone, Debug)]
pub struct MemoryStore {
    head: Parent,
    blocks: BTreeMap<Height, Arc<Kept>>,
    records: BTreeMap<StateKey, Arc<StateValue>>,
    keys: BTreeMap<KeyHash, DidId>,
    tree: MemoryTree,
    nodes: BTreeMap<(u8, u64), Hash>,
    locations: BTreeMap<TransactionId, Location>,
    indexes: BTreeMap<Index, BTreeSet<Location>>,
    /// Batches that carry an enrolment of a DID, and did not apply it.
    skipped: BTreeMap<DidId, BTreeSet<Location>>,
    log: BTreeMap<(DidId, u32), LogEntry>,
    versions: BTreeMap<(DidId, u32), Vec<u8>>,
}

/// What is kept of one block.
#[derive(Clone, Debug)]
struct Kept {
    header: Header,
    finalization: Option<Certificate>,
    body: BlockBody,
    effects: Vec<Effects>,
}

impl MemoryStore {
    /// A chain that holds the genesis block and nothing else.
    pub fn new(genesis: &Genesis) -> Result<Self, ReadError> {
        let mut tree = MemoryTree::default();
        let entries = genesis.records();
        let leaves = entries.iter().map(|(key, entry)| (key.tree_key(), Some(entry.hash)));
        let change = tree::update(&tree, leaves.collect())?;
        tree.apply(&change);
        let header = genesis.header(change.root);
        let (head, nodes) = change::head(Frontier::default(), header.clone());
        let (body, effects) = (BlockBody::default(), Vec::new());
        let first = Kept { header, finalization: None, body, effects };
        Ok(Self {
            head,
            blocks: BTreeMap::from([(Height::ZERO, Arc::new(first))]),
            records: entries.into_iter().map(|(key, entry)| (key, entry.value)).collect(),
            keys: BTreeMap::new(),
            tree,
            nodes: nodes.iter().map(|node| ((node.level, node.index), node.hash)).collect(),
            locations: BTreeMap::new(),
            indexes: BTreeMap::new(),
            skipped: BTreeMap::new(),
            log: BTreeMap::new(),
            versions: BTreeMap::new(),
        })
    }

    fn put_indexes(&mut self, block: &FinalBlock) {
        for (id, at, transaction, effects) in change::placed(block) {
            self.locations.insert(id, at);
            let dids = change::written(effects).map(Index::Did);
            for index in change::indexes(transaction).into_iter().chain(dids) {
                self.indexes.entry(index).or_default().insert(at);
            }
            for did in change::skipped(transaction, effects) {
                self.skipped.entry(did).or_default().insert(at);
            }
        }
    }

    fn put_state(&mut self, entries: &BTreeMap<StateKey, Option<StateEntry>>) {
        for (key, entry) in entries {
            match entry {
                Some(entry) => self.records.insert(*key, Arc::clone(&entry.value)),
                None => self.records.remove(key),
            };
        }
    }

    fn put_block(&mut self, block: &FinalBlock) {
        let kept = Kept {
            header: block.header.clone(),
            finalization: Some(block.finalization.clone()),
            body: block.body.clone(),
            effects: block.outcome.effects.clone(),
        };
        self.blocks.insert(block.header.height, Arc::new(kept));
        let (head, nodes) = change::head(self.head.history.clone(), block.header.clone());
        self.head = head;
        self.nodes.extend(nodes.iter().map(|node| ((node.level, node.index), node.hash)));
    }

    /// Drops what the transaction at a place carries of a DID, and tells how many payloads.
    fn erase_at(&mut self, at: &Location, did: &DidId) -> Option<u64> {
        let block = self.blocks.get_mut(&at.height)?;
        let place = usize::try_from(at.place).ok()?;
        let (without, dropped) = change::erased(block.body.transactions.get(place)?, did)?;
        let transactions = block.body.transactions.iter().enumerate();
        let kept = transactions.map(|(other, transaction)| {
            if other == place { Arc::clone(&without) } else { Arc::clone(transaction) }
        });
        let transactions = BoundedVec::first_of(kept);
        Arc::make_mut(block).body = BlockBody { transactions };
        Some(dropped)
    }
}

impl Store for MemoryStore {
    fn head(&self) -> &Parent {
        &self.head
    }

    fn commit(&mut self, block: &FinalBlock) -> Result<(), WriteError> {
        change::check(&self.head, block)?;
        let past = change::superseded(self, block)?;
        let past = past.into_iter().map(|(did, number, record)| ((did, number), record.version()));
        self.versions.extend(past);
        let changes = &block.outcome.changes;
        self.log.extend(changes.log.iter().map(|(did, number, entry)| ((*did, *number), *entry)));
        self.keys.extend(&changes.keys);
        self.put_indexes(block);
        self.put_state(&block.outcome.entries);
        self.tree.apply(&block.outcome.tree);
        self.put_block(block);
        Ok(())
    }

    fn settle(&mut self) -> Result<(), WriteError> {
        Ok(())
    }

    fn header(&self, height: Height) -> Result<Option<Header>, ReadError> {
        Ok(self.blocks.get(&height).map(|block| block.header.clone()))
    }

    fn finalization(&self, height: Height) -> Result<Option<Certificate>, ReadError> {
        Ok(self.blocks.get(&height).and_then(|block| block.finalization.clone()))
    }

    fn body(&self, height: Height) -> Result<Option<BlockBody>, ReadError> {
        Ok(self.blocks.get(&height).map(|block| block.body.clone()))
    }

    fn envelopes(&self, height: Height) -> Result<Vec<Envelope>, ReadError> {
        let body = self.blocks.get(&height).map(|block| block.body.transactions.iter());
        Ok(body.into_iter().flatten().map(|one| one.envelope.clone()).collect())
    }

    fn envelope(&self, at: &Location) -> Result<Option<Envelope>, ReadError> {
        let body = self.blocks.get(&at.height).map(|block| &block.body.transactions);
        let place = usize::try_from(at.place).unwrap_or(usize::MAX);
        Ok(body.and_then(|body| body.get(place)).map(|one| one.envelope.clone()))
    }

    fn effects(&self, height: Height) -> Result<Vec<Effects>, ReadError> {
        Ok(self.blocks.get(&height).map(|block| block.effects.clone()).unwrap_or_default())
    }

    fn locate(&self, id: &TransactionId) -> Result<Option<Location>, ReadError> {
        Ok(self.locations.get(id).copied())
    }

    fn log(&self, did: &DidId, from: u32, count: usize) -> Result<Vec<LogEntry>, ReadError> {
        let entries = self.log.range((*did, from)..=(*did, u32::MAX));
        Ok(entries.map(|(_, entry)| *entry).take(count).collect())
    }

    fn version(&self, did: &DidId, number: u32) -> Result<Option<Vec<u8>>, ReadError> {
        let current = state::did(self, did)?.filter(|record| record.last_entry() == Some(number));
        let current = current.map(|record| record.version());
        Ok(current.or_else(|| self.versions.get(&(*did, number)).cloned()))
    }

    fn search(
        &self,
        index: Index,
        after: Option<Location>,
        count: usize,
    ) -> Result<Vec<Location>, ReadError> {
        let Some(locations) = self.indexes.get(&index) else { return Ok(Vec::new()) };
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        Ok(locations.range((from, Bound::Unbounded)).copied().take(count).collect())
    }

    fn height_at(&self, time: Timestamp) -> Result<Option<Height>, ReadError> {
        super::last_at(self, time)
    }

    fn erase(&mut self, did: &DidId) -> Result<u64, WriteError> {
        let skipped = self.skipped.get(did).into_iter().flatten().copied().collect::<Vec<_>>();
        change::erasable(self, did, &skipped)?;
        let logged = self.indexes.get(&Index::Did(*did)).into_iter().flatten().copied();
        let at: Vec<Location> = logged.chain(skipped).collect();
        let dropped = at.iter().filter_map(|at| self.erase_at(at, did));
        let dropped = dropped.fold(0, u64::saturating_add);
        self.versions.retain(|(of, _), _| of != did);
        Ok(dropped)
    }
}

impl StateReader for MemoryStore {
    fn record(&self, key: &StateKey) -> Result<Option<Arc<StateValue>>, ReadError> {
        Ok(self.records.get(key).cloned())
    }

    fn key_holder(&self, key: &KeyHash) -> Result<Option<DidId>, ReadError> {
        Ok(self.keys.get(key).copied())
    }
}

impl TreeReader for MemoryStore {
    fn page(&self, path: &Path) -> Result<Option<Arc<Page>>, ReadError> {
        self.tree.page(path)
    }

    fn leaves(&self, path: &Path) -> Result<Arc<[Leaf]>, ReadError> {
        self.tree.leaves(path)
    }

    fn value(&self, key: &TreeKey) -> Result<Option<Hash>, ReadError> {
        self.tree.value(key)
    }
}

impl NodeReader for MemoryStore {
    fn node(&self, level: u8, index: u64) -> Result<Option<Hash>, ReadError> {
        Ok(self.nodes.get(&(level, index)).copied())
    }
}
