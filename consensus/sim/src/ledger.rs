//! A ledger small enough to execute in a microsecond, yet with roots that chain: what the real
//! ledger is to the agreement protocol.

use crate::keys::Key;
use crate::scenario::{NodeId, Scenario, SetChange};
use hefu_primitives::{
    Committee, Digest, Epoch, GenesisHash, Hash, Header, Height, Incarnation, Purpose, Timestamp,
    Validator, ValidatorIndex, ValidatorSet,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A transaction, by its number in the run.
pub(crate) type Transaction = u64;

/// What a transaction counts for when a body's length is limited.
pub(crate) const TRANSACTION_BYTES: u32 = 150;

/// The wall clock when a run begins: 2027-01-15T08:00:00Z.
pub(crate) const EPOCH_MS: u64 = 1_800_000_000_000;

/// A header with its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) header: Header,
    pub(crate) digest: Digest,
    pub(crate) body: Vec<Transaction>,
}

impl Block {
    pub(crate) fn new(header: Header, body: Vec<Transaction>) -> Self {
        let digest = header.digest();
        Self { header, digest, body }
    }

    /// Whether the body is the one that the header names.
    pub(crate) fn is_whole(&self) -> bool {
        self.header.transaction_root == transaction_root(&self.body)
    }

    pub(crate) fn height(&self) -> u64 {
        self.header.height.get()
    }
}

fn hash(purpose: &[u8], parts: &[&[u8]]) -> Hash {
    let mut hasher = blake3::Hasher::new();
    hasher.update(purpose);
    for part in parts {
        hasher.update(part);
    }
    Hash::from_bytes(*hasher.finalize().as_bytes())
}

pub(crate) fn transaction_root(body: &[Transaction]) -> Hash {
    if body.is_empty() {
        return Header::empty_transaction_root();
    }
    let bytes: Vec<u8> = body.iter().flat_map(|t| t.to_le_bytes()).collect();
    hash(b"body", &[&bytes])
}

pub(crate) fn state_root(parent: &Hash, transactions: &Hash) -> Hash {
    hash(b"state", &[parent.as_bytes(), transactions.as_bytes()])
}

pub(crate) fn history_root(parent: &Header, digest: &Digest) -> Hash {
    let (below, digest) = (parent.history_root, digest.hash());
    hash(b"history", &[below.as_bytes(), digest.as_bytes()])
}

/// The committees of a run's epochs, which follow from the changes that it schedules.
pub(crate) struct Epochs {
    genesis: Header,
    committees: Vec<Arc<Committee>>,
    /// The height of each epoch's last block; the last epoch has none.
    ends: Vec<u64>,
    /// The machine behind each key.
    machines: BTreeMap<[u8; 32], NodeId>,
}

impl Epochs {
    pub(crate) fn new(scenario: &Scenario, keys: &[Key]) -> Result<Self, (u64, String)> {
        let genesis_hash =
            GenesisHash::new(Hash::of(Purpose::Genesis, &scenario.seed.to_le_bytes()));
        let mut members: BTreeMap<NodeId, u8> =
            (0..scenario.validators).map(|number| (NodeId(number), 0)).collect();
        let first = committee(genesis_hash, 0, &members, keys).map_err(|reason| (0, reason))?;
        let mut committees = vec![first];
        for (epoch, change) in (1..).zip(&scenario.changes) {
            let fail = |reason| (change.height, reason);
            enact(&mut members, change).map_err(fail)?;
            let next = committee(genesis_hash, epoch, &members, keys).map_err(fail)?;
            if let Some(last) = committees.last() {
                let checked = last.validators.check_successor(&next.validators);
                checked.map_err(|error| fail(error.to_string()))?;
            }
            committees.push(next);
        }
        let machine = |(number, key): (u8, &Key)| (*key.public().as_bytes(), NodeId(number));
        let own = usize::from(scenario.validators) + usize::from(scenario.joiners);
        Ok(Self {
            genesis: genesis(&committees[0]),
            ends: scenario.changes.iter().map(|c| c.height).collect(),
            machines: (0..).zip(keys).take(own).map(machine).collect(),
            committees,
        })
    }

    pub(crate) fn genesis(&self) -> &Header {
        &self.genesis
    }

    /// The committee of an epoch, if the run gets that far.
    pub(crate) fn committee(&self, epoch: Epoch) -> Option<&Arc<Committee>> {
        self.committees.get(usize::try_from(epoch.get()).ok()?)
    }

    /// The epoch of the block at `height`.
    pub(crate) fn epoch_at(&self, height: u64) -> Epoch {
        let ended = self.ends.iter().filter(|end| **end < height).count();
        Epoch::new(ended as u64)
    }

    fn sets_at(&self, height: u64) -> (Hash, Hash) {
        let epoch = self.epoch_at(height);
        let of = |epoch| {
            let committee: Option<&Arc<Committee>> = self.committee(epoch);
            committee.map_or(Hash::default(), |c| c.validators.hash())
        };
        let ends = self.ends.contains(&height);
        (of(epoch), of(if ends { epoch.next() } else { epoch }))
    }

