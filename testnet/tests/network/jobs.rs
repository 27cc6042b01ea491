//! The long commands, on small numbers.

use crate::bed::{Bed, hefu, said};

/// Kills of validators in the test of endurance; `make soak` has ten times as many.
const KILLS: &str = "100";

/// What a long command writes, which must go well.
pub(crate) fn run(words: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut command = hefu();
    command.arg("testnet").args(words).arg("--dir").arg(folder.path().join("net"));
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    let text = String::from_utf8(output.stdout).unwrap();
    print(&text);
    text
}

#[allow(clippy::print_stdout, reason = "the stage shows what was counted")]
fn print(text: &str) {
    println!("{text}");
}

#[test]
fn nothing_final_is_lost_in_a_hundred_power_cuts() {
    let text = run(&["endure", "--kills", KILLS, "--followers", "0"]);
    assert!(text.contains("none lost"), "{text}");
    assert!(text.contains("10 of all at once"), "{text}");
}

#[test]
fn everybody_is_as_their_wallet_expects() {
    let text = run(&["main-job", "--people", "400", "--headless"]);
    for part in ["40 rotations", "10 suspensions", "10 revocations", "10 deactivations"] {
        assert!(text.contains(part), "no {part} in {text}");
    }
    assert!(text.contains("100 logins at 2 platforms: 70 in"), "{text}");
    assert!(text.contains("all of it as the wallets expect"), "{text}");
}

#[test]
fn a_load_tells_what_it_cost() {
    let bed = Bed::up(&["--direct", "--followers", "0"]);
    let text = bed.done("load --rate 20 --seconds 3");
    assert!(text.contains("60 of 60 final"), "{text}");
    assert!(text.contains("CPU of all nodes per final transaction"), "{text}");
    assert!(bed.fails("fault heal").contains("--direct"));
}
