//! The commands of holders and organisations, where something is wrong: each time its exit code, one
//! sentence, and what to do next.

use crate::ran::{Ran, command};
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A directory of settings that knows one network, whose nodes do not answer.
struct Home {
    folder: tempfile::TempDir,
}

const TIME: &str = "2026-11-22T05:40:00Z";
const DID: &str = "did:hefu:demo:kjaa24g3e7uarycdtmcbj4jkppqajfnpv6z5r2b3vjp4q2ofzlqq";

impl Home {
    fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn with_network() -> Self {
        let home = Self::empty();
        let made = home.run("genesis development demo").left_with(0);
        fs::write(home.path("genesis.json"), &made.stdout).unwrap();
        home.secret("passphrase", "open sesame, please\n");
        let (genesis, passphrase) = (home.text("genesis.json"), home.text("passphrase"));
        home.run(&format!(
            "context add demo --url {} --genesis {genesis} --passphrase-file {passphrase}",
            nobody()
        ))
        .left_with(0);
        home
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    /// A file for its owner alone.
    fn secret(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(0o600)).unwrap();
    }

    /// Runs a line with these settings and no others.
    fn run(&self, line: &str) -> Ran {
        let mut command = command();
        for variable in ["HEFU_CONTEXT", "HEFU_URL", "HEFU_GENESIS", "HEFU_PASSPHRASE_FILE"] {
            command.env_remove(variable);
        }
        command.env("HEFU_HOME", self.path("home")).current_dir(self.folder.path());
        command.args(line.split_whitespace()).output().unwrap().into()
    }

    /// Runs a line that must end so, with these words on standard error and nothing else to see.
    fn refuses(&self, line: &str, code: i32, words: &[&str]) {
        let ran = self.run(line).left_with(code);
        for word in words {
            assert!(ran.stderr.contains(word), "{line}: {word}: {}", ran.stderr);
        }
        assert_eq!(ran.stdout, "", "{line}");
        assert!(!ran.stderr.contains("panicked"), "{line}: {}", ran.stderr);
    }
}

/// An address where nobody listens.
fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

#[test]
fn what_is_typed_wrong_is_said_with_what_is_right() {
    let home = Home::with_network();
    for (line, words) in [
        ("resolv x", "similar subcommands exist: 'enrol', 'resolve'"),
        ("resolve", "<DID>"),
        ("resolve did:hefu:demo:short", "is not an identifier"),
        ("resolve did:web:example.org", "did:hefu:"),
        (&format!("resolve {DID} --at-time tomorrow"), "2026-11-22T05:40:00Z"),
        (&format!("resolve {DID} --at-height 1 --at-time {TIME}"), "cannot be used with"),
        ("enrol alice", "--platform"),
        ("enrol alice --platform Shop", "is not a platform's name"),
        (&format!("suspend {DID} --reason fraud"), "--days"),
        (&format!("suspend {DID} --reason anger --days 3"), "[possible values: compromise, fraud"),
        (&format!("revoke {DID} --reason fraud"), "--confirm=q2ofzlqq"),
        (&format!("revoke {DID} --reason fraud --confirm=me"), "--confirm=q2ofzlqq"),
        ("deactivate alice", "--confirm=alice"),
        ("wallet backup alice", "--confirm=alice"),
        ("tx status 00", "64 hexadecimal digits"),
        ("org update 3", "nothing is to change"),
        ("status -o yaml", "[possible values: table, json, jsonl]"),
        ("status --url ftp://x", "begins with http://"),
        ("status --url https://x", "https is not spoken"),
        ("status --context dmo", "did you mean \"demo\"?"),
        ("context use other", "there is no context"),
        (
            "context add demo --url http://x --genesis genesis.json",
            "there is a context demo already",
        ),
        ("context add UP --url http://x --genesis genesis.json", "cannot be the name of a context"),
        ("context add new --url http://x", "--genesis"),
        ("explain rejected.key_take", "did you mean \"rejected.key_taken\"?"),
        ("registrar attest no-such-file.jsonl", "no-such-file.jsonl cannot be read"),
        ("tx submit no-such-file.json", "no-such-file.json cannot be read"),
        ("rotate alice --timeout 18446744073709551615", "is not in 0..=31536000"),
        (&format!("tx wait {} --timeout 18446744073709551615", "00".repeat(32)), "is not in 0..="),
        ("genesis development demo --validators 0", "where 1 to 100 are allowed"),
        ("node init new --genesis genesis.json --development-validator 1 --name=", "--name <NAME>"),
    ] {
        home.refuses(line, 2, &[words]);
    }
}

