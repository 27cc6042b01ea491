//! Both stores say the same, whatever happens.

use crate::store::{Shelf, see};
use hefu_fixtures::{Chain, Change, MEMBER, OTHER_MEMBER, Seeds, Wallet, World};
use hefu_ledger::record::Relationships;
use hefu_ledger::state;
use hefu_ledger::store::rocks::RocksStore;
use hefu_ledger::store::{Index, Location, MemoryStore, Store};
use hefu_ledger::{CheckedTransaction, Transaction};
use tempfile::TempDir;

/// Two stores that are written alike.
struct Pair {
    directory: TempDir,
    chain: Chain<MemoryStore>,
    rocks: RocksStore,
    wallets: Vec<Wallet>,
    dice: Seeds,
}

impl Pair {
    fn new(seed: u64) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let world = World::new(seed);
        let rocks = Shelf::open(directory.path(), &world.genesis);
        let store = MemoryStore::new(&world.genesis).unwrap();
        let mut chain = Chain::new(world, store);
        let wallets = Wallet::people(&mut chain.world, 8);
        Self { directory, chain, rocks, wallets, dice: Seeds::new(seed) }
    }

    /// Something that may apply. The wallet goes on only when it has.
    fn transaction(&mut self) -> Transaction {
        let place = usize::try_from(self.dice.below(8)).unwrap();
        let world = &mut self.chain.world;
        let wallet = &mut self.wallets[place];
        match self.dice.below(12) {
            0 => world.create(wallet),
            1 => world.batch(&self.wallets[place..]),
            2 => world.suspend(&[MEMBER], wallet.did, 10_000),
            3 => world.reinstate(&[MEMBER], wallet.did),
            4 => world.revoke(&[MEMBER, OTHER_MEMBER], wallet.did),
            5 => {
                let digest = world.seeds.hash();
                world.anchor(OTHER_MEMBER, digest)
            }
            6 => wallet.draft(world, Change::Deactivate).sign(),
            7 | 8 => {
                let key = (world.seeds.key(), Relationships::AUTHENTICATION);
                wallet.draft(world, Change::Register(vec![key])).sign()
            }
            _ => wallet.draft(world, Change::Rotate).sign(),
        }
    }

    fn block(&mut self) {
        let count = self.dice.below(6);
        let candidates: Vec<_> = (0..count).map(|_| self.transaction()).collect();
        let checked: Vec<CheckedTransaction> =
            candidates.into_iter().map(|one| self.chain.check(one).unwrap()).collect();
        let (block, _) = self.chain.offer(checked);
        for transaction in &block.body.transactions {
            self.settle(transaction);
        }
        self.rocks.commit(&block).unwrap();
    }

    /// Moves the wallet on whose operation was executed.
    fn settle(&mut self, transaction: &Transaction) {
        let world = &mut self.chain.world;
        let previous = |wallet: &&mut Wallet| {
            let expected = hefu_ledger::transaction::Ordering::Holder {
                sequence: wallet.sequence + 1,
                previous: wallet.previous,
            };
            transaction.envelope.ordering == expected
        };
        if let Some(wallet) = self.wallets.iter_mut().find(previous) {
            wallet.accept(transaction, world);
        }
    }

    fn erase(&mut self) {
        let place = usize::try_from(self.dice.below(8)).unwrap();
        let did = self.wallets[place].did;
        assert_eq!(self.chain.store.erase(&did), self.rocks.erase(&did));
    }

    /// What the pair does next.
    fn step(mut self) -> Self {
        match self.dice.below(8) {
            0 => self.erase(),
            1 => {
                let genesis = &self.chain.world.genesis;
                self.rocks = self.rocks.reopen(self.directory.path(), genesis);
            }
            _ => self.block(),
        }
        self
    }

    fn check(&self) {
        assert_eq!(self.chain.store.head(), self.rocks.head());
        let expected = see(&self.chain.store, &self.wallets);
        assert_eq!(see(&self.rocks, &self.wallets), expected);
        super::scrubbed(&self.rocks);
    }
}

#[test]
fn both_stores_say_the_same_whatever_happens() {
    let (mut ended, mut rotated) = (0, 0);
    for seed in 0..5 {
        let mut pair = Pair::new(seed);
        for _ in 0..40 {
            pair = pair.step();
        }
        pair.check();
        let records = pair.wallets.iter();
        let records = records.filter_map(|one| state::did(&pair.rocks, &one.did).unwrap());
        let records: Vec<_> = records.collect();
        ended += records.iter().filter(|record| record.content.end.is_some()).count();
        rotated += records.iter().filter(|record| record.content.sequence > 1).count();
    }
    assert!(ended > 5 && rotated > 5, "{ended} ended and {rotated} rotated");
}

#[test]
fn dids_of_one_block_whose_first_bytes_are_equal_are_told_apart() {
    let mut pair = Pair::new(1);
    let people = Wallet::people(&mut pair.chain.world, 600);
    let creations: Vec<_> = people.iter().map(|one| pair.chain.world.create(one)).collect();
    let block = pair.chain.extend(creations);
    pair.rocks.commit(&block).unwrap();
    let mut first_bytes: Vec<_> =
        people.iter().map(|one| &one.did.hash().as_bytes()[..2]).collect();
    first_bytes.sort_unstable();
    assert!(first_bytes.windows(2).any(|pair| pair[0] == pair[1]), "the seed must make such DIDs");
    for (person, place) in people.iter().zip(0..) {
        let at = Location { height: block.header.height, place };
        assert_eq!(pair.rocks.search(Index::Did(person.did), None, 9), Ok(vec![at]));
    }
    super::scrubbed(&pair.rocks);
}
