//! A network for a test, which ends with it.

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use tempfile::TempDir;

/// The program under test.
pub(crate) fn program() -> PathBuf {
    let named = std::env::var_os("HEFU_BINARY").map(PathBuf::from);
    let beside = || std::env::current_exe().unwrap().parent()?.parent().map(|dir| dir.join("hefu"));
    let program = named.or_else(beside).unwrap();
    assert!(program.is_file(), "there is no {}: build it first", program.display());
    program
}

/// The command under test.
pub(crate) fn hefu() -> Command {
    Command::new(program())
}

/// What a process has said, for a failed test.
pub(crate) fn said(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    format!("{}\n{}{}", output.status, text(&output.stdout), text(&output.stderr))
}

/// A network that runs.
pub(crate) struct Bed {
    folder: TempDir,
    supervisor: Child,
}

impl Bed {
    /// A network, ready, made with these options of `up`.
    pub(crate) fn up(options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = hefu();
        command.args(["testnet", "up", "--dir"]).arg(folder.path().join("net")).args(options);
        let mut supervisor = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let said = supervisor.stdout.as_mut().unwrap();
        BufReader::new(said).read_line(&mut line).unwrap();
        assert!(line.starts_with("ready after"), "it said {line:?}");
        Self { folder, supervisor }
    }

    /// The folder in which the test may write.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The network's directory.
    pub(crate) fn place(&self) -> PathBuf {
        self.folder().join("net")
    }

    /// What `hefu testnet` does with these words.
    pub(crate) fn run(&self, words: &str) -> Output {
        let mut command = hefu();
        let mut words = words.split_whitespace();
        command.arg("testnet").args(words.next()).arg("--dir").arg(self.place()).args(words);
        command.output().unwrap()
    }

    /// The same, which must go well. What it wrote.
    pub(crate) fn done(&self, words: &str) -> String {
        let output = self.run(words);
        assert!(output.status.success(), "{words}: {}", said(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    /// The same, which must fail. What it complained.
    pub(crate) fn fails(&self, words: &str) -> String {
        let output = self.run(words);
        assert!(!output.status.success(), "{words}: {}", said(&output));
        String::from_utf8(output.stderr).unwrap()
    }

    /// What is written down of a node.
    pub(crate) fn node(&self, name: &str) -> Value {
        let text = std::fs::read(self.place().join("state.json")).unwrap();
        let state: Value = serde_json::from_slice(&text).unwrap();
        let nodes = state["nodes"].as_array().unwrap();
        nodes.iter().find(|node| node["name"] == name).unwrap().clone()
    }

    /// The processes of all nodes, and the supervisor's.
    pub(crate) fn processes(&self) -> Vec<u64> {
        let text = std::fs::read(self.place().join("state.json")).unwrap();
        let state: Value = serde_json::from_slice(&text).unwrap();
        let nodes = state["nodes"].as_array().unwrap().iter();
        let pids = nodes.filter_map(|node| node["pid"].as_u64());
        pids.chain(state["supervisor"].as_u64()).collect()
    }

    /// What a node answers to a question over HTTP.
    pub(crate) fn ask(&self, name: &str, path: &str) -> Value {
        let node = self.node(name);
        let address: SocketAddr = node["http"].as_str().unwrap().parse().unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {answer}"))
    }

    /// What a node has logged.
    pub(crate) fn log(&self, name: &str) -> String {
        self.done(&format!("logs {name}"))
    }

    /// Sends a signal to the supervisor, and returns when it has ended.
    pub(crate) fn interrupt(&mut self, signal: Signal) {
        let pid = Pid::from_child(&self.supervisor);
        kill_process(pid, signal).unwrap();
        self.supervisor.wait().unwrap();
    }

    /// Ends the network and returns when the supervisor is gone.
    pub(crate) fn down(&mut self, options: &str) {
        self.done(&format!("down {options}"));
        assert!(self.supervisor.wait().unwrap().success());
    }
}

impl Drop for Bed {
    fn drop(&mut self) {
        if let Ok(None) = self.supervisor.try_wait() {
            self.run("down");
            let _ended = self.supervisor.wait();
        }
    }
}
