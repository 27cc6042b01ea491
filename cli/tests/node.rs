//! `hefu node` and `hefu genesis`, as a service manager and a founder use them.

use crate::place::{Place, Running, run};
use crate::ran::{Ran, command};
use hefu_node::home::Home;
use std::fs;
use std::io::BufRead;
use std::net::TcpListener;
use std::path::{Path, PathBuf};

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
    assert!(lost.stderr.contains("[node.acts]"), "{}", lost.stderr);
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
    assert!(checked.stdout.contains("signatures   complete"), "{}", checked.stdout);
    let joined = run(&["genesis", "join", &file, &file]);
    assert_eq!(joined.stdout, fs::read_to_string(&file).unwrap());
    let other = run(&["genesis", "development", "other", "--validators", "1"]);
    fs::write(place.path("other.json"), other.stdout).unwrap();
    let mixed = run(&["genesis", "join", &file, &place.text("other.json")]);
    assert_ne!(mixed.code, 0);
    assert!(mixed.stderr.contains("not one network"), "{}", mixed.stderr);
}

#[test]
fn a_node_is_asked_by_its_directory_or_its_address() {
    let place = Place::new();
    let node = place.node();
    let directory = node.display().to_string();
    let stopped = run(&["node", "status", &directory]).left_with(1);
    assert!(stopped.stderr.contains("[node.stopped]"), "{}", stopped.stderr);
    let next = format!("next: hefu node start {directory}");
    assert!(stopped.stderr.contains(&next), "{}", stopped.stderr);
    let mut running = Running::start(&node);
    running.wait_for("serving");
    let shown = run(&["node", "status", &directory]).left_with(0).stdout;
    let process = format!("process {}", running.child.id());
    for words in [process.as_str(), "validator", "demo", "MiB free", "view ", "[why.idle]"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    let url = format!("http://127.0.0.1:{}", place.ports[1]);
    let told = run(&["node", "status", &url, "-o", "json"]).left_with(0).json();
    assert_eq!((&told["url"], &told["status"]["role"]), (&url.into(), &"validator".into()));
    assert_eq!(told["status"]["peers"], serde_json::json!([]));
    assert_eq!(told["disk"], serde_json::Value::Null, "of another machine nobody can tell");
}

#[test]
fn a_node_that_does_not_answer_is_told_from_one_that_does_not_run() {
    let place = Place::new();
    let node = place.node();
    let directory = node.display().to_string();
    let _user = Home::open(&node).unwrap();
    let silent = run(&["node", "status", &directory]).left_with(1);
    assert!(silent.stderr.contains("[node.silent]"), "{}", silent.stderr);
    let nobody = format!("http://127.0.0.1:{}", place.ports[1]);
    let nobody = run(&["node", "status", &nobody]).left_with(1);
    assert!(nobody.stderr.contains("[client.unreachable]"), "{}", nobody.stderr);
    let _other = place.rival().serving();
    let taken = run(&["node", "status", &directory]).left_with(5);
    assert!(taken.stderr.contains("[node.other_network]"), "{}", taken.stderr);
}

#[test]
fn what_is_no_node_is_not_asked() {
    let place = Place::new();
    let status = |node: &str| run(&["node", "status", node]);
    assert!(status(&place.text("nowhere")).left_with(21).stderr.contains("[node.home]"));
    assert!(status(&place.text("")).left_with(20).stderr.contains("hefu.toml"));
    assert!(status("ftp://x").left_with(2).stderr.contains("http://"));
}

#[test]
fn errors_of_nodes_have_codes_and_say_what_to_do_next() {
    let place = Place::new();
    let node = place.node().display().to_string();
    let open = run(&["node", "check", &node, "--set", "admin.listen=0.0.0.0:9001"]).left_with(20);
    assert!(open.stderr.contains("[node.setup]\n  next: "), "{}", open.stderr);
    let mut misspelt = command();
    misspelt.env("HEFU_NODE_HTPP_LISTEN", "127.0.0.1:1").args(["node", "check", &node]);
    let misspelt = Ran::from(misspelt.output().unwrap()).left_with(20);
    assert!(misspelt.stderr.contains("mean HEFU_NODE_HTTP_LISTEN?"), "{}", misspelt.stderr);
    let json = run(&["node", "check", &place.text("nowhere"), "-o", "json"]).left_with(21);
    let told: serde_json::Value = serde_json::from_str(&json.stderr).unwrap();
    assert_eq!((&told["error"]["code"], &told["error"]["exit"]), (&"node.home".into(), &21.into()));
    let unread = run(&["genesis", "check", &place.text("none.json")]).left_with(2);
    assert!(unread.stderr.contains("cannot be read"), "{}", unread.stderr);
    fs::write(place.path("cut.json"), "{").unwrap();
    let cut = run(&["genesis", "check", &place.text("cut.json")]).left_with(2);
    assert!(cut.stderr.contains("[json.syntax]"), "{}", cut.stderr);
}

/// Makes a follower, and gives its directory.
fn follower(place: &Place) -> PathBuf {
    place.init_as("deep/down", &["--role", "follower"]).left_with(0);
    place.path("deep/down")
}

/// Sees a follower say that it has a new acts log, and serve.
fn check_begins_anew(directory: &Path) {
    let mut running = Running::start(directory);
    let mut first = String::new();
    running.log.read_line(&mut first).unwrap();
    assert!(first.contains("begun a new one"), "{first}");
    running.wait_for("serving");
}

#[test]
fn a_follower_without_its_acts_log_begins_a_new_one() {
    let place = Place::new();
    let directory = follower(&place);
    fs::remove_dir_all(directory.join("acts")).unwrap();
    check_begins_anew(&directory);
}

#[test]
fn a_follower_that_was_killed_while_it_began_an_acts_log_begins_a_new_one() {
    let place = Place::new();
    let directory = follower(&place);
    fs::remove_dir_all(directory.join("acts")).unwrap();
    fs::create_dir(directory.join("acts")).unwrap();
    check_begins_anew(&directory);
}
