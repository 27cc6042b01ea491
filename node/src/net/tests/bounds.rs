//! What breaks a rule, stalls or floods harms its own line only.

use super::*;
use crate::net::limits::QUEUE_BYTES_MAX;
use futures::AsyncWriteExt;

/// Two nodes that have reached each other, the first of which also knows `seed`.
async fn pair_knowing(seed: u8) -> (Node, Node) {
    let mut nodes = mesh(2).await;
    let (second, first) = (nodes.pop().unwrap(), nodes.pop().unwrap());
    first.network.set_known(vec![second.known.clone(), silent(seed)]);
    (first, second)
}

#[tokio::test]
async fn another_genesis_is_refused_with_its_reason_at_both_ends() {
    let other = GenesisHash::new(Hash::from_bytes([2; 32]));
    let ours = config(1).hello.genesis;
    let first = Node::start(config(1)).await;
    let hello = Hello { genesis: other, protocol_version: 1 };
    let second = Node::start(NetConfig { hello, ..config(2) }).await;
    let mut nodes = [first, second];
    introduce(&nodes);
    let keys = nodes.each_ref().map(Node::key);
    let refusal = Refusal::Genesis { expected: ours, got: other };
    assert_eq!(nodes[0].refusal().await, (keys[1], refusal));
    let refusal = Refusal::Genesis { expected: other, got: ours };
    assert_eq!(nodes[1].refusal().await, (keys[0], refusal));
}

#[tokio::test]
async fn another_version_is_refused_with_its_reason_at_both_ends() {
    let first = Node::start(config(1)).await;
    let hello = Hello { protocol_version: 2, ..config(2).hello };
    let second = Node::start(NetConfig { hello, ..config(2) }).await;
    let mut nodes = [first, second];
    introduce(&nodes);
    let refusal = nodes[0].refusal().await.1;
    assert_eq!(refusal, Refusal::ProtocolVersion { expected: 1, got: 2 });
    let refusal = nodes[1].refusal().await.1;
    assert_eq!(refusal, Refusal::ProtocolVersion { expected: 2, got: 1 });
}

#[tokio::test]
async fn a_frame_above_the_limit_closes_its_own_line_only() {
    let (mut first, second) = pair_knowing(9).await;
    let mut raw = Raw::dial(9, &first).await;
    let (mut outbound, _inbound) = raw.greet().await;
    first.reach(key(9)).await;
    outbound.write_all(&u32::MAX.to_le_bytes()).await.unwrap();
    outbound.flush().await.unwrap();
    let got_bytes = usize::try_from(u32::MAX).unwrap();
    let refusal = Refusal::Frame { max_bytes: FRAME_BYTES_MAX, got_bytes };
    assert_eq!(first.refusal().await, (key(9), refusal));
    assert!(matches!(first.next().await, NetEvent::Unreachable(peer) if peer == key(9)));
    first.observe(|network| network.connections() == 1).await;
    assert_eq!(second.network.send(&first.key(), [1].into()), Sent::Queued);
    assert_eq!(first.message().await, (second.key(), vec![1]));
}

#[tokio::test]
async fn what_does_not_fit_into_a_frame_is_dropped() {
    let nodes = mesh(2).await;
    let to = nodes[1].key();
    let long = vec![0; FRAME_BYTES_MAX + 1];
    assert_eq!(nodes[0].network.send(&to, long.into()), Sent::Dropped);
    assert_eq!(nodes[0].network.send(&to, [].into()), Sent::Dropped);
    assert_eq!(nodes[0].network.peers()[0].dropped, 2);
    assert_eq!(nodes[0].network.send(&key(99), [1].into()), Sent::Unreachable);
}

#[tokio::test]
async fn who_does_not_read_loses_the_newest_and_slows_nobody() {
    let (mut first, mut second) = pair_knowing(9).await;
    let mut raw = Raw::dial(9, &first).await;
    let _unread = raw.greet().await;
    first.reach(key(9)).await;
    let message: Arc<[u8]> = vec![0; 1024 * 1024].into();
    let mut queued = 0;
    while first.network.send(&key(9), Arc::clone(&message)) == Sent::Queued {
        queued += message.len();
        // Lets the line take what the peer's windows have room for.
        tokio::task::yield_now().await;
    }
    assert!(queued >= QUEUE_BYTES_MAX);
    let stalled = |peer: &&PeerStatus| peer.known.key == key(9);
    assert_eq!(first.network.peers().iter().find(stalled).unwrap().dropped, 1);
    for number in 0..100_u8 {
        assert_eq!(first.network.send(&second.key(), [number].into()), Sent::Queued);
        assert_eq!(second.message().await, (first.key(), vec![number]));
    }
}

#[tokio::test]
async fn who_floods_does_not_delay_the_others() {
    let (mut first, second) = pair_knowing(9).await;
    let mut raw = Raw::dial(9, &first).await;
    let (mut outbound, _inbound) = raw.greet().await;
    first.reach(key(9)).await;
    let flood = tokio::spawn(async move {
        loop {
            frame::write(&mut outbound, &[9; 1000], FRAME_BYTES_MAX).await.unwrap();
        }
    });
    for _ in 0..1000 {
        assert_eq!(first.message().await.0, key(9));
    }
    for number in 0..20_u8 {
        assert_eq!(second.network.send(&first.key(), [number].into()), Sent::Queued);
        let from_second = first.until(|event| match event {
            NetEvent::Message { from, bytes } if from == second.key() => Some(bytes),
            _ => None,
        });
        assert_eq!(from_second.await, [number]);
    }
    flood.abort();
}

#[tokio::test]
async fn a_peer_that_falls_silent_is_unreachable() {
    let silence = Duration::from_millis(200);
    let times = Times { silence, ..times() };
    let mut node = Node::start(NetConfig { known: vec![silent(9)], times, ..config(1) }).await;
    let mut raw = Raw::dial(9, &node).await;
    let _silent = raw.greet().await;
    node.reach(key(9)).await;
    node.lose(key(9)).await;
}

#[tokio::test]
async fn peers_with_nothing_to_say_stay_reachable() {
    let (keep_alive, silence) = (Duration::from_millis(20), Duration::from_secs(1));
    let times = Times { keep_alive, silence, ..times() };
    let first = Node::start(NetConfig { times, ..config(1) }).await;
    let second = Node::start(NetConfig { times, ..config(2) }).await;
    let mut nodes = [first, second];
    introduce(&nodes);
    meet(&mut nodes).await;
    // Longer than a peer may be silent, and no event comes.
    timeout(2 * silence, nodes[0].events.recv()).await.unwrap_err();
}

#[tokio::test]
async fn a_peer_that_does_not_greet_is_closed() {
    let times = Times { handshake: Duration::from_millis(300), ..times() };
    let node = Node::start(NetConfig { known: vec![silent(9)], times, ..config(1) }).await;
    let mut raw = Raw::dial(9, &node).await;
    node.observe(|network| network.connections() == 1).await;
    // The stream of the node comes, and then the end of the connection.
    while within(raw.streams.messages.recv()).await.is_some() {}
}

#[tokio::test]
async fn a_greeting_that_is_none_is_refused() {
    let mut node = Node::start(NetConfig { known: vec![silent(9)], ..config(1) }).await;
    let raw = Raw::dial(9, &node).await;
    let mut outbound = raw.streams.opener.open(streams::MESSAGES).await.unwrap();
    frame::write(&mut outbound, b"hello", 256).await.unwrap();
    outbound.flush().await.unwrap();
    assert_eq!(node.refusal().await, (key(9), Refusal::Greeting { got_bytes: 5 }));
}
