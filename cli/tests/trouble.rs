//! Commands against real nodes and disks where something is wrong: each time its exit code, one
//! sentence, what to do next, and nothing half done.

use crate::liar::{denier, liar};
use crate::place::Place;
use crate::ran::{Ran, command};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

/// A DID that nobody has.
const NOBODY: &str = "did:hefu:demo:kjaa24g3e7uarycdtmcbj4jkppqajfnpv6z5r2b3vjp4q2ofzlqq";

/// A person with settings of its own, who pins the genesis of one place and asks a node.
struct Person {
    folder: tempfile::TempDir,
    genesis: PathBuf,
    url: String,
}

impl Person {
    fn at(place: &Place, url: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let passphrase = folder.path().join("passphrase");
        fs::write(&passphrase, "open sesame, please\n").unwrap();
        fs::set_permissions(&passphrase, fs::Permissions::from_mode(0o600)).unwrap();
        Self { folder, genesis: place.path("genesis.json"), url: url.to_owned() }
    }

    fn with_settings(&self, mut command: Command) -> Command {
        let folder = self.folder.path();
        command
            .env_remove("HEFU_CONTEXT")
            .env("HEFU_HOME", folder.join("home"))
            .env("HEFU_GENESIS", &self.genesis)
            .env("HEFU_URL", &self.url)
            .env("HEFU_PASSPHRASE_FILE", folder.join("passphrase"))
            .current_dir(folder);
        command
    }

    fn run(&self, line: &str) -> Ran {
        let mut command = self.with_settings(command());
        command.args(line.split_whitespace()).output().unwrap().into()
    }

    /// Runs a line on a disk on which no file can grow.
    fn run_on_a_full_disk(&self, line: &str) -> Ran {
        let mut shell = self.with_settings(Command::new("sh"));
        // Without the trap, a file that cannot grow ends the process.
        let script =
            format!("trap '' XFSZ; ulimit -f 0; exec {} {line}", env!("CARGO_BIN_EXE_hefu"));
        shell.args(["-c", &script]).output().unwrap().into()
    }

    /// Runs a line that must end so, with these words and what to do next.
    fn refuses(&self, line: &str, code: i32, words: &str) {
        told(line, &self.run(line).left_with(code), words);
    }

    /// The names of the files of its wallets.
    fn wallets(&self) -> Vec<String> {
        let found = fs::read_dir(self.folder.path().join("home/wallets")).unwrap();
        let mut names: Vec<_> =
            found.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        // A lock stays where it is, and is of nobody.
        names.retain(|name| !name.contains(".lock"));
        names
    }
}

/// Fails unless standard error has the words and what to do next, and standard output nothing.
fn told(line: &str, ran: &Ran, words: &str) {
    assert!(ran.stderr.contains(words), "{line}: {words}: {ran:?}");
    assert!(ran.stderr.contains("]\n  next: "), "{line}: {ran:?}");
    assert_eq!(ran.stdout, "", "{line}");
}

#[test]
fn a_node_of_another_network_is_refused_whatever_it_is_asked() {
    let (place, other) = (Place::new(), Place::new());
    let _running = other.serving();
    let person = Person::at(&place, &other.url());
    for line in [
        &format!("resolve {NOBODY}"),
        &format!("tx status {}", "00".repeat(32)),
        "status",
        "why",
        "org show 1",
        "enrol alice --platform shop.example",
    ] {
        person.refuses(line, 5, "[client.other_network]");
    }
}

#[test]
fn a_node_that_lies_about_the_state_is_not_believed() {
    let place = Place::new();
    let _running = place.serving();
    let honest = Person::at(&place, &place.url());
    honest.run("enrol alice --platform shop.example").left_with(0);
    honest.run(&format!("resolve {NOBODY}")).left_with(4);
    let deceived = Person::at(&place, &liar(place.ports[1]));
    for line in [&format!("resolve {NOBODY}"), "status", "org show 1", "enrol bob --platform p"] {
        deceived.refuses(line, 5, "[bundle.not_final]");
    }
    assert_eq!(deceived.run("wallet show bob").left_with(0).stdout.matches("requested").count(), 1);
}

