//! Requests and answers.

use super::*;
use crate::net::limits::{REQUEST_BYTES_MAX, REQUESTS_IN_FLIGHT_MAX};

impl Node {
    async fn request(&mut self) -> (PublicKey, Vec<u8>, oneshot::Sender<Vec<u8>>) {
        self.until(|event| match event {
            NetEvent::Request { from, bytes, answer } => Some((from, bytes, answer)),
            _ => None,
        })
        .await
    }
}

fn ask(
    node: &Node,
    to: PublicKey,
    request: Vec<u8>,
    limit: Duration,
) -> tokio::task::JoinHandle<Result<Vec<u8>, RequestError>> {
    let network = node.network.clone();
    tokio::spawn(async move { network.request(&to, request, limit).await })
}

#[tokio::test]
async fn a_request_is_answered() {
    let mut nodes = mesh(2).await;
    let keys = [nodes[0].key(), nodes[1].key()];
    for answer_bytes in [0, 1, FRAME_BYTES_MAX] {
        let asked = ask(&nodes[0], keys[1], vec![5; REQUEST_BYTES_MAX], GUARD);
        let (from, bytes, answer) = nodes[1].request().await;
        assert_eq!((from, bytes.len()), (keys[0], REQUEST_BYTES_MAX));
        answer.send(vec![6; answer_bytes]).unwrap();
        assert_eq!(asked.await.unwrap().unwrap(), vec![6; answer_bytes]);
    }
}

#[tokio::test]
async fn an_answer_that_does_not_come_in_time_is_not_waited_for() {
    let mut nodes = mesh(2).await;
    let to = nodes[1].key();
    let limit = Duration::from_millis(100);
    let asked = ask(&nodes[0], to, vec![1], limit);
    let (_, _, mut answer) = nodes[1].request().await;
    assert_eq!(asked.await.unwrap(), Err(RequestError::TimedOut { after: limit }));
    within(answer.closed()).await;
}

#[tokio::test]
async fn a_request_that_is_not_answered_says_so() {
    let mut nodes = mesh(2).await;
    let to = nodes[1].key();
    let asked = ask(&nodes[0], to, vec![1], GUARD);
    drop(nodes[1].request().await);
    assert_eq!(asked.await.unwrap(), Err(RequestError::Unanswered));
}

#[tokio::test]
async fn requests_in_flight_are_bounded() {
    let mut nodes = mesh(2).await;
    let to = nodes[1].key();
    let mut asked = Vec::new();
    let mut answers = Vec::new();
    for number in 0..REQUESTS_IN_FLIGHT_MAX {
        asked.push(ask(&nodes[0], to, number.to_le_bytes().to_vec(), GUARD));
        answers.push(nodes[1].request().await);
    }
    let one_more = nodes[0].network.request(&to, vec![1], GUARD).await;
    let max = REQUESTS_IN_FLIGHT_MAX;
    assert_eq!(one_more, Err(RequestError::TooManyInFlight { max }));
    for (_, bytes, answer) in answers {
        answer.send(bytes).unwrap();
    }
    for (number, asked) in asked.into_iter().enumerate() {
        assert_eq!(asked.await.unwrap().unwrap(), number.to_le_bytes());
    }
}

#[tokio::test]
async fn a_lost_peer_answers_no_request() {
    let mut nodes = mesh(2).await;
    let to = nodes[1].key();
    let asked = ask(&nodes[0], to, vec![1], GUARD);
    let _unanswered = nodes[1].request().await;
    nodes[1].network.shut_down().await;
    assert_eq!(within(asked).await.unwrap(), Err(RequestError::Unanswered));
    nodes[0].lose(to).await;
    let asked = nodes[0].network.request(&to, vec![1], GUARD).await;
    assert_eq!(asked, Err(RequestError::Unreachable));
}

#[tokio::test]
async fn a_request_above_the_limit_is_not_sent() {
    let nodes = mesh(2).await;
    let (max_bytes, got_bytes) = (REQUEST_BYTES_MAX, REQUEST_BYTES_MAX + 1);
    let asked = nodes[0].network.request(&nodes[1].key(), vec![0; got_bytes], GUARD).await;
    assert_eq!(asked, Err(RequestError::TooLong { max_bytes, got_bytes }));
}