#[test]
fn without_a_network_the_way_to_one_is_shown() {
    let home = Home::empty();
    home.refuses(&format!("resolve {DID}"), 2, &["[context.none]", "next: hefu context add"]);
    let json = home.run(&format!("resolve {DID} -o json")).left_with(2);
    let told: serde_json::Value = serde_json::from_str(&json.stderr).unwrap();
    assert_eq!(
        (&told["error"]["code"], &told["error"]["exit"]),
        (&"context.none".into(), &2.into())
    );
}

#[test]
fn lines_that_are_not_understood_are_told_as_json_where_json_is_asked_for() {
    let home = Home::empty();
    for line in ["-o json resolv x", "resolve --output=jsonl", "status -o json --colour"] {
        let ran = home.run(line).left_with(2);
        let told: serde_json::Value = serde_json::from_str(&ran.stderr).expect(&ran.stderr);
        assert_eq!(told["error"]["code"], "usage", "{line}");
        assert!(!told["error"]["next"].as_str().unwrap().is_empty(), "{line}");
        assert_eq!(ran.stdout, "");
    }
    let tip = home.run("resolv x -o json").left_with(2).stderr;
    assert!(tip.contains("'resolve'"), "{tip}");
}

#[test]
fn a_full_standard_output_is_told() {
    let full = || fs::File::options().write(true).open("/dev/full").unwrap();
    let mut explain = command();
    let ran: Ran = explain.arg("explain").stdout(full()).output().unwrap().into();
    assert!(ran.left_with(1).stderr.contains("[output.unwritable]"));
}

#[test]
fn errors_of_local_networks_have_codes() {
    let home = Home::empty();
    let nowhere = home.text("nowhere");
    home.refuses(&format!("testnet status --dir {nowhere}"), 2, &["[testnet.none]", "next: "]);
    fs::write(home.path("file"), "x").unwrap();
    home.refuses("testnet up --dir .", 1, &["not empty", "[testnet.failed]", "next: "]);
}

#[test]
fn a_node_that_does_not_answer_is_named() {
    let home = Home::with_network();
    let words = ["[client.unreachable]", "http://127.0.0.1:", "next: "];
    for line in ["status", "why", "org list", &format!("resolve {DID}")] {
        home.refuses(line, 1, &words);
    }
}

#[test]
fn a_did_of_another_network_is_refused_before_anybody_is_asked() {
    let home = Home::with_network();
    let did = DID.replace("demo", "prod");
    home.refuses(&format!("resolve {did}"), 2, &["network prod", "[context.other_network]"]);
}

#[test]
fn another_genesis_is_refused() {
    let home = Home::with_network();
    let (genesis, zeros) = (home.text("genesis.json"), "00".repeat(32));
    let add = format!("context add other --url http://127.0.0.1:9 --genesis {genesis}");
    home.refuses(&format!("{add} --genesis-hash {zeros}"), 5, &["[genesis.other]"]);
    fs::write(home.path("cut.json"), "{\"genesis\": {").unwrap();
    let add = add.replace("genesis.json", "cut.json");
    home.refuses(&add, 5, &["[json.syntax]"]);
    fs::write(home.path("home/contexts/demo/genesis.json"), "{}").unwrap();
    home.refuses("status", 1, &["[context.genesis]"]);
}

