//! `hefu node` and `hefu genesis`, as a service manager and a founder use them.

use crate::ran::{Ran, command};
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};

/// A folder with a development network of one validator.
struct Place {
    folder: tempfile::TempDir,
    ports: [u16; 3],
}

/// Ports that the system had free. They are bound together, so that they differ.
fn free_ports() -> [u16; 3] {
    let held = [(); 3].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    held.map(|one| one.local_addr().unwrap().port())
}

fn run(arguments: &[&str]) -> Ran {
    command().args(arguments).output().unwrap().into()
}

impl Place {
    fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap(), ports: free_ports() };
        let made = run(&["genesis", "development", "demo", "--validators", "1"]);
        assert_eq!(made.code, 0, "{}", made.stderr);
        fs::write(place.path("genesis.json"), &made.stdout).unwrap();
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    fn init(&self, name: &str) -> Ran {
        let [peers, http, admin] = self.ports.map(|port| format!("127.0.0.1:{port}"));
        let (directory, genesis) = (self.text(name), self.text("genesis.json"));
        run(&[
            "node",
            "init",
            &directory,
            "--genesis",
            &genesis,
            "--name",
            name,
            "--development-validator",
            "1",
            "--peers-listen",
            &peers,
            "--http-listen",
            &http,
            "--admin-listen",
            &admin,
        ])
    }

    fn node(&self) -> PathBuf {
        let made = self.init("one");
        assert_eq!(made.code, 0, "{}", made.stderr);
        self.path("one")
    }
}

/// A node that runs, and is killed when this is dropped.
struct Running {
    child: Child,
    log: BufReader<ChildStderr>,
}

impl Running {
    fn start(directory: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_hefu"))
            .args(["node", "start"])
            .arg(directory)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        Self { child, log }
    }

    /// The next line of the log with this message.
    fn wait_for(&mut self, message: &str) -> serde_json::Value {
        let mut line = String::new();
        loop {
            line.clear();
            assert_ne!(self.log.read_line(&mut line).unwrap(), 0, "the log ended before {message}");
            let entry: serde_json::Value = serde_json::from_str(&line).expect(&line);
            if entry["message"] == message {
                return entry;
            }
        }
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
    }

    fn code(&mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}

#[test]
fn a_node_is_made_once() {
    let place = Place::new();
    let made = place.init("one");
    assert_eq!((made.code, made.stdout.trim().len()), (0, 64), "{}", made.stderr);
    let again = place.init("one");
    assert_eq!(again.code, 21);
    assert!(again.stderr.contains("nothing was changed"), "{}", again.stderr);
}

#[test]
fn check_shows_settings_with_their_origins() {
    let place = Place::new();
    let node = place.node().display().to_string();
    let checked = run(&["node", "check", &node, "--set", "storage.low_water_mib=9"]);
    assert_eq!(checked.code, 0, "{}", checked.stderr);
    let line = |start: &str| checked.stdout.lines().find(|line| line.starts_with(start)).unwrap();
    assert!(line("storage.low_water_mib").ends_with("command line"), "{}", checked.stdout);
    assert!(line("role").ends_with("hefu.toml"), "{}", checked.stdout);
    assert!(line("height").ends_with('0'), "{}", checked.stdout);
}

#[test]
fn what_keeps_a_node_from_starting_has_a_code_and_a_sentence() {
    let place = Place::new();
    let node = place.node();
    let start = |more: &[&str]| {
        let node = node.display().to_string();
        run(&[&["node", "start", &node], more].concat())
    };
    let missing = run(&["node", "start", &place.text("nowhere")]);
    assert_eq!(missing.code, 21);
    assert!(missing.stderr.contains("`hefu node init` makes one"), "{}", missing.stderr);
    let typo = start(&["--set", "htpp.listen=127.0.0.1:1"]);
    assert_eq!(typo.code, 20);
    assert!(typo.stderr.contains("did you mean http.listen?"), "{}", typo.stderr);
    let held = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = start(&["--set", &format!("peers.listen={}", held.local_addr().unwrap())]);
    assert_eq!(taken.code, 24, "{}", taken.stderr);
    let acts = node.join("acts");
    fs::rename(&acts, place.path("acts")).unwrap();
    let lost = start(&[]);
    assert_eq!(lost.code, 23, "{}", lost.stderr);
    assert!(lost.stderr.contains("nobody knows what this validator has signed"), "{}", lost.stderr);
    fs::rename(place.path("acts"), &acts).unwrap();
    let other = run(&["genesis", "development", "other", "--validators", "1"]);
    fs::write(node.join("genesis.json"), other.stdout).unwrap();
    let foreign = start(&[]);
    assert_eq!(foreign.code, 20, "{}", foreign.stderr);
}

#[test]
fn a_node_stops_when_it_is_told_and_survives_being_killed() {
    let place = Place::new();
    let node = place.node();
    let mut first = Running::start(&node);
    first.wait_for("serving");
    let second = run(&["node", "start", &node.display().to_string()]);
    assert_eq!(second.code, 21, "{}", second.stderr);
    let holder = format!("process {}", first.child.id());
    assert_eq!(second.stderr.matches(&holder).count(), 1, "{}", second.stderr);
    first.signal("-KILL");
    assert_eq!(first.code(), None);
    let mut next = Running::start(&node);
    next.wait_for("serving");
    next.signal("-TERM");
    next.wait_for("stopped");
    assert_eq!(next.code(), Some(0));
}

#[test]
fn founders_sign_copies_that_are_joined() {
    let place = Place::new();
    let file = place.text("genesis.json");
    let checked = run(&["genesis", "check", &file]);
    assert_eq!(checked.code, 0, "{}", checked.stderr);
    assert!(checked.stdout.contains("signatures    complete"), "{}", checked.stdout);
    let joined = run(&["genesis", "join", &file, &file]);
    assert_eq!(joined.stdout, fs::read_to_string(&file).unwrap());
    let other = run(&["genesis", "development", "other", "--validators", "1"]);
    fs::write(place.path("other.json"), other.stdout).unwrap();
    let mixed = run(&["genesis", "join", &file, &place.text("other.json")]);
    assert_ne!(mixed.code, 0);
    assert!(mixed.stderr.contains("not one network"), "{}", mixed.stderr);
}
