//! The crate `jmt`. Nodes that a version makes stale are deleted along with it, and each value is
//! stored once, under its key, so that it keeps no more than the other does.

use crate::load::Record;
use crate::{Contender, database};
use borsh::BorshDeserialize;
use jmt::proof::SparseMerkleProof;
use jmt::storage::{LeafNode, Node, NodeKey, TreeReader, TreeUpdateBatch};
use jmt::{JellyfishMerkleTree, KeyHash, OwnedValue, RootHash, SimpleHasher, Version};
use rocksdb::{DB, WriteBatch};
use std::hint::black_box;
use tempfile::TempDir;

const NODES: &str = "nodes";
const VALUES: &str = "values";

struct Blake3(blake3::Hasher);

impl SimpleHasher for Blake3 {
    fn new() -> Self {
        Self(blake3::Hasher::new())
    }

    fn update(&mut self, data: &[u8]) {
        self.0.update(data);
    }

    fn finalize(self) -> [u8; 32] {
        *self.0.finalize().as_bytes()
    }

    fn hash(data: impl AsRef<[u8]>) -> [u8; 32] {
        *blake3::hash(data.as_ref()).as_bytes()
    }
}

struct Nodes(DB);

/// The version first, most significant byte first: new nodes come after old ones.
fn node_key(key: &NodeKey) -> Vec<u8> {
    let path = borsh::to_vec(key.nibble_path()).unwrap();
    [key.version().to_be_bytes().as_slice(), &path].concat()
}

impl TreeReader for Nodes {
    fn get_node_option(&self, key: &NodeKey) -> anyhow::Result<Option<Node>> {
        let column = self.0.cf_handle(NODES).unwrap();
        let stored = self.0.get_pinned_cf(column, node_key(key))?;
        Ok(stored.map(|bytes| Node::try_from_slice(&bytes)).transpose()?)
    }

    fn get_value_option(&self, _: Version, key: KeyHash) -> anyhow::Result<Option<OwnedValue>> {
        let column = self.0.cf_handle(VALUES).unwrap();
        Ok(self.0.get_cf(column, key.0)?)
    }

    fn get_rightmost_leaf(&self) -> anyhow::Result<Option<(NodeKey, LeafNode)>> {
        Ok(None)
    }
}

pub(crate) struct Jellyfish {
    nodes: Nodes,
    version: Version,
    root: RootHash,
    _directory: TempDir,
}

impl Jellyfish {
    pub(crate) fn open() -> Self {
        let (directory, db) = database::open(&[NODES, VALUES]);
        Self { nodes: Nodes(db), version: 0, root: RootHash([0; 32]), _directory: directory }
    }

    fn tree(&self) -> JellyfishMerkleTree<'_, Nodes, Blake3> {
        JellyfishMerkleTree::new(&self.nodes)
    }

    fn proof(&self, key: [u8; 32]) -> (OwnedValue, SparseMerkleProof<Blake3>) {
        let (value, proof) = self.tree().get_with_proof(KeyHash(key), self.version).unwrap();
        (value.unwrap(), proof)
    }

    fn writes(&self, update: &TreeUpdateBatch) -> WriteBatch {
        let nodes = self.nodes.0.cf_handle(NODES).unwrap();
        let values = self.nodes.0.cf_handle(VALUES).unwrap();
        let mut writes = WriteBatch::default();
        for (key, node) in update.node_batch.nodes() {
            writes.put_cf(nodes, node_key(key), borsh::to_vec(node).unwrap());
        }
        for stale in &update.stale_node_index_batch {
            writes.delete_cf(nodes, node_key(&stale.node_key));
        }
        for ((_, key), value) in update.node_batch.values() {
            writes.put_cf(values, key.0, value.as_ref().unwrap());
        }
        writes
    }
}

impl Contender for Jellyfish {
    fn write(&mut self, version: u64, batch: Vec<Record>) {
        let batch = batch.into_iter().map(|(key, value)| (KeyHash(key), Some(value)));
        let (root, update) = self.tree().put_value_set(batch, version).unwrap();
        let writes = self.writes(&update);
        self.nodes.0.write_opt(writes, &database::synced()).unwrap();
        (self.version, self.root) = (version, root);
    }

    fn prove(&self, key: [u8; 32]) {
        black_box(self.proof(key));
    }

    fn check(&self, key: [u8; 32]) -> usize {
        let (value, proof) = self.proof(key);
        proof.verify_existence(self.root, KeyHash(key), value).unwrap();
        borsh::to_vec(&proof).unwrap().len()
    }

    fn compact(&mut self) -> u64 {
        database::compact(&self.nodes.0, &[NODES, VALUES])
    }
}
