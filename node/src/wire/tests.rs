//! What is said comes back, and nothing else does.

use super::{Answer, Packed, Packet, PacketOf, Parcel, Question, decode, encode};
use crate::content::Content;
use crate::ledger::Ledger;
use crate::limits::{PACKET_BYTES_MAX, TRANSACTIONS_PER_PACKET};
use hefu_fixtures::{Chain, Wallet, World};
use hefu_ledger::store::MemoryStore;
use hefu_primitives::codec::CodecError;
use hefu_primitives::{Digest, Epoch, View, codec};

fn answer() -> Answer<Content> {
    let world = World::new(3);
    let store = MemoryStore::new(&world.genesis).unwrap();
    let mut chain = Chain::new(world, store);
    let person = Wallet::person(&mut chain.world);
    let create = chain.world.create(&person);
    let block = chain.extend([create]);
    let content = Content::new(block.body, &block.outcome.effects);
    Answer::Block(Some(Box::new((block.header, content))))
}

#[test]
fn what_is_said_is_heard() {
    let questions = [
        Question::Block(Digest::default()),
        Question::Certificates { epoch: Epoch::ZERO, first: View::new(3), last: View::new(9) },
    ];
    for question in questions {
        assert_eq!(decode(&encode(&question)), Ok(question));
    }
    assert_eq!(decode(&encode(&answer())), Ok(answer()));
}

#[test]
fn bytes_that_say_nothing_are_refused() {
    let bytes = encode(&answer());
    let malformed =
        |bytes: &[u8]| matches!(decode::<Answer<Content>>(bytes), Err(CodecError::Malformed(_)));
    assert!(malformed(&[]) && malformed(&[9]));
    for end in 0..bytes.len() {
        assert!(malformed(&bytes[..end]), "cut at {end}");
    }
    assert!(malformed(&[&bytes[..], &[0]].concat()));
    let long = vec![0; PACKET_BYTES_MAX + 1];
    assert!(matches!(decode::<Answer<Content>>(&long), Err(CodecError::TooLong { .. })));
}

#[test]
fn a_list_that_is_too_long_is_refused() {
    let world = World::new(3);
    let mut chain = Chain::new(world.clone(), MemoryStore::new(&world.genesis).unwrap());
    let person = Wallet::person(&mut chain.world);
    let create = chain.world.create(&person);
    let one = Parcel { id: create.envelope.id(), packed: Packed(codec::encode(&create)) };
    let many = |count: usize| {
        // The variant, the length in two bytes of seven bits, and the elements.
        let (low, high) = (u8::try_from(count & 0x7f).unwrap(), u8::try_from(count >> 7).unwrap());
        let length = [0x80 | low, high];
        let elements = encode(&one).repeat(count);
        [&[1][..], &length, &elements].concat()
    };
    assert!(matches!(
        decode::<PacketOf<Ledger>>(&many(TRANSACTIONS_PER_PACKET)),
        Ok(Packet::Transactions(_))
    ));
    assert!(decode::<PacketOf<Ledger>>(&many(TRANSACTIONS_PER_PACKET + 1)).is_err());
}
