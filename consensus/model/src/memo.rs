//! Steps already taken. The states of the whole are combinations of few states of the single
//! validators: a step is computed once for each state of the validator that takes it, and the
//! states of the whole share the result.

use crate::event::{Event, Heard};
use crate::node::Node;
use crate::print::{Printing, print};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

const SHARDS: usize = 64;
/// Steps and nodes kept in a shard. A full shard is emptied, which costs time and nothing else.
const STEPS_MAX: usize = 4_000;
/// A node is some 15 kB.
const NODES_MAX: usize = 1_000;

#[derive(Default)]
struct Shard {
    steps: HashMap<u64, Option<Arc<Node>>, Printing>,
    nodes: HashMap<u64, Arc<Node>, Printing>,
    answers: HashMap<(u64, u8), Option<Heard>, Printing>,
}

/// The steps.
pub(crate) struct Memo(Vec<Mutex<Shard>>);

impl Memo {
    pub(crate) fn new() -> Self {
        Self((0..SHARDS).map(|_| Mutex::default()).collect())
    }

    fn with<T>(&self, key: u64, use_it: impl FnOnce(&mut Shard) -> T) -> T {
        let at = usize::try_from(key % SHARDS as u64).unwrap_or(0);
        use_it(&mut self.0[at].lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The node after the event; none if it changes nothing.
    pub(crate) fn step(
        &self,
        node: &Arc<Node>,
        event: &Event,
        eager: bool,
        compute: impl FnOnce() -> Option<Node>,
    ) -> Option<Arc<Node>> {
        let key = print(&(node.print, event, eager));
        if let Some(known) = self.with(key, |shard| shard.steps.get(&key).cloned()) {
            return known;
        }
        let next = compute().map(|next| self.share(next));
        self.with(key, |shard| {
            make_room(&mut shard.steps, STEPS_MAX);
            shard.steps.insert(key, next.clone());
        });
        next
    }

    fn share(&self, node: Node) -> Arc<Node> {
        let key = node.print;
        self.with(key, |shard| {
            make_room(&mut shard.nodes, NODES_MAX);
            Arc::clone(shard.nodes.entry(key).or_insert_with(|| Arc::new(node)))
        })
    }

    pub(crate) fn answer(
        &self,
        peer: &Node,
        to: u8,
        compute: impl FnOnce() -> Option<Heard>,
    ) -> Option<Heard> {
        let key = (peer.print, to);
        if let Some(known) = self.with(key.0, |shard| shard.answers.get(&key).copied()) {
            return known;
        }
        let heard = compute();
        self.with(key.0, |shard| {
            make_room(&mut shard.answers, STEPS_MAX);
            shard.answers.insert(key, heard);
        });
        heard
    }
}

fn make_room<K, V>(map: &mut HashMap<K, V, Printing>, most: usize) {
    if map.len() >= most {
        map.clear();
    }
}
