//! The server on real sockets: what its limits do, and how it ends.

use super::Rig;
use crate::files;
use crate::http::limits::{CONNECTIONS_PER_ADDRESS_MAX, TURNED_AWAY_MAX};
use crate::http::{Addresses, BindError, Server};
use hefu_api::paths;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

const LOOPBACK: &str = "127.0.0.1:0";

/// A server under way.
struct Running {
    rig: Rig,
    addresses: Addresses,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
}

impl Running {
    async fn start() -> Self {
        files::ask_for_more();
        let (rig, any) = (Rig::new(), LOOPBACK.parse().unwrap());
        let server = Server::bind_live(any, any, Box::new(rig.live.clone())).await.unwrap();
        let (addresses, (stop, stopped)) = (server.addresses(), oneshot::channel());
        let ended = tokio::spawn(server.run(async {
            let _ = stopped.await;
        }));
        Self { rig, addresses, stop, ended }
    }

    /// So many connections on which nothing is asked.
    async fn silent(&self, count: usize) -> Vec<TcpStream> {
        let mut silent = Vec::with_capacity(count);
        for _ in 0..count {
            silent.push(connect(self.addresses.public).await);
        }
        silent
    }
}

async fn connect(address: SocketAddr) -> TcpStream {
    TcpStream::connect(address).await.unwrap()
}

async fn send(stream: &mut TcpStream, path: &str) {
    let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
}

/// All that comes until the other side closes.
async fn rest(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    // A reset is an end too.
    let _ = stream.read_to_end(&mut text).await;
    String::from_utf8(text).unwrap()
}

/// The beginning of an answer.
async fn begin(stream: &mut TcpStream) -> String {
    let mut bytes = [0; 16];
    stream.read_exact(&mut bytes).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[tokio::test]
async fn clients_and_operators_have_addresses_of_their_own() {
    let running = Running::start().await;
    let Addresses { public, administration } = running.addresses;
    for (address, path, status) in [
        (public, paths::STATUS, "200"),
        (public, paths::METRICS, "404"),
        (administration, paths::METRICS, "200"),
        (administration, paths::STATUS, "404"),
    ] {
        let mut stream = connect(address).await;
        send(&mut stream, path).await;
        let answer = begin(&mut stream).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{path}: {answer}");
    }
}

#[tokio::test]
async fn metrics_are_for_this_machine_alone() {
    let (rig, any) = (Rig::new(), LOOPBACK.parse().unwrap());
    let open = "0.0.0.0:0".parse().unwrap();
    let refused = Server::bind_live(any, open, Box::new(rig.live.clone())).await;
    assert!(matches!(refused, Err(BindError::NotLoopback(_))));
}

#[tokio::test]
async fn an_address_that_is_taken_is_an_error_that_names_it() {
    let running = Running::start().await;
    let (taken, any) = (running.addresses.public, LOOPBACK.parse().unwrap());
    let refused = Server::bind_live(taken, any, Box::new(running.rig.live.clone())).await;
    let Err(error) = refused else { panic!("the address is taken") };
    assert!(error.to_string().contains(&taken.to_string()), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_head_that_does_not_end_is_not_waited_for() {
    let running = Running::start().await;
    let mut stream = connect(running.addresses.public).await;
    stream.write_all(b"GET /v1/status HTTP/1.1\r\nhost: ").await.unwrap();
    let begun = tokio::time::Instant::now();
    let answer = rest(&mut stream).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(begun.elapsed() >= crate::http::limits::HEAD_LIMIT);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let running = Running::start().await;
    let mut stream = connect(running.addresses.public).await;
    let head = "POST /v1/transactions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
                content-length: 10\r\nconnection: close\r\n\r\n{";
    stream.write_all(head.as_bytes()).await.unwrap();
    let answer = rest(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(answer.contains(hefu_api::codes::BODY_INCOMPLETE), "{answer}");
}

#[tokio::test]
async fn a_head_that_is_too_long_is_refused() {
    let running = Running::start().await;
    let mut stream = connect(running.addresses.public).await;
    let long = "a".repeat(64 * 1024);
    // The server may close before all of it is written.
    let _ = stream.write_all(format!("GET /{long} HTTP/1.1\r\n").as_bytes()).await;
    let answer = rest(&mut stream).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
}

#[tokio::test]
async fn one_address_gets_its_share_of_connections() {
    let running = Running::start().await;
    let mut held = Vec::new();
    for _ in 0..CONNECTIONS_PER_ADDRESS_MAX {
        let mut stream = connect(running.addresses.public).await;
        send(&mut stream, paths::GENESIS).await;
        // Its answer shows that the server has taken the connection.
        assert!(begin(&mut stream).await.starts_with("HTTP/1.1 200"));
        held.push(stream);
    }
    let mut one_more = connect(running.addresses.public).await;
    send(&mut one_more, paths::GENESIS).await;
    let answer = rest(&mut one_more).await;
    assert!(answer.starts_with("HTTP/1.1 429 "), "{answer}");
    assert!(answer.contains("retry-after: ") && answer.contains("api.connections"), "{answer}");
    drop(held);
    let _silent = running.silent(CONNECTIONS_PER_ADDRESS_MAX + TURNED_AWAY_MAX).await;
    let mut one_more = connect(running.addresses.public).await;
    assert_eq!(rest(&mut one_more).await, "", "it is closed without a word");
}

#[tokio::test]
async fn who_was_told_that_there_is_no_room_takes_none() {
    let running = Running::start().await;
    let _held = running.silent(CONNECTIONS_PER_ADDRESS_MAX).await;
    for number in 0..=TURNED_AWAY_MAX {
        let mut one_more = connect(running.addresses.public).await;
        // A second request on the same connection is not heard.
        send(&mut one_more, paths::GENESIS).await;
        send(&mut one_more, paths::GENESIS).await;
        let answer = rest(&mut one_more).await;
        assert_eq!(answer.matches("HTTP/1.1 429 ").count(), 1, "{number}: {answer}");
    }
    // So does who does not even ask.
    let silent = running.silent(TURNED_AWAY_MAX).await;
    for mut one in silent {
        assert_eq!(rest(&mut one).await, "");
    }
    let mut one_more = connect(running.addresses.public).await;
    send(&mut one_more, paths::GENESIS).await;
    assert!(rest(&mut one_more).await.starts_with("HTTP/1.1 429 "));
}

#[tokio::test]
async fn a_server_stops_when_it_is_told_to() {
    let running = Running::start().await;
    let mut idle = connect(running.addresses.public).await;
    send(&mut idle, paths::GENESIS).await;
    begin(&mut idle).await;
    let mut listening = connect(running.addresses.public).await;
    send(&mut listening, paths::EVENTS).await;
    begin(&mut listening).await;
    running.stop.send(()).unwrap();
    running.ended.await.unwrap();
    rest(&mut listening).await;
    assert!(TcpStream::connect(running.addresses.public).await.is_err());
}
