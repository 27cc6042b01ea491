//! What a node finds, from pictures of nodes in trouble.

use super::*;
use crate::http::tests::picture;
use crate::net::PeerStatus;
use hefu_primitives::{Height, SecretKey};

/// What the first of four validators sees who reaches two others, with its picture changed.
fn seen(age_ms: u64, change: impl FnOnce(&mut Picture)) -> Why {
    let keys: Vec<_> = (1..=4).map(|seed| SecretKey::from_seed(&[seed; 32]).public_key()).collect();
    let mut picture = picture(&keys, Height::new(7));
    change(&mut picture);
    let names = names(&picture);
    Seen { own: keys[0], age_ms, names, halted: None, picture }.why()
}

fn codes(why: &Why) -> Vec<&str> {
    why.reasons.iter().map(|reason| reason.code.as_str()).collect()
}

fn lose(peer: &mut PeerStatus) {
    peer.reached_at = None;
}

#[test]
fn a_network_without_work_is_well() {
    let why = seen(1_000, |_| ());
    assert!(why.well);
    assert_eq!(codes(&why), ["why.unreachable", "why.idle"]);
    assert!(why.reasons[0].detail.contains("validator-4"), "{why:?}");
}

#[test]
fn work_is_whose_turn_it_is() {
    let why = seen(1_000, |picture| picture.pending.count = 3);
    assert!(why.well);
    let working = why.reasons.last().unwrap();
    assert_eq!(working.code, "why.working");
    assert!(working.detail.contains("validator-2"), "{working:?}");
}

#[test]
fn too_few_are_named() {
    let why = seen(1_000, |picture| picture.peers.iter_mut().for_each(lose));
    assert!(!why.well);
    assert_eq!(codes(&why)[0], "why.no_quorum");
    assert_eq!(why.reasons[0].validators.len(), 3);
}

#[test]
fn a_slow_leader_is_named() {
    let why = seen(1_000, |picture| {
        picture.pending.count = 1;
        picture.in_view_ms = VIEW_MS_USUAL + 1;
    });
    assert!(!why.well);
    assert_eq!(codes(&why)[0], "why.leader_slow");
}

#[test]
fn a_full_disk_is_told_before_anything_that_comes_of_it() {
    let why = seen(1_000, |picture| {
        picture.disk_low = true;
        picture.catching_up_to = Some(Height::new(99));
    });
    assert_eq!((why.well, codes(&why)[0]), (false, "why.disk_low"));
}

#[test]
fn a_wrong_clock_of_ours_is_the_reason_and_one_of_others_is_told_beside_it() {
    let why = seen(AGE_MS_MAX + 1, |picture| picture.skew.own_ms = Some(3_600_400));
    assert_eq!((why.well, codes(&why)[0]), (false, "why.clock"));
    assert!(why.reasons[0].detail.contains("3600 s ahead of"), "{why:?}");
    let why = seen(1_000, |picture| {
        picture.skew.others_ms = vec![(picture.validators[1], -60_000)];
    });
    assert_eq!((why.well, codes(&why)[1]), (true, "why.clock"));
    assert!(why.reasons[1].detail.contains("validator-2 is 60 s behind"), "{why:?}");
}

#[test]
fn catching_up_is_trouble_that_passes() {
    let why = seen(1_000, |picture| picture.catching_up_to = Some(Height::new(99)));
    assert_eq!((why.well, codes(&why)[0]), (false, "why.catching_up"));
}

#[test]
fn an_old_block_is_trouble_even_among_friends() {
    let why = seen(AGE_MS_MAX + 1, |_| ());
    assert_eq!((why.well, codes(&why)[0]), (false, "why.stale"));
}

#[test]
fn a_follower_needs_somebody_and_no_quorum() {
    let why = seen(1_000, |picture| {
        picture.role = Role::Follower;
        picture.peers.iter_mut().skip(1).for_each(lose);
    });
    assert!(why.well, "{why:?}");
    let why = seen(1_000, |picture| {
        picture.role = Role::Follower;
        picture.peers.iter_mut().for_each(lose);
    });
    assert_eq!((why.well, codes(&why)[0]), (false, "why.no_peers"));
}
