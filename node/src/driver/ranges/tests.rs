//! What of a peer's answer is believed.

use super::super::sync::{page, stored_contents};
use super::{Proved, Ranges, read_contents, read_page};
use crate::content::Content;
use crate::limits::RANGE_EXECUTED_MAX;
use crate::wire::{Answer, Page};
use hefu_fixtures::{Chain, Wallet, World};
use hefu_ledger::store::{MemoryStore, Store};
use hefu_primitives::{BoundedVec, Committee, Epoch, Header, Height, SecretKey};

/// A chain of `blocks` blocks, each with an enrolment.
fn chain(seed: u64, blocks: usize) -> Chain<MemoryStore> {
    let world = World::new(seed);
    let store = MemoryStore::new(&world.genesis).unwrap();
    let mut chain = Chain::new(world, store);
    for _ in 0..blocks {
        let person = Wallet::person(&mut chain.world);
        let create = chain.world.create(&person);
        chain.extend([create]);
    }
    chain
}

fn header(chain: &Chain<MemoryStore>, height: u64) -> Header {
    chain.store.header(Height::new(height)).unwrap().unwrap()
}

fn served(chain: &Chain<MemoryStore>, first: u64) -> Page {
    page(&chain.store, Height::new(first)).unwrap().unwrap()
}

fn committee(chain: &Chain<MemoryStore>) -> Committee {
    chain.world.committee(Epoch::ZERO)
}

/// What a node whose last block has this height makes of a page.
fn read(chain: &Chain<MemoryStore>, head: u64, page: Page) -> Option<Proved> {
    let answer = Answer::<Content>::Headers(Some(Box::new(page)));
    read_page(Some(answer), &header(chain, head), &committee(chain))
}

#[test]
fn a_page_that_follows_and_is_proved_is_taken() {
    let chain = chain(1, 5);
    let proved = read(&chain, 2, served(&chain, 3)).unwrap();
    assert_eq!(proved.headers.iter().map(|one| one.height.get()).collect::<Vec<_>>(), [3, 4, 5]);
}

#[test]
fn headers_that_do_not_follow_are_refused() {
    let chain = chain(1, 5);
    assert!(read(&chain, 1, served(&chain, 3)).is_none(), "one is missing");
    assert!(read(&chain, 4, served(&chain, 3)).is_none(), "they are known");
    let mut gap = served(&chain, 3);
    gap.headers = BoundedVec::first_of([header(&chain, 3), header(&chain, 5)]);
    assert!(read(&chain, 2, gap).is_none());
}

#[test]
fn headers_without_a_finalization_of_the_last_are_refused() {
    let chain = chain(1, 5);
    let mut cut = served(&chain, 3);
    cut.headers = BoundedVec::first_of([header(&chain, 3), header(&chain, 4)]);
    assert!(read(&chain, 2, cut).is_none(), "the proof is of a later one");
    let mut forged = served(&chain, 3);
    let own = SecretKey::from_seed(&[1; 32]);
    let signatures = forged.proof.signatures.iter();
    let stranger = hefu_primitives::Signer::sign(&own, b"nothing");
    forged.proof.signatures = BoundedVec::first_of(signatures.map(|_| stranger));
    assert!(read(&chain, 2, forged).is_none());
    assert!(read_page::<Content>(None, &header(&chain, 2), &committee(&chain)).is_none());
    assert!(
        read_page(Some(Answer::<Content>::Headers(None)), &header(&chain, 2), &committee(&chain))
            .is_none()
    );
}

#[test]
fn contents_are_taken_up_to_the_first_wrong_one() {
    let chain = chain(1, 4);
    let headers: Vec<_> = (1..=4).map(|height| header(&chain, height)).collect();
    let stored = stored_contents(&chain.store, Height::new(1), Height::new(4)).unwrap();
    let given = |list: Vec<_>| Some(Answer::Contents(BoundedVec::first_of(list)));
    let list: Vec<_> = stored.iter().cloned().collect();
    assert_eq!(read_contents(given(list.clone()), &headers).len(), 4);
    let mut swapped = list;
    swapped.swap(1, 2);
    assert_eq!(read_contents(given(swapped), &headers).len(), 1);
    assert!(read_contents::<Content>(None, &headers).is_empty());
}

#[test]
fn a_new_page_forgets_what_the_one_before_was_about() {
    let chain = chain(1, 5);
    let mut ranges = Ranges::new(Height::new(5));
    ranges.take_page(read(&chain, 0, served(&chain, 1)).unwrap());
    let first = ranges.page.clone().unwrap();
    assert!(ranges.last && ranges.is_of(&first));
    assert_eq!(ranges.places.next(), Some(0..5));
    assert_eq!(ranges.places.next(), None);
    ranges.asking = 1;
    let peer = chain.world.validators[0].public_key();
    ranges.useless.insert(peer);
    ranges.take_page(read(&chain, 2, served(&chain, 3)).unwrap());
    assert!(!ranges.is_of(&first), "a late answer would be about another page");
    assert_eq!((ranges.asking, ranges.useless.len()), (0, 0));
    assert_eq!(ranges.places.next(), Some(0..3));
    ranges.useless.insert(peer);
    ranges.try_again(&peer);
    assert!(ranges.useless.is_empty());
}

#[test]
fn no_more_is_executed_than_can_soon_be_written() {
    let chain = chain(1, RANGE_EXECUTED_MAX + 2);
    let mut ranges = Ranges::new(Height::new(1));
    ranges.take_page(read(&chain, 0, served(&chain, 1)).unwrap());
    while ranges.next_header().is_some() {
        ranges.unrun += 1;
    }
    assert_eq!(ranges.unrun, RANGE_EXECUTED_MAX);
    ranges.places.write(1);
    assert_eq!(ranges.next_header(), Some(&header(&chain, RANGE_EXECUTED_MAX as u64 + 1)));
}
