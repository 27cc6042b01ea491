//! Links between real sockets, and what is under way without any.

use super::transit::{TRANSIT_BYTES_MAX, Transit};
use super::{Link, Passage, Weather};
use bytes::Bytes;
use std::io;
use std::num::NonZeroU32;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

const DELAY: Duration = Duration::from_millis(30);

/// A link to a server that says back what it hears.
async fn echo() -> Link {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let link = Link::open(listener.local_addr().unwrap()).await.unwrap();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (mut read, mut write) = socket.split();
                tokio::io::copy(&mut read, &mut write).await
            });
        }
    });
    link
}

/// What comes back for a word.
async fn ask(socket: &mut TcpStream, word: &[u8]) -> io::Result<Vec<u8>> {
    socket.write_all(word).await?;
    let mut answer = vec![0; word.len()];
    socket.read_exact(&mut answer).await?;
    Ok(answer)
}

async fn asks_in_vain(link: &Link) -> bool {
    match TcpStream::connect(link.address()).await {
        Ok(mut socket) => ask(&mut socket, b"anybody?").await.is_err(),
        Err(_) => true,
    }
}

#[tokio::test]
async fn bytes_pass_and_an_end_passes_too() {
    let link = echo().await;
    let mut socket = TcpStream::connect(link.address()).await.unwrap();
    let word = vec![7; 300_000];
    let (mut read, mut write) = socket.split();
    let sent = async {
        write.write_all(&word).await.unwrap();
        write.shutdown().await.unwrap();
    };
    let mut answer = Vec::new();
    let ((), got) = tokio::join!(sent, read.read_to_end(&mut answer));
    got.unwrap();
    assert_eq!(answer, word);
}

#[tokio::test]
async fn a_delay_holds_each_way() {
    let link = echo().await;
    let mut socket = TcpStream::connect(link.address()).await.unwrap();
    assert_eq!(ask(&mut socket, b"before").await.unwrap(), b"before");
    link.set(Weather { delay: DELAY, ..Weather::default() });
    let start = Instant::now();
    assert_eq!(ask(&mut socket, b"slow").await.unwrap(), b"slow");
    assert!(start.elapsed() >= 2 * DELAY, "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_refusal_ends_connections_and_lets_none_begin() {
    let link = echo().await;
    let mut socket = TcpStream::connect(link.address()).await.unwrap();
    assert_eq!(ask(&mut socket, b"before").await.unwrap(), b"before");
    link.set(Weather { passage: Passage::Refused, ..Weather::default() });
    let mut rest = Vec::new();
    let ended = socket.read_to_end(&mut rest).await;
    assert!(ended.is_err() || rest.is_empty(), "nothing more came");
    assert!(asks_in_vain(&link).await);
    link.set(Weather::default());
    let mut again = TcpStream::connect(link.address()).await.unwrap();
    assert_eq!(ask(&mut again, b"after").await.unwrap(), b"after");
}

#[tokio::test]
async fn what_silence_holds_back_arrives_afterwards() {
    let link = echo().await;
    let mut socket = TcpStream::connect(link.address()).await.unwrap();
    assert_eq!(ask(&mut socket, b"before").await.unwrap(), b"before");
    link.set(Weather { passage: Passage::Silent, ..Weather::default() });
    socket.write_all(b"held").await.unwrap();
    let mut answer = [0; 4];
    let early = tokio::time::timeout(DELAY, socket.read_exact(&mut answer)).await;
    assert!(early.is_err(), "it passed");
    link.set(Weather::default());
    socket.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"held");
}

#[tokio::test]
async fn a_link_ends_with_its_connections() {
    let link = echo().await;
    let mut socket = TcpStream::connect(link.address()).await.unwrap();
    assert_eq!(ask(&mut socket, b"before").await.unwrap(), b"before");
    let address = link.address();
    drop(link);
    let mut rest = Vec::new();
    let ended = socket.read_to_end(&mut rest).await;
    assert!(ended.is_err() || rest.is_empty());
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn a_slow_link_carries_one_piece_after_the_other() {
    let kib_per_second = NonZeroU32::new(1);
    let weather = Weather { kib_per_second, delay: DELAY, ..Weather::default() };
    let start = Instant::now();
    let mut transit = Transit::new(start);
    transit.push(Bytes::from(vec![1; 2048]), &weather, start);
    assert_eq!(transit.due(), Some(start + Duration::from_secs(2) + DELAY));
    transit.push(Bytes::from(vec![2; 1024]), &weather, start);
    assert_eq!(transit.pop().map(|piece| piece.len()), Some(2048));
    assert_eq!(transit.due(), Some(start + Duration::from_secs(3) + DELAY));
    let later = start + Duration::from_secs(10);
    transit.push(Bytes::from(vec![3; 1024]), &weather, later);
    transit.pop();
    assert_eq!(transit.due(), Some(later + Duration::from_secs(1) + DELAY));
}

#[tokio::test]
async fn what_is_under_way_is_bounded() {
    let start = Instant::now();
    let mut transit = Transit::new(start);
    transit.push(Bytes::from(vec![0; TRANSIT_BYTES_MAX]), &Weather::default(), start);
    assert!(!transit.has_room());
    transit.pop();
    assert!(transit.has_room() && transit.is_empty());
}
