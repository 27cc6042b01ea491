//! Short chains of genuine, spoilt and repeated transactions, executed block after block.
//!
//! Signatures are not checked here: whoever executes a transaction has been told that it is
//! signed, and so most of what an editor does gets as far as the rules.

mod people;
mod watch;

use super::town::town;
use arbitrary::Unstructured;
use hefu_fixtures::Chain;
use hefu_ledger::block::FinalBlock;
use hefu_ledger::execute::{Built, Outcome};
use hefu_ledger::replay::Replay;
use hefu_ledger::store::{MemoryStore, Store};
use hefu_ledger::{CheckedTransaction, DidId, Transaction};
use hefu_primitives::{Ed25519, Height, PublicKey, Signature, Verifier};
use people::Stage;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

/// How many blocks one input makes at most.
const BLOCKS_MAX: u64 = 8;

/// How many transactions are offered for a block at most.
const CANDIDATES_MAX: usize = 6;

/// How long it is until the next block, in milliseconds: as always, a minute, a day, and longer
/// than any operation of an organisation is valid.
const WAITS_MS: [u64; 4] = [0, 60_000, 86_400_000, 8 * 86_400_000];

/// What an input has come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Blocks that were made.
    pub blocks: u64,
    /// Transactions that no state would allow.
    pub malformed: u64,
    /// Operations that were applied, by name.
    pub applied: BTreeMap<&'static str, u64>,
    /// Transactions that were left out, by code.
    pub left_out: BTreeMap<&'static str, u64>,
    /// Payloads that were erased.
    pub erased: u64,
}

impl Done {
    /// What two inputs have come to.
    #[must_use]
    pub fn plus(mut self, other: Self) -> Self {
        self.blocks += other.blocks;
        self.malformed += other.malformed;
        self.erased += other.erased;
        other.applied.into_iter().for_each(|(name, n)| *self.applied.entry(name).or_default() += n);
        other
            .left_out
            .into_iter()
            .for_each(|(code, n)| *self.left_out.entry(code).or_default() += n);
        self
    }
}

/// Whoever is told that something is signed.
pub(super) struct Trusting;

impl Verifier for Trusting {
    fn verify(&self, _: &PublicKey, _: &[u8], _: &Signature) -> bool {
        true
    }
}

/// Target `execute_blocks`: a proposer's body executes to what the proposer says, on a final and on
/// an unfinal parent; the state keeps its promises; and a replay arrives at the same chain, also
/// when payloads have been erased.
///
/// # Panics
/// If any of this does not hold.
pub fn execute_blocks(data: &[u8]) {
    execution(data);
}

/// What comes of these bytes.
///
/// # Panics
/// If a block is not what it should be.
pub fn execution(data: &[u8]) -> Done {
    let u = &mut Unstructured::new(data);
    let erases = u.arbitrary().unwrap_or(false);
    let mut run = Run::new();
    while run.done.blocks < BLOCKS_MAX && !u.is_empty() {
        // Bytes that run out end the last block early.
        let candidates = run.candidates(u);
        run.block(&candidates);
    }
    if erases {
        run.erase();
    }
    run.done
}

/// The chain of the town, and everything that an input adds to it.
struct Run {
    chain: Chain<MemoryStore>,
    stage: Stage,
    replay: Replay,
    /// The state below the last block, and what that block does.
    below: Option<(MemoryStore, Arc<Outcome>)>,
    done: Done,
}

/// A replay of the town's own blocks.
fn replayed() -> Replay {
    static REPLAY: LazyLock<Replay> = LazyLock::new(|| {
        let chain = &town().chain;
        let mut replay = Replay::new(&chain.world.genesis).expect("memory can be read");
        watch::replay(&mut replay, &chain.store, Height::ZERO.next(), &Ed25519);
        replay
    });
    REPLAY.clone()
}

impl Run {
    fn new() -> Self {
        let (chain, stage) = (town().chain.clone(), Stage::new(town()));
        Self { chain, stage, replay: replayed(), below: None, done: Done::default() }
    }

