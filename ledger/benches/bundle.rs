//! How large the bundle of one DID is in a large ledger of four validators, and what it costs to
//! verify.
//!
//! `HEFU_BENCH_DIDS` says how many DIDs there are (default one million). They are keys of the state
//! tree with values of no meaning; only the one that is proved has a record. Beside each figure
//! stands what it must be.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench prints its figures, and stops where something is wrong"
)]

use hefu_fixtures::{Chain, Wallet, World};
use hefu_ledger::bundle::{
    AbsenceProof, Bundle, BundleVersion, Claim, Origin, Policy, RecordProof, verify,
};
use hefu_ledger::did::DidId;
use hefu_ledger::state::{StateEntry, StateKey, StateReader};
use hefu_ledger::store::{MemoryStore, Store};
use hefu_ledger::tree::{self, MemoryTree};
use hefu_primitives::{
    BoundedVec, Checkpoint, Ed25519, Hash, Height, PublicKey, Purpose, Signature, Verifier,
};
use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Instant;

/// Keys that are put into the tree at once.
const BATCH: usize = 10_000;
/// Verifications that are timed together.
const TIMED: u32 = 2_000;

/// Takes every signature for good: what is timed is not the checking of signatures.
struct Gullible;

impl Verifier for Gullible {
    fn verify(&self, _: &PublicKey, _: &[u8], _: &Signature) -> bool {
        true
    }
}

/// The state key of a DID that only exists as a number.
fn key(number: usize) -> StateKey {
    StateKey::Did(DidId::new(Hash::of(Purpose::Identifier, &number.to_le_bytes())))
}

/// A tree of `count` records that nobody reads, and the one of `entry`.
fn tree_of(count: usize, known: StateKey, entry: &StateEntry) -> MemoryTree {
    let mut tree = MemoryTree::default();
    let mut start = 0;
    while start < count {
        let end = count.min(start + BATCH);
        let other = |number: usize| {
            (key(number).tree_key(), Some(Hash::of(Purpose::StateValue, &number.to_le_bytes())))
        };
        let mut batch: BTreeMap<_, _> = (start..end).map(other).collect();
        batch.insert(known.tree_key(), Some(entry.hash));
        let change = tree::update(&tree, batch).unwrap();
        tree.apply(&change);
        start = end;
    }
    tree
}

/// A bundle of this claim, under a checkpoint whose state is that of the tree.
fn bundle(chain: &Chain<MemoryStore>, tree: &MemoryTree, claim: Claim) -> Bundle {
    let mut header = chain.store.head().header.clone();
    header.height = Height::new(1_000_000);
    header.state_root = tree::root(tree).unwrap();
    let finalization = chain.world.finalization(&header);
    Bundle {
        version: BundleVersion::V1,
        genesis: chain.world.hash,
        epochs: BoundedVec::default(),
        checkpoint: Checkpoint { header, finalization },
        claim,
    }
}

/// Microseconds that one verification from bytes takes.
fn time<V: Verifier>(bytes: &[u8], origin: &Origin, policy: &Policy, verifier: &V) -> f64 {
    let start = Instant::now();
    for _ in 0..TIMED {
        let bundle = Bundle::from_bytes(black_box(bytes)).unwrap();
        black_box(verify(bundle, origin, policy, verifier).unwrap());
    }
    start.elapsed().as_secs_f64() * 1e6 / f64::from(TIMED)
}

fn report(name: &str, bundle: &Bundle, chain: &Chain<MemoryStore>) {
    let bytes = bundle.to_bytes();
    let origin = Origin::from(&chain.world.genesis);
    let policy = Policy::strict(chain.world.now);
    let without = time(&bytes, &origin, &policy, &Gullible);
    let with = time(&bytes, &origin, &policy, &Ed25519);
    let verdict = |holds: bool| if holds { "yes" } else { "NO" };
    let size = verdict(bytes.len() <= 4 * 1024);
    let speed = verdict(without <= 1_000.0);
    println!("{name:<10} {:>6} bytes     must: 4,096 or fewer   {size}", bytes.len());
    println!(
        "{name:<10} {without:>6.1} µs        must: 1,000 or fewer   {speed}   (beside signatures)"
    );
    println!("{name:<10} {with:>6.1} µs        with signatures");
}

fn main() {
    let dids = std::env::var("HEFU_BENCH_DIDS").ok().and_then(|text| text.parse().ok());
    let dids = dids.unwrap_or(1_000_000);
    let mut world = World::new(1);
    let mut wallet = Wallet::person(&mut world);
    let store = MemoryStore::new(&world.genesis).unwrap();
    let mut chain = Chain::new(world, store);
    let create = chain.world.create(&wallet);
    chain.extend([create]);
    let register = wallet.register(&mut chain.world);
    chain.extend([register]);

    let known = StateKey::Did(wallet.did);
    let value = chain.store.record(&known).unwrap().unwrap();
    let tree = tree_of(dids, known, &StateEntry::new(value.clone()));
    println!("{dids} DIDs, four validators");
    let proof = tree::prove(&tree, &known.tree_key()).unwrap();
    let record = Claim::Record(RecordProof { key: known, value, proof });
    report("record", &bundle(&chain, &tree, record), &chain);
    let missing = key(dids);
    let proof = tree::prove(&tree, &missing.tree_key()).unwrap();
    let absence = Claim::Absence(AbsenceProof { key: missing, proof });
    report("absence", &bundle(&chain, &tree, absence), &chain);
}
