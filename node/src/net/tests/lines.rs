//! Lines come, carry, end and come again.

use super::*;

#[tokio::test]
async fn two_reach_each_other_and_messages_come_in_order() {
    let mut nodes = mesh(2).await;
    let (keys, large) = ([nodes[0].key(), nodes[1].key()], vec![7; FRAME_BYTES_MAX]);
    for number in 0..100_u8 {
        assert_eq!(nodes[0].network.send(&keys[1], [number].into()), Sent::Queued);
    }
    assert_eq!(nodes[0].network.send(&keys[1], large.clone().into()), Sent::Queued);
    for number in 0..100_u8 {
        assert_eq!(nodes[1].message().await, (keys[0], vec![number]));
    }
    assert_eq!(nodes[1].message().await, (keys[0], large));
    assert_eq!(nodes[1].network.send(&keys[0], [1].into()), Sent::Queued);
    assert_eq!(nodes[0].message().await, (keys[1], vec![1]));
}

#[tokio::test]
async fn four_make_a_full_mesh_of_one_connection_a_pair() {
    let mut nodes = mesh(4).await;
    for node in &nodes {
        node.observe(|network| network.connections() == 3).await;
        assert!(node.network.peers().iter().all(|peer| peer.reached_at == Some(Height::ZERO)));
    }
    let keys: Vec<_> = nodes.iter().map(Node::key).collect();
    for sender in 0..4 {
        for receiver in (0..4).filter(|receiver| *receiver != sender) {
            let message = [u8::try_from(sender).unwrap()];
            assert_eq!(nodes[sender].network.send(&keys[receiver], message.into()), Sent::Queued);
            assert_eq!(nodes[receiver].message().await, (keys[sender], message.to_vec()));
        }
    }
}

#[tokio::test]
async fn one_connection_remains_when_both_dial() {
    for round in 0..8 {
        let mut nodes = Vec::new();
        for seed in [10 + round, 20 + round] {
            nodes.push(Node::start(NetConfig { dials: Dials::All, ..config(seed) }).await);
        }
        introduce(&nodes);
        meet(&mut nodes).await;
        for node in &nodes {
            node.observe(|network| network.connections() == 1).await;
        }
        let to = nodes[1].key();
        nodes[0].observe(|network| network.send(&to, [1].into()) == Sent::Queued).await;
        nodes[1].message().await;
    }
}

#[tokio::test]
async fn a_follower_reaches_who_does_not_know_its_address() {
    let (follower, validator) = if key(1) > key(2) { (1, 2) } else { (2, 1) };
    let mut validator =
        Node::start(NetConfig { known: vec![silent(follower)], ..config(validator) }).await;
    let known = vec![validator.known.clone()];
    let config = NetConfig { dials: Dials::All, known, ..config(follower) };
    let mut follower = Node::start(config).await;
    follower.reach(validator.key()).await;
    validator.reach(follower.key()).await;
}

#[tokio::test]
async fn the_height_is_told_when_a_peer_is_reached() {
    let first = Node::start(config(1)).await;
    let second = Node::start(config(2)).await;
    first.network.set_height(Height::new(77));
    let mut nodes = [first, second];
    introduce(&nodes);
    meet(&mut nodes).await;
    assert_eq!(nodes[1].network.peers()[0].reached_at, Some(Height::new(77)));
}

#[tokio::test]
async fn a_peer_that_restarts_on_its_port_is_reached_again() {
    // In both directions: the one that dials restarts, and the one that is dialled.
    for restarted in [0, 1] {
        let mut nodes = mesh(2).await;
        let other = 1 - restarted;
        let (known, lost) = (nodes[other].known.clone(), nodes[restarted].key());
        let listen = nodes[restarted].known.address.unwrap();
        nodes[restarted].network.shut_down().await;
        nodes[other].lose(lost).await;
        assert_eq!(nodes[other].network.send(&lost, [1].into()), Sent::Unreachable);

        let seed = u8::try_from(restarted).unwrap() + 1;
        let again = NetConfig { listen, known: vec![known.clone()], ..config(seed) };
        let mut again = Node::start(again).await;
        again.reach(known.key).await;
        nodes[other].reach(lost).await;
        assert_eq!(nodes[other].network.send(&lost, [2].into()), Sent::Queued);
        assert_eq!(again.message().await, (known.key, vec![2]));
    }
}

#[tokio::test]
async fn a_network_that_is_shut_down_reaches_nobody_and_ends_its_events() {
    let mut nodes = mesh(2).await;
    let to = nodes[1].key();
    nodes[0].network.shut_down().await;
    assert_eq!(nodes[0].network.send(&to, [1].into()), Sent::Unreachable);
    while let Some(event) = within(nodes[0].events.recv()).await {
        assert!(!matches!(event, NetEvent::Reachable(_)));
    }
}

#[tokio::test]
async fn a_dropped_handle_stops_the_network() {
    let mut nodes = mesh(2).await;
    let Node { network, events: _events, known } = nodes.pop().unwrap();
    drop(network);
    nodes[0].lose(known.key).await;
}

#[tokio::test]
async fn who_is_no_longer_known_is_disconnected_and_may_come_back() {
    let mut nodes = mesh(2).await;
    let (first, second) = (nodes[0].known.clone(), nodes[1].known.clone());
    nodes[0].network.set_known(Vec::new());
    assert_eq!(nodes[0].network.send(&second.key, [1].into()), Sent::Unreachable);
    nodes[0].lose(second.key).await;
    nodes[1].lose(first.key).await;
    nodes[0].network.set_known(vec![second.clone()]);
    nodes[0].reach(second.key).await;
    nodes[1].reach(first.key).await;
}

#[tokio::test]
async fn a_port_in_use_is_an_error() {
    let node = Node::start(config(1)).await;
    let listen = node.known.address.unwrap();
    let error = Network::start(NetConfig { listen, ..config(2) }).unwrap_err();
    assert!(matches!(error, StartError::Listen { address, .. } if address == listen));
}
