//! A node that lies: it passes on what a true one says, with another state root.

use hefu_ledger::bundle::Bundle;
use hefu_primitives::Hash;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

/// The address of a node that says what the one at `truth` does, but for every state root.
pub(crate) fn liar(truth: u16) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for client in listener.incoming() {
            // Whoever hangs up has heard enough.
            let _gone = client.and_then(|client| lie(client, truth));
        }
    });
    url
}

/// Answers one request with a lie.
fn lie(mut client: TcpStream, truth: u16) -> std::io::Result<()> {
    let mut reader = BufReader::new(client.try_clone()?);
    let mut request = String::new();
    reader.read_line(&mut request)?;
    let mut line = String::new();
    while reader.read_line(&mut line)? > 2 {
        line.clear();
    }
    let mut node = TcpStream::connect(("127.0.0.1", truth))?;
    write!(node, "{request}Host: node\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    node.read_to_end(&mut answer)?;
    client.write_all(&turned(answer))
}

/// The answer with another state root, if a bundle has one.
fn turned(answer: Vec<u8>) -> Vec<u8> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
    let (head, body) = answer.split_at(end);
    let Ok(mut bundle) = Bundle::from_bytes(body) else { return answer };
    bundle.checkpoint.header.state_root = Hash::from_bytes([1; 32]);
    [head, &bundle.to_bytes()].concat()
}