    /// The machine that owns a place in a committee. A twin pair is named by its first half.
    pub(crate) fn machine(&self, epoch: Epoch, index: ValidatorIndex) -> Option<NodeId> {
        let key = self.committee(epoch)?.key(index)?;
        self.machines.get(key.as_bytes()).copied()
    }

    /// A block on `parent`.
    pub(crate) fn build(&self, parent: &Header, time: Timestamp, body: Vec<Transaction>) -> Block {
        let digest = parent.digest();
        let height = parent.height.next();
        let (validators, next_validators) = self.sets_at(height.get());
        let transaction_root = transaction_root(&body);
        let header = Header {
            protocol_version: 1,
            genesis: self.genesis.genesis,
            epoch: self.epoch_at(height.get()),
            height,
            parent: digest,
            time,
            transaction_root,
            state_root: state_root(&parent.state_root, &transaction_root),
            history_root: history_root(parent, &digest),
            validators,
            next_validators,
        };
        Block::new(header, body)
    }

    /// Whether executing the body on `parent` gives what the header claims. Height and time are
    /// the protocol's business, not the ledger's.
    pub(crate) fn is_valid(&self, block: &Block, parent: &Header) -> bool {
        let header = &block.header;
        let (validators, next_validators) = self.sets_at(header.height.get());
        block.is_whole()
            && header.protocol_version == 1
            && header.state_root == state_root(&parent.state_root, &header.transaction_root)
            && header.history_root == history_root(parent, &header.parent)
            && (header.validators, header.next_validators) == (validators, next_validators)
    }
}

fn genesis(committee: &Committee) -> Header {
    let validators = committee.validators.hash();
    Header {
        protocol_version: 1,
        genesis: committee.genesis,
        epoch: Epoch::ZERO,
        height: Height::ZERO,
        parent: Digest::default(),
        time: Timestamp::new(EPOCH_MS - 1_000),
        transaction_root: Header::empty_transaction_root(),
        state_root: Hash::default(),
        history_root: Hash::default(),
        validators,
        next_validators: validators,
    }
}

/// A change with a reason if it makes no sense.
fn enact(members: &mut BTreeMap<NodeId, u8>, change: &SetChange) -> Result<(), String> {
    for node in &change.leaves {
        if members.remove(node).is_none() {
            return Err(format!("{node} leaves and is no member"));
        }
    }
    for node in &change.joins {
        if members.insert(*node, 0).is_some() {
            return Err(format!("{node} joins and is a member"));
        }
    }
    for node in &change.reincarnates {
        match members.get_mut(node) {
            Some(life) => *life = life.saturating_add(1),
            None => return Err(format!("{node} begins a new life and is no member")),
        }
    }
    Ok(())
}

fn committee(
    genesis: GenesisHash,
    epoch: u64,
    members: &BTreeMap<NodeId, u8>,
    keys: &[Key],
) -> Result<Arc<Committee>, String> {
    let member = |(node, life): (&NodeId, &u8)| {
        let key = keys.get(node.place()).map(Key::public);
        let incarnation = Incarnation::from_bytes([*life; 16]);
        key.map(|key| Validator { key, incarnation })
    };
    let members = members.iter().filter_map(member).collect();
    Ok(Arc::new(Committee {
        genesis,
        epoch: Epoch::new(epoch),
        validators: ValidatorSet::new(members).map_err(|error| error.to_string())?,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn epochs() -> Epochs {
        let mut scenario = Scenario::calm(4, 1);
        scenario.joiners = 1;
        scenario.changes =
            vec![SetChange { height: 3, joins: vec![NodeId(4)], ..SetChange::default() }];
        let keys: Vec<_> =
            (0..5).map(|number| Key::of_machine(scenario.signatures, 1, number)).collect();
        Epochs::new(&scenario, &keys).unwrap()
    }

    #[test]
    fn roots_chain_and_the_last_block_names_the_next_set() {
        let epochs = epochs();
        let mut parent = epochs.genesis().clone();
        for height in 1..=4 {
            let block = epochs.build(&parent, parent.time.saturating_add(1), vec![height]);
            assert!(epochs.is_valid(&block, &parent));
            assert_eq!(block.header.is_boundary(), height == 3);
            assert_eq!(block.header.epoch.get(), u64::from(height > 3));
            parent = block.header;
        }
    }

    #[test]
    fn what_does_not_follow_from_the_parent_is_refused() {
        let epochs = epochs();
        let parent = epochs.genesis().clone();
        let right = epochs.build(&parent, parent.time.saturating_add(1), vec![1]);
        let mut wrong = right.clone();
        wrong.body = vec![2];
        assert!(!epochs.is_valid(&wrong, &parent));
        let mut wrong = right.clone();
        wrong.header.state_root = Hash::default();
        assert!(!epochs.is_valid(&wrong, &parent));
        assert!(!epochs.is_valid(&right, &right.header));
    }
}
