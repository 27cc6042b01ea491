//! The state tree beside the crate `jmt`, both on RocksDB with the same options: the same keys, the
//! same values of 160 bytes, the same synced batches of 1,000. Disk and proofs are measured after
//! compaction.
//!
//! `cargo bench -p hefu-ledger --features rocksdb --bench tree -- 100000` takes seconds; without a
//! number there are a million keys. It fails where the tree falls short of what it is kept for.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench prints its figures, and stops where something is wrong"
)]

mod database;
mod jellyfish;
mod load;
mod ours;
mod report;

use load::{BATCH, Load};
use report::{Figures, report};
use std::process::ExitCode;
use std::time::Instant;

const KEYS: u64 = 1_000_000;
/// Two rounds of writing pages, so that what is put off is paid for.
const UPDATES: u64 = 128 * BATCH;
const PROOFS: u64 = 100_000;
/// Proofs whose size is measured, and which are verified.
const CHECKED: u64 = 2_000;

/// A tree with its values on a database.
trait Contender {
    /// Writes values under their keys, durably.
    fn write(&mut self, version: u64, batch: Vec<load::Record>);
    /// Proves what a key holds, and reads it.
    fn prove(&self, key: [u8; 32]);
    /// The bytes of the encoded proof, which is verified.
    fn check(&self, key: [u8; 32]) -> usize;
    /// Compacts the database. Gives the bytes that it then takes.
    fn compact(&mut self) -> u64;
}

fn per_second(count: u64, work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    count as f64 / start.elapsed().as_secs_f64()
}

/// Writes the batches, whose making does not count.
fn writes_per_second(
    contender: &mut impl Contender,
    load: &mut Load,
    batches: Vec<Vec<u64>>,
) -> f64 {
    let (mut count, mut seconds) = (0, 0.0);
    for numbers in batches {
        let batch = load.batch(&numbers);
        let start = Instant::now();
        contender.write(load.version(), batch);
        seconds += start.elapsed().as_secs_f64();
        count += numbers.len();
    }
    count as f64 / seconds
}

fn run(mut contender: impl Contender, keys: u64) -> Figures {
    let mut load = Load::new(keys);
    let inserts = load.all();
    let inserts = writes_per_second(&mut contender, &mut load, inserts);
    let updates = load.some(UPDATES);
    let updates = writes_per_second(&mut contender, &mut load, updates);
    let disk = contender.compact() as f64 / keys as f64;
    let asked: Vec<_> = load.some(PROOFS).concat().into_iter().map(load::key).collect();
    let checked = &asked[..CHECKED as usize];
    let bytes: usize = checked.iter().map(|key| contender.check(*key)).sum();
    let proofs = per_second(PROOFS, || asked.iter().for_each(|key| contender.prove(*key)));
    Figures { inserts, updates, proofs, proof_bytes: bytes as f64 / CHECKED as f64, disk }
}

fn main() -> ExitCode {
    let keys = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(KEYS);
    println!("state tree: {keys} keys, values of {} bytes, synced batches of {BATCH}", load::BYTES);
    let ours = run(ours::Ours::open(), keys);
    let jmt = run(jellyfish::Jellyfish::open(), keys);
    report(&ours, &jmt)
}