#[test]
fn settings_have_origins_and_suggestions() {
    let home = Home::with_network();
    let shown = home.run("config show --origin --url http://127.0.0.1:9").left_with(0).stdout;
    for words in ["(environment HEFU_HOME)", "(flag --url)", "config.toml)", "demo"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    let listed = home.run("context list").left_with(0).stdout;
    assert!(listed.contains("*  demo"), "{listed}");
    let config = home.path("home/config.toml");
    let text = fs::read_to_string(&config).unwrap();
    fs::write(&config, text.replace("urls", "ulrs")).unwrap();
    home.refuses("status", 2, &["contexts.demo.ulrs", "did you mean \"urls\"?"]);
    fs::write(&config, "current = ").unwrap();
    home.refuses("status", 2, &["config.toml"]);
}

#[test]
fn a_wallet_opens_with_its_passphrase_alone() {
    let home = Home::with_network();
    home.run("wallet create alice").left_with(0);
    home.refuses("wallet create alice", 2, &["there already"]);
    let shown = home.run("wallet show alice").left_with(0);
    assert!(shown.stdout.contains("PLATFORM"), "{shown:?}");
    assert_eq!(home.run("wallet list").left_with(0).stdout, "alice\n");
    home.secret("wrong", "open barley, please\n");
    home.refuses(
        "wallet show alice --passphrase-file wrong",
        2,
        &["[wallet.passphrase]", "next: "],
    );
    home.secret("short", "short\n");
    home.refuses("wallet create bob --passphrase-file short", 2, &["[passphrase.too_short]"]);
    let said_once = "file: there is no file none [file.missing]";
    home.refuses("wallet create bob --passphrase-file none", 2, &[said_once]);
    fs::set_permissions(home.path("wrong"), fs::Permissions::from_mode(0o644)).unwrap();
    home.refuses("wallet show alice --passphrase-file wrong", 2, &["[file.exposed]", "chmod 600"]);
    home.refuses("wallet show carol", 2, &["[wallet.missing]"]);
    assert_eq!(home.run("wallet list").left_with(0).stdout, "alice\n");
}

#[test]
fn a_wallet_comes_back_from_its_words() {
    let home = Home::with_network();
    home.run("wallet create alice").left_with(0);
    let words = home.run("wallet backup alice --confirm=alice").left_with(0).stdout;
    assert_eq!(words.split_whitespace().count(), 24);
    let restore = |text: &str| {
        let mut restoring = command();
        restoring.env("HEFU_HOME", home.path("home")).args(["wallet", "restore", "again"]);
        fs::write(home.path("words"), text).unwrap();
        restoring.stdin(fs::File::open(home.path("words")).unwrap());
        Ran::from(restoring.output().unwrap())
    };
    assert!(restore("abandon art").left_with(2).stderr.contains("[words.count]"));
    restore(&words).left_with(0);
    let request = |wallet: &str| {
        home.run(&format!("wallet request {wallet} --platform shop.example")).left_with(0).stdout
    };
    assert_eq!(request("alice"), request("again"), "both have the same keys");
}

#[test]
fn enrolments_are_shown_and_not_submitted_in_a_dry_run() {
    let home = Home::with_network();
    let dry = home.run("enrol alice --platform shop.example --dry-run").left_with(0);
    assert_eq!(dry.json()["envelope"]["kind"], "did.create");
    home.refuses("enrol alice --platform shop.example", 1, &["[client.unreachable]"]);
    let requests: String = (0..3)
        .map(|n| home.run(&format!("wallet request alice --platform p{n}")).left_with(0).stdout)
        .collect();
    fs::write(home.path("requests.jsonl"), &requests).unwrap();
    let batch = home.run("registrar attest requests.jsonl --batch -o json").left_with(0);
    assert_eq!(batch.json()["body"]["entries"].as_array().unwrap().len(), 3);
    let single = home.run("registrar attest requests.jsonl --from-line 3").left_with(0);
    assert_eq!(single.json()["envelope"]["kind"], "did.create");
    home.refuses(
        "registrar attest requests.jsonl --registrar 2",
        3,
        &["line 1", "[rejected.other_registrar]"],
    );
    home.refuses(
        "registrar attest requests.jsonl --batch --submit",
        1,
        &["--batch --submit --from-line 1"],
    );
}

#[test]
fn a_line_that_is_cut_short_stops_the_whole_stream() {
    let home = Home::with_network();
    home.run("wallet create alice").left_with(0);
    let request = home.run("wallet request alice --platform shop.example").left_with(0).stdout;
    let cut = request.get(..request.len() / 2).unwrap();
    fs::write(home.path("requests.jsonl"), format!("{request}{request}{cut}")).unwrap();
    home.refuses(
        "registrar attest requests.jsonl --batch --submit",
        2,
        &["line 3", "nothing was done", "[json.syntax]"],
    );
    fs::write(home.path("one.json"), &request).unwrap();
    home.refuses("registrar attest one.json --from-line 2", 2, &["no requests from line 2 on"]);
    fs::write(home.path("empty.jsonl"), "\n\n").unwrap();
    home.refuses("registrar attest empty.jsonl", 2, &["has no requests"]);
}

#[test]
fn an_altered_request_is_not_attested() {
    let home = Home::with_network();
    home.run("wallet create alice").left_with(0);
    let request = home.run("wallet request alice --platform shop.example").left_with(0).stdout;
    let nonce = request.split("\"nonce\":\"").nth(1).unwrap().get(..64).unwrap();
    let altered = request.replace(nonce, &"00".repeat(32));
    fs::write(home.path("request.json"), altered).unwrap();
    home.refuses("registrar attest request.json", 3, &["line 1", "[transaction.possession]"]);
}

#[test]
fn where_nothing_can_be_written_nothing_is_half_done() {
    let home = Home::with_network();
    let directory = home.path("home");
    // What stands in the way stops root too, whom the mode does not.
    fs::write(directory.join("wallets"), "").unwrap();
    fs::create_dir(directory.join("config.toml.new")).unwrap();
    let names =
        || -> Vec<_> { fs::read_dir(&directory).unwrap().map(|e| e.unwrap().path()).collect() };
    let (settings, before) = (fs::read(directory.join("config.toml")).unwrap(), names());
    fs::set_permissions(&directory, fs::Permissions::from_mode(0o500)).unwrap();
    home.refuses("wallet create bob", 1, &["[config.unusable]", "HEFU_HOME"]);
    home.refuses("context use demo", 1, &["[config.unusable]"]);
    fs::set_permissions(&directory, fs::Permissions::from_mode(0o700)).unwrap();
    assert_eq!(names(), before, "nothing was made");
    assert_eq!(fs::read(directory.join("config.toml")).unwrap(), settings);
}

#[test]
fn a_wallet_has_a_name() {
    let home = Home::with_network();
    for words in [["wallet", "create"], ["wallet", "show"], ["enrol", "--platform=p"]] {
        let mut command = command();
        command.env("HEFU_HOME", home.path("home")).args(words).arg("");
        let ran = Ran::from(command.output().unwrap()).left_with(2);
        assert!(ran.stderr.contains("<WALLET>"), "{words:?}: {ran:?}");
    }
    assert!(!home.path("home/wallets").exists());
}

#[test]
fn a_key_opens_with_the_passphrase_that_the_environment_names() {
    let home = Home::with_network();
    let openssl = "genpkey -algorithm ed25519 -aes256 -pass file:passphrase -out key.pem";
    let made = Command::new("openssl")
        .args(openssl.split(' '))
        .current_dir(home.folder.path())
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    fs::set_permissions(home.path("key.pem"), fs::Permissions::from_mode(0o600)).unwrap();
    let init = "node init one --genesis genesis.json --name one --role follower --key key.pem";
    let check = "node check one -o json";
    for (line, code) in [(init, 0), (check, 0), (SIGN, 5)] {
        let mut command = command();
        command.env("HEFU_PASSPHRASE_FILE", home.path("passphrase")).args(line.split(' '));
        let ran = Ran::from(command.current_dir(home.folder.path()).output().unwrap());
        assert_eq!(ran.code, code, "{line}: {ran:?}");
        assert!(!ran.stderr.contains("passphrase"), "{line}: {ran:?}");
    }
}

/// The key opens; it is not the organisation's.
const SIGN: &str = "genesis sign genesis.json --organisation 1 --key key.pem";

#[test]
fn checks_are_told_as_json_where_json_is_asked_for() {
    let home = Home::with_network();
    let seen = home.run("genesis check genesis.json -o json").left_with(0).json();
    assert_eq!((&seen["network"], &seen["validators"]), (&"demo".into(), &4.into()));
    assert_eq!(seen["missing"], serde_json::json!([]));
    home.run("node init one --genesis genesis.json --name one --development-validator 1")
        .left_with(0);
    let checked = home.run("node check one -o jsonl").left_with(0).json();
    assert_eq!((&checked["genesis_hash"], &checked["height"]), (&seen["hash"], &0.into()));
    assert_eq!(checked["settings"][0]["origin"], "hefu.toml");
}

#[test]
fn codes_are_explained_offline() {
    let home = Home::empty();
    let explained = home.run("explain bundle.fork").left_with(0).stdout;
    assert!(explained.contains("gravest alarm"), "{explained}");
    let all = home.run("explain").left_with(0).stdout;
    assert!(all.lines().count() > 150 && all.contains("rejected.cap_reached\n"));
    let lines = home.run("explain -o jsonl").left_with(0).stdout;
    assert_eq!(lines.lines().count(), all.lines().count());
}

#[test]
fn shells_and_manuals_get_what_they_need() {
    let home = Home::empty();
    assert!(home.run("completions bash").left_with(0).stdout.contains("_hefu()"));
    assert!(home.run("man").left_with(0).stdout.contains(".TH hefu"));
    home.run("man --to deep/man").left_with(0);
    assert!(exists(&home.path("deep/man"), "hefu-registrar-attest.1"));
    fs::write(home.path("file"), "").unwrap();
    home.refuses("man --to file/man", 2, &["cannot be written", "[usage]", "next: "]);
}

fn exists(folder: &Path, name: &str) -> bool {
    folder.join(name).is_file()
}
