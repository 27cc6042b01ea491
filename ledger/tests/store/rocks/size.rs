//! How much disk a person takes.

use hefu_fixtures::{Chain, Wallet, World};
use hefu_ledger::store::rocks::tree::TreeLimits;
use hefu_ledger::store::rocks::{Column, RocksStore, StoreOptions};
use std::collections::BTreeMap;

/// Batches of a thousand.
const BATCHES: usize = 4;

fn sizes(store: &mut RocksStore) -> BTreeMap<Column, u64> {
    store.compact().unwrap();
    store.live_bytes().unwrap()
}

/// Bytes by column family that people take who were enrolled in batches.
fn enrolled() -> BTreeMap<Column, u64> {
    let directory = tempfile::tempdir().unwrap();
    let world = World::new(5);
    // Pages are written with every block, so that none is still to come.
    let tree = TreeLimits { batches_max: 1, ..TreeLimits::default() };
    let options = StoreOptions { tree, ..StoreOptions::default() };
    let store = RocksStore::open(directory.path(), &world.genesis, &options).unwrap();
    let mut chain = Chain::new(world, store);
    chain.extend([]);
    let before = sizes(&mut chain.store);
    for _ in 0..BATCHES {
        let people = Wallet::people(&mut chain.world, 1_000);
        let batch = chain.world.batch(&people);
        chain.extend([batch]);
    }
    let after = sizes(&mut chain.store);
    after
        .into_iter()
        .map(|(column, bytes)| (column, bytes.saturating_sub(before[&column])))
        .collect()
}

/// Bytes a person of what these column families hold.
fn a_person<'a>(bytes: impl IntoIterator<Item = &'a u64>) -> u64 {
    let people = u64::try_from(BATCHES * 1_000).unwrap();
    bytes.into_iter().sum::<u64>().div_ceil(people)
}

#[test]
fn a_person_takes_at_most_a_kilobyte_and_400_bytes_of_it_without_old_bodies() {
    let sizes = enrolled();
    for (column, bytes) in &sizes {
        println!("{:>12} {:>4} B a person", column.name(), a_person([bytes]));
    }
    let bodies = [Column::Payloads, Column::Effects];
    let rest =
        a_person(sizes.iter().filter(|(column, _)| !bodies.contains(column)).map(|row| row.1));
    let all = a_person(sizes.values());
    println!("{all} B a person in all, {rest} B of them without payloads and effects");
    assert!(all <= 1_000, "{all}");
    assert!(rest <= 400, "{rest}");
}