    /// What is offered for the next block.
    fn candidates(&mut self, u: &mut Unstructured) -> Vec<CheckedTransaction> {
        let mut candidates = Vec::new();
        self.chain.wait(u.choose(&WAITS_MS).copied().unwrap_or_default());
        let count = u.int_in_range(0..=CANDIDATES_MAX).unwrap_or_default();
        for _ in 0..count {
            match self.stage.offer(u, &mut self.chain.world) {
                Ok(transaction) => candidates.extend(self.check(transaction)),
                Err(_) => break,
            }
        }
        candidates
    }

    fn check(&mut self, transaction: Transaction) -> Option<CheckedTransaction> {
        let genesis = &self.chain.world.hash;
        let checked = CheckedTransaction::new(Arc::new(transaction), genesis, &Trusting).ok();
        self.done.malformed += u64::from(checked.is_none());
        checked
    }

    fn block(&mut self, candidates: &[CheckedTransaction]) {
        let built = self.chain.build(candidates.iter().cloned());
        watch::check_built(&self.chain, &built, candidates);
        if let Some((below, outcome)) = &self.below {
            watch::check_unfinal(&self.chain, &built, below, outcome);
        }
        self.count(&built);
        let before = self.chain.store.clone();
        let block = self.add(built);
        watch::check_state(&before, &self.chain.store, &block.outcome);
        let height = block.header.height;
        watch::replay(&mut self.replay, &self.chain.store, height, &Trusting);
        self.below = Some((before, block.outcome));
    }

    fn count(&mut self, built: &Built) {
        self.done.blocks += 1;
        for transaction in &built.transactions {
            *self.done.applied.entry(transaction.envelope().kind.name()).or_default() += 1;
        }
        for (_, rejection) in &built.left_out {
            *self.done.left_out.entry(rejection.code()).or_default() += 1;
        }
        self.stage.settle(built);
    }

    fn add(&mut self, built: Built) -> FinalBlock {
        let block = self.chain.seal(built);
        let written = self.chain.store.commit(&block);
        assert_eq!(written, Ok(()), "block {}", block.header.height);
        self.chain.wait(hefu_fixtures::BLOCK_MS);
        block
    }

    /// Erases whoever has ended, and replays what is left from the genesis.
    fn erase(&mut self) {
        let dids: BTreeSet<DidId> = self.stage.dids().collect();
        for did in dids {
            self.done.erased += watch::erase(&mut self.chain.store, &did);
        }
        let mut replay = Replay::new(&self.chain.world.genesis).expect("memory can be read");
        watch::replay(&mut replay, &self.chain.store, Height::ZERO.next(), &Trusting);
        assert_eq!(replay.head(), self.replay.head());
        let rest = replay.finish(&self.chain.store).expect("only what has ended was erased");
        let whole = self.replay.report();
        let all = rest.executed + rest.erased + rest.resting_on_erased;
        assert_eq!((whole.blocks, whole.executed), (rest.blocks, all), "{rest:?}");
        assert!(rest.erased + rest.erased_entries <= self.done.erased, "{rest:?}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A chain with one block more, and what that block does.
    fn extended() -> (Run, MemoryStore, Arc<Outcome>) {
        let mut run = Run::new();
        let wallet = &mut town().child.clone();
        let rotation = wallet.rotate(&mut run.chain.world);
        let candidates: Vec<_> = run.check(rotation).into_iter().collect();
        run.block(&candidates);
        let (before, outcome) = run.below.clone().expect("a block was made");
        (run, before, outcome)
    }

    #[test]
    #[should_panic(expected = "left")]
    fn a_body_that_executes_to_something_else_is_seen() {
        let (run, ..) = extended();
        let mut built = run.chain.build([]);
        built.outcome.commitments.epoch = built.outcome.commitments.epoch.next();
        watch::check_built(&run.chain, &built, &[]);
    }

    #[test]
    #[should_panic(expected = "became")]
    fn a_record_that_goes_back_is_seen() {
        let (run, _, outcome) = extended();
        watch::check_state(&run.chain.store, &run.chain.store, &outcome);
    }
}
