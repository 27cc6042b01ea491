//! The validators' processes.

use crate::blocks::VALIDATORS;
use crate::cpu;
use std::env;
use std::net::{SocketAddr, TcpListener};
use std::process::Stdio;
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

/// Validators that run until this is dropped.
pub(crate) struct Network {
    nodes: Vec<Child>,
    clients: Vec<SocketAddr>,
    _place: TempDir,
}

impl Network {
    /// Starts all validators, with directories below the one that everything is built in, which lies on a
    /// disk.
    pub(crate) async fn start() -> Self {
        let place = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        // Taken from the system, and free again when the validators bind them.
        let held: Vec<_> =
            (0..VALIDATORS).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
        let port = |one: &TcpListener| one.local_addr().unwrap().port().to_string();
        let ports: Vec<_> = held.iter().map(port).collect();
        drop(held);
        let (mut nodes, mut clients) = (Vec::new(), Vec::new());
        for number in 0..VALIDATORS {
            let home = place.path().join(number.to_string());
            let mut node = Command::new(env::current_exe().unwrap())
                .arg("validator")
                .arg(home)
                .arg(number.to_string())
                .args(&ports)
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .kill_on_drop(true)
                .spawn()
                .unwrap();
            let mut line = String::new();
            let mut said = BufReader::new(node.stdout.take().unwrap());
            said.read_line(&mut line).await.unwrap();
            clients.push(line.trim().parse().unwrap());
            nodes.push(node);
        }
        Self { nodes, clients, _place: place }
    }

    /// A connection with each.
    pub(crate) async fn connect(&self) -> Vec<TcpStream> {
        let mut streams = Vec::new();
        for client in &self.clients {
            let stream = TcpStream::connect(client).await.unwrap();
            stream.set_nodelay(true).unwrap();
            streams.push(stream);
        }
        streams
    }

    /// Time on a processor of all of them.
    pub(crate) fn cpu(&self) -> Duration {
        self.nodes.iter().map(|node| cpu::of(node.id().unwrap())).sum()
    }
}
