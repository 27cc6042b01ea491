//! The live picture on a real terminal, which `script` (util-linux) provides.
#![cfg(target_os = "linux")]

use crate::ran::Ran;
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};

const ENTER: &str = "\u{1b}[?1049h";
const LEAVE: &str = "\u{1b}[?1049l";
const SHOW_CURSOR: &str = "\u{1b}[?25h";
/// A run that does not end by itself.
const ENDLESS: &str = "--views 1000000 --pace 0.01x --seed 3";

/// Starts `hefu sim` on a terminal of the usual size.
fn start(options: &str, variables: &[(&str, &str)]) -> Child {
    let line = format!("stty cols 80 rows 24; exec \"$HEFU\" sim {options}");
    let mut script = Command::new("script");
    script.args(["-q", "-e", "-c", &line, "/dev/null"]);
    script.env("HEFU", env!("CARGO_BIN_EXE_hefu"));
    script.env_remove("NO_COLOR").env("TERM", "xterm-256color");
    script.envs(variables.iter().copied());
    let pipes = script.stdin(Stdio::piped()).stdout(Stdio::piped());
    pipes.spawn().expect("script (util-linux) starts")
}

/// Waits for the picture, presses keys, and returns all that was shown.
fn press(options: &str, keys: &[u8]) -> Ran {
    let mut child = start(options, &[]);
    let mut output = child.stdout.take().expect("a pipe");
    let mut shown = Vec::new();
    let mut byte = [0];
    while !String::from_utf8_lossy(&shown).contains("q quit") {
        output.read_exact(&mut byte).expect("the picture comes");
        shown.extend(byte);
    }
    let mut input = child.stdin.take().expect("a pipe");
    input.write_all(keys).expect("keys can be pressed");
    input.flush().expect("keys can be pressed");
    output.read_to_end(&mut shown).expect("the picture goes");
    let status = child.wait().expect("script ends");
    drop(input);
    Ran {
        code: status.code().expect("script leaves by itself"),
        stdout: String::from_utf8_lossy(&shown).into_owned(),
        stderr: String::new(),
    }
}

/// What is shown without a key pressed.
fn watch(options: &str, variables: &[(&str, &str)]) -> Ran {
    let mut child = start(options, variables);
    // The terminal's input stays open until the command has left.
    let input = child.stdin.take();
    let output = child.wait_with_output().expect("script ends");
    drop(input);
    output.into()
}

/// The picture is entered and left once, and what follows is the report.
fn report(ran: &Ran) -> &str {
    assert_eq!(ran.stdout.matches(ENTER).count(), 1, "{ran:?}");
    let (_, after) = ran.stdout.split_once(LEAVE).expect("the picture is left");
    assert!(after.contains(SHOW_CURSOR), "{after:?}");
    after
}

#[test]
fn the_picture_gives_the_terminal_back() {
    let ran = watch("--views 30 --pace max --seed 3", &[]).left_with(0);
    assert!(report(&ran).contains("violations: 0"), "{ran:?}");
    assert!(ran.stdout.contains("\u{1b}[38;5;"), "no colours: {ran:?}");
}

#[test]
fn no_color_means_no_colours() {
    let ran = watch("--views 30 --pace max --seed 3", &[("NO_COLOR", "1")]).left_with(0);
    assert!(report(&ran).contains("violations: 0"), "{ran:?}");
    assert!(!ran.stdout.contains("\u{1b}[38;"), "{ran:?}");
}

#[test]
fn a_dumb_terminal_gets_lines() {
    let ran = watch("--views 30 --seed 3", &[("TERM", "dumb")]).left_with(0);
    assert!(!ran.stdout.contains('\u{1b}'), "{ran:?}");
    assert!(ran.stdout.contains("violations: 0"), "{ran:?}");
}

#[test]
fn the_key_q_ends_the_run_with_a_report() {
    let ran = press(ENDLESS, b"q").left_with(0);
    assert!(report(&ran).contains("stopped: "), "{ran:?}");
}

#[test]
fn control_c_ends_the_run_as_a_signal_would() {
    let ran = press(ENDLESS, b" +-\x1b[A\x03").left_with(130);
    assert!(report(&ran).contains("interrupted: "), "{ran:?}");
}
