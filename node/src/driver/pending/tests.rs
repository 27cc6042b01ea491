//! What is passed on: as much as fits, under its own name, unpacked by whoever needs it.

use super::{parcels, sorted};
use crate::ledger::Ledger;
use crate::limits::{FORWARD_BYTES_MAX, TRANSACTIONS_PER_PACKET};
use crate::wire::{Packed, Packet, PacketOf, decode, encode};
use hefu_fixtures::{Wallet, World};
use hefu_ledger::{CheckedTransaction, Transaction};
use hefu_primitives::Ed25519;
use std::sync::Arc;

fn checked(world: &World, transaction: Transaction) -> CheckedTransaction {
    CheckedTransaction::new(Arc::new(transaction), &world.genesis.hash(), &Ed25519).unwrap()
}

fn create(world: &mut World) -> CheckedTransaction {
    let person = Wallet::person(world);
    let create = world.create(&person);
    checked(world, create)
}

#[test]
fn a_parcel_has_the_name_of_what_is_in_it() {
    let mut world = World::new(7);
    let all = [create(&mut world), create(&mut world)];
    let packet = encode(&PacketOf::<Ledger>::Transactions(parcels::<Ledger>(&all, |_| false)));
    let Ok(Packet::Transactions(heard)) = decode::<PacketOf<Ledger>>(&packet) else {
        panic!("it is not read")
    };
    assert_eq!(heard.len(), all.len());
    for (parcel, one) in heard.iter().zip(&all) {
        let Packed(bytes) = &parcel.packed;
        assert_eq!(decode::<Transaction>(bytes).unwrap(), **one.transaction());
        assert_eq!(parcel.id, one.id());
    }
}

#[test]
fn what_was_sent_is_not_sent_again() {
    let mut world = World::new(9);
    let [sent, new] = [create(&mut world), create(&mut world)];
    let packed = parcels::<Ledger>(&[sent.clone(), new.clone()], |id| *id == sent.id());
    assert_eq!(packed.iter().map(|parcel| parcel.id).collect::<Vec<_>>(), [new.id()]);
}

#[test]
fn what_is_here_is_not_read() {
    let mut world = World::new(9);
    let [here, new] = [create(&mut world), create(&mut world)];
    let heard = parcels::<Ledger>(&[here.clone(), new.clone()], |_| false);
    let (known, unknown) = sorted(&heard, |id| *id == here.id());
    assert_eq!((known, unknown), (vec![here.id()], vec![&*encode(&**new.transaction())]));
}

#[test]
fn as_many_are_passed_on_as_fit() {
    let mut world = World::new(8);
    let one = create(&mut world);
    let many = vec![one.clone(); TRANSACTIONS_PER_PACKET + 1];
    assert_eq!(parcels::<Ledger>(&many, |_| false).len(), TRANSACTIONS_PER_PACKET);
    let people: Vec<_> = (0..500).map(|_| Wallet::person(&mut world)).collect();
    let batch = world.batch(&people);
    let fit = FORWARD_BYTES_MAX as usize / encode(&batch).len();
    let mut batches = vec![checked(&world, batch); fit + 1];
    batches.push(one);
    assert_eq!(
        parcels::<Ledger>(&batches, |_| false).len(),
        fit,
        "nothing overtakes what does not fit"
    );
}
