//! Which connections stay, whoever dials first.

use super::*;
use crate::net::Identity;

/// Two keys, the smaller one first.
fn keys() -> (PublicKey, PublicKey) {
    let (a, b) = (Identity::from_seed(&[1; 32]).key(), Identity::from_seed(&[2; 32]).key());
    (a.min(b), a.max(b))
}

fn known(key: PublicKey) -> Known {
    Known { key, name: "peer".into(), address: Some(SocketAddr::from(([192, 0, 2, 1], 7))) }
}

fn mesh(me: PublicKey, other: PublicKey, dials: Dials, now: Instant) -> Mesh {
    let mut mesh = Mesh::new(me, dials, &Times::default(), 7);
    assert_eq!(mesh.set_known(&[known(other)], now), []);
    mesh
}

fn connection(id: usize, ours: bool) -> Connection {
    Connection { id: ConnectionId::new_unchecked(id), ours }
}

fn id(id: usize) -> ConnectionId {
    ConnectionId::new_unchecked(id)
}

#[test]
fn the_smaller_key_dials_and_a_follower_dials_everybody() {
    let (small, large) = keys();
    let now = Instant::now();
    assert_eq!(mesh(small, large, Dials::Larger, now).due(now).len(), 1);
    assert_eq!(mesh(large, small, Dials::Larger, now).due(now).len(), 0);
    assert_eq!(mesh(large, small, Dials::Larger, now).wake(), None);
    assert_eq!(mesh(large, small, Dials::All, now).due(now).len(), 1);
}

#[test]
fn both_ends_keep_what_the_smaller_key_dialled_in_whatever_order_they_learn() {
    let (small, large) = keys();
    let now = Instant::now();
    for (me, other) in [(small, large), (large, small)] {
        let (kept, lost) = (connection(1, me == small), connection(2, me == large));
        let mut first_kept = mesh(me, other, Dials::All, now);
        assert_eq!(first_kept.established(&other, kept), Verdict::Run);
        assert_eq!(first_kept.established(&other, lost), Verdict::Close);

        let mut first_lost = mesh(me, other, Dials::All, now);
        assert_eq!(first_lost.established(&other, lost), Verdict::Run);
        assert_eq!(first_lost.established(&other, kept), Verdict::Replace(id(2)));
        assert_eq!(first_lost.ended(&other, false, now), Some(id(1)));
        assert_eq!(first_lost.wake(), None, "nobody dials while there is a connection");
    }
}

#[test]
fn the_newer_of_two_from_one_dialler_stays() {
    let (small, large) = keys();
    let now = Instant::now();
    let mut mesh = mesh(large, small, Dials::Larger, now);
    assert_eq!(mesh.established(&small, connection(1, false)), Verdict::Run);
    assert_eq!(mesh.established(&small, connection(2, false)), Verdict::Replace(id(1)));
    assert_eq!(mesh.established(&small, connection(3, false)), Verdict::Replace(id(2)));
    assert_eq!(mesh.ended(&small, true, now), Some(id(3)));
    assert_eq!(mesh.ended(&small, true, now), None);
}

#[test]
fn pauses_grow_to_their_bound_and_begin_anew_after_a_greeting() {
    let (small, large) = keys();
    let start = Instant::now();
    let times = Times::default();
    let mut mesh = mesh(small, large, Dials::Larger, start);
    let mut longest = times.redial_first;
    for _ in 0..100 {
        let now = mesh.wake().unwrap();
        assert_eq!(mesh.due(now).len(), 1);
        assert_eq!(mesh.wake(), None, "it is being dialled");
        mesh.dial_failed(&large, now);
        let pause = mesh.wake().unwrap() - now;
        assert!(pause >= longest / 2 && pause <= longest, "{pause:?} of {longest:?}");
        longest = (longest * 2).min(times.redial_max);
    }
    assert_eq!(mesh.established(&large, connection(1, true)), Verdict::Run);
    assert_eq!(mesh.ended(&large, true, start), None);
    assert!(mesh.wake().unwrap() - start <= times.redial_first);
}

#[test]
fn who_is_no_longer_known_is_closed_and_not_dialled() {
    let (small, large) = keys();
    let now = Instant::now();
    let mut mesh = mesh(small, large, Dials::Larger, now);
    assert_eq!(mesh.established(&large, connection(1, true)), Verdict::Run);
    assert_eq!(mesh.set_known(&[], now), [id(1)]);
    assert_eq!(mesh.established(&large, connection(2, true)), Verdict::Close);
    assert_eq!(mesh.ended(&large, true, now), None);
    assert!(mesh.peers.is_empty());
}

#[test]
fn who_is_known_again_waits_for_its_old_line() {
    let (small, large) = keys();
    let now = Instant::now();
    let mut mesh = mesh(large, small, Dials::Larger, now);
    assert_eq!(mesh.established(&small, connection(1, false)), Verdict::Run);
    assert_eq!(mesh.set_known(&[], now), [id(1)]);
    assert_eq!(mesh.set_known(&[known(small)], now), []);
    assert_eq!(mesh.established(&small, connection(2, false)), Verdict::Replace(id(1)));
    assert_eq!(mesh.ended(&small, true, now), Some(id(2)));
}

#[test]
fn what_waits_is_forgotten_with_a_peer_that_is_no_longer_known() {
    let (small, large) = keys();
    let now = Instant::now();
    let mut mesh = mesh(large, small, Dials::Larger, now);
    assert_eq!(mesh.established(&small, connection(1, false)), Verdict::Run);
    assert_eq!(mesh.established(&small, connection(2, false)), Verdict::Replace(id(1)));
    assert_eq!(mesh.set_known(&[], now), [id(1), id(2)]);
    assert_eq!(mesh.set_known(&[known(small)], now), []);
    assert_eq!(mesh.ended(&small, true, now), None);
    assert_eq!(mesh.established(&small, connection(3, false)), Verdict::Run);
}