#[test]
fn a_node_that_denies_an_enrolment_must_prove_why() {
    let place = Place::new();
    let _running = place.serving();
    let honest = Person::at(&place, &place.url());
    honest.run("enrol alice --platform p1").left_with(0);
    let request = |platform| {
        let line = format!("wallet request alice --platform {platform} -q");
        honest.run(&line).left_with(0).stdout
    };
    let requests = request("p2") + &request("p3");
    fs::write(honest.folder.path().join("requests"), requests).unwrap();
    let url = denier(place.ports[1], "rejected.did_exists");
    let deceived = Person { url, ..honest };
    let line = "registrar attest requests --submit";
    let stopped = deceived.run(line).left_with(5);
    told(line, &stopped, "[registrar.unproved]");
    assert!(stopped.stderr.contains("--from-line 1"), "{}", stopped.stderr);
    assert_eq!(stopped.stdout, "", "nobody is passed over");
}

#[test]
fn status_says_that_no_block_is_final_yet() {
    let place = Place::new();
    let _running = place.serving();
    let shown = Person::at(&place, &place.url()).run("status").left_with(0).stdout;
    assert!(shown.contains("verified  nothing: no block is final yet"), "{shown}");
    assert!(shown.contains("validator"), "{shown}");
}

#[test]
fn a_cap_that_is_used_up_is_told_with_the_time_from_which_it_is_not() {
    // One enrolment in a hundred years.
    let place = Place::with(|genesis| {
        let mut genesis: serde_json::Value = serde_json::from_str(&genesis).unwrap();
        let parameters = &mut genesis["genesis"]["parameters"];
        parameters["cap_window_ms"] = 3_153_600_000_000_u64.into();
        parameters["caps"]["enrolments"] = 1.into();
        genesis.to_string()
    });
    let _running = place.serving();
    let person = Person::at(&place, &place.url());
    person.run("enrol alice --platform shop.example").left_with(0);
    let refused = person.run("enrol alice --platform bank.example -q").left_with(3);
    told("enrol", &refused, "[rejected.cap_reached]");
    assert!(refused.stderr.contains("wait until 20"), "{}", refused.stderr);
    let request = person.run("wallet request alice --platform bank.example -q").left_with(0).stdout;
    fs::write(person.folder.path().join("requests"), request.repeat(2)).unwrap();
    let stopped = person.run("registrar attest requests --batch --submit").left_with(3);
    told("attest", &stopped, "next: hefu registrar attest requests --batch --submit --from-line 1");
}

#[test]
fn a_full_disk_leaves_a_wallet_as_it_was() {
    let place = Place::new();
    let person = Person::at(&place, &place.url());
    person.run("wallet create alice").left_with(0);
    let before = person.run("wallet request alice --platform p1 -q").left_with(0).stdout;
    assert_eq!(person.wallets(), ["alice.wallet"]);
    for line in ["wallet create bob -q", "wallet request alice --platform p2 -q"] {
        let full = person.run_on_a_full_disk(line).left_with(1);
        told(line, &full, "[file.unwritable]");
    }
    assert_eq!(person.wallets(), ["alice.wallet"], "nothing is half there");
    let after = person.run("wallet request alice --platform p1 -q").left_with(0).stdout;
    assert_eq!(before, after, "the wallet opens and has what it had");
}

#[test]
fn where_nobody_may_write_nothing_is_begun() {
    let place = Place::new();
    let person = Person::at(&place, &place.url());
    person.run("wallet create alice").left_with(0);
    // Not even root may write there.
    for (line, code) in [
        ("wallet create /sys/alice.wallet -q", "[wallet.lock]"),
        ("wallet request alice --platform p1 --to /sys/request -q", "[config.unusable]"),
    ] {
        person.refuses(line, 1, code);
    }
    let mut elsewhere = person.with_settings(command());
    let line =
        format!("context add demo --url {} --genesis {}", person.url, person.genesis.display());
    elsewhere.env("HEFU_HOME", "/sys/hefu").args(line.split_whitespace());
    told(&line, &Ran::from(elsewhere.output().unwrap()).left_with(1), "[config.unusable]");
}

#[test]
fn a_transaction_that_is_cut_short_stops_all_of_them() {
    let place = Place::new();
    let person = Person::at(&place, &place.url());
    let made = person.run("enrol alice --platform p1 --dry-run -o jsonl -q").left_with(0).stdout;
    let cut = made.get(..made.len() / 2).unwrap();
    fs::write(person.folder.path().join("lines"), format!("{made}{cut}")).unwrap();
    person.refuses("tx submit lines", 2, "line 2");
}
