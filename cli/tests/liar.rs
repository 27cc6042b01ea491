//! Nodes that lie: they pass on what a true one says, with another state root, or but for what becomes of
//! transactions.

use hefu_ledger::bundle::Bundle;
use hefu_primitives::Hash;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

/// The address of a node that says what the one at `truth` does, but for every state root.
pub(crate) fn liar(truth: u16) -> String {
    posing(move |client| {
        let (request, mut client) = heard(client)?;
        client.write_all(&turned(said(&request, truth)?))
    })
}

/// The address of a node that says what the one at `truth` does, and refuses every transaction with this
/// code.
pub(crate) fn denier(truth: u16, code: &'static str) -> String {
    posing(move |client| {
        let (request, mut client) = heard(client)?;
        if !request.starts_with("POST") {
            return client.write_all(&said(&request, truth)?);
        }
        let body = format!(
            r#"{{"type":"about:blank","title":"no","status":409,"code":"{code}","detail":"no"}}"#
        );
        let head = "HTTP/1.1 409 Conflict\r\nContent-Type: application/problem+json\r\n";
        write!(client, "{head}Connection: close\r\nContent-Length: {}\r\n\r\n{body}", body.len())
    })
}

/// The address of something that answers each request as a node would.
fn posing(answer: impl Fn(TcpStream) -> std::io::Result<()> + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for client in listener.incoming() {
            // Whoever hangs up has heard enough.
            let _gone = client.and_then(&answer);
        }
    });
    url
}

/// The first line of a request, all of which is read.
fn heard(client: TcpStream) -> std::io::Result<(String, TcpStream)> {
    let mut reader = BufReader::new(client.try_clone()?);
    let mut request = String::new();
    reader.read_line(&mut request)?;
    let (mut line, mut length) = (String::new(), 0);
    while reader.read_line(&mut line)? > 2 {
        let header = line.to_ascii_lowercase();
        if let Some(said) = header.strip_prefix("content-length:") {
            length = said.trim().parse().unwrap();
        }
        line.clear();
    }
    reader.take(length).read_to_end(&mut Vec::new())?;
    Ok((request, client))
}

/// What the node at `truth` answers.
fn said(request: &str, truth: u16) -> std::io::Result<Vec<u8>> {
    let mut node = TcpStream::connect(("127.0.0.1", truth))?;
    write!(node, "{request}Host: node\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    node.read_to_end(&mut answer)?;
    Ok(answer)
}

/// The answer with another state root, if a bundle has one.
fn turned(answer: Vec<u8>) -> Vec<u8> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
    let (head, body) = answer.split_at(end);
    let Ok(mut bundle) = Bundle::from_bytes(body) else { return answer };
    bundle.checkpoint.header.state_root = Hash::from_bytes([1; 32]);
    [head, &bundle.to_bytes()].concat()
}
