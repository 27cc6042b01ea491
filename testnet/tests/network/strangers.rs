//! Who does not belong to a network gets nothing from it, and the reason is told.

use crate::bed::{Bed, hefu, said};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

/// A process that is killed at the end.
struct Stranger(Child);

impl Drop for Stranger {
    fn drop(&mut self) {
        let _gone = self.0.kill();
        let _ended = self.0.wait();
    }
}

/// Makes a follower's directory that dials the first validator of `bed`.
fn follower(bed: &Bed, genesis: &Path, options: &[&str]) -> PathBuf {
    let home = bed.folder().join("stranger");
    let first = bed.node("validator-1");
    let word = |field: &str| first[field].as_str().unwrap().to_owned();
    let peer = format!("{}@{}=validator-1", word("key"), word("peers"));
    let mut command = hefu();
    command.args(["node", "init"]).arg(&home).arg("--genesis").arg(genesis);
    command.args(["--name", "stranger", "--role", "follower", "--peer", &peer]);
    // Nobody asks it anything, so any free ports will do.
    for option in ["--peers-listen", "--http-listen", "--admin-listen"] {
        command.args([option, "127.0.0.1:0"]);
    }
    let output = command.args(options).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    home
}

fn start(home: &Path) -> Stranger {
    let log = fs::File::create(home.join("log")).unwrap();
    let mut command: Command = hefu();
    Stranger(command.args(["node", "start"]).arg(home).stderr(log).spawn().unwrap())
}

/// Waits until the text that `read` gives holds all of these words.
fn hear(read: impl Fn() -> String, words: &[&str]) {
    let start = std::time::Instant::now();
    while !read().lines().any(|line| words.iter().all(|word| line.contains(word))) {
        assert!(start.elapsed().as_secs() < 20, "{words:?} not in:\n{}", read());
        std::thread::park_timeout(std::time::Duration::from_millis(50));
    }
}

#[test]
fn a_key_that_is_not_listed_is_refused_and_named() {
    let bed = Bed::up(&["--validators", "1", "--followers", "0"]);
    let home = follower(&bed, &bed.place().join("genesis.json"), &[]);
    let _stranger = start(&home);
    hear(|| bed.log("validator-1"), &["refused a connection with a key that is not listed"]);
    let peers = bed.ask("validator-1", "/v1/status")["peers"].clone();
    assert_eq!(peers, serde_json::json!([]), "a stranger is no peer");
}

#[test]
fn a_listed_key_of_another_network_is_refused_and_both_networks_named() {
    let bed = Bed::up(&["--validators", "1", "--followers", "1"]);
    let other = Bed::up(&["--validators", "1", "--followers", "0"]);
    bed.done("fault kill follower-1");
    let key = bed.place().join("keys").join("follower-1.pem");
    let genesis = other.place().join("genesis.json");
    let home = follower(&bed, &genesis, &["--key", key.to_str().unwrap()]);
    let _stranger = start(&home);
    hear(|| bed.log("validator-1"), &["refused a peer", "genesis"]);
    hear(|| fs::read_to_string(home.join("log")).unwrap(), &["refused a peer", "genesis"]);
}
