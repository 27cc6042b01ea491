//! Lines that cannot be understood: clap says why, in the form that the line asks for.

use crate::out::{self, Form};
use crate::told::Told;
use clap::ValueEnum;
use hefu_client::Exit;
use std::env;
use std::process::ExitCode;

/// Says why a line is not understood. Who asks for help gets it.
pub(crate) fn not_understood(error: &clap::Error) -> ExitCode {
    let form = form(&env::args().collect::<Vec<_>>());
    if form == Form::Table || !error.use_stderr() {
        error.exit();
    }
    let text = error.to_string();
    let mut told = Told::coded(Exit::Usage.code(), "usage");
    if let Some(tip) = tip(&text) {
        told.next = tip;
    }
    out::say(&told, &what(&text), form);
    ExitCode::from(told.exit)
}

/// The form that a line asks for which is not understood otherwise.
fn form(line: &[String]) -> Form {
    let pairs = line.iter().zip(line.iter().skip(1));
    let apart = pairs.filter(|(flag, _)| ["-o", "--output"].contains(&flag.as_str()));
    let together = line
        .iter()
        .filter_map(|word| word.strip_prefix("--output=").or_else(|| word.strip_prefix("-o")));
    let words = apart.map(|(_, word)| word.as_str()).chain(together);
    words.filter_map(|word| Form::from_str(word, false).ok()).next_back().unwrap_or_default()
}

/// What is wrong, on one line.
fn what(text: &str) -> String {
    let first = text.split("\n\n").next().unwrap_or_default();
    let first = first.strip_prefix("error: ").unwrap_or(first);
    first.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What may have been meant.
fn tip(text: &str) -> Option<String> {
    let tip = text.lines().find_map(|line| line.trim().strip_prefix("tip: "));
    tip.map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_is_found_in_a_line_that_is_not_understood() {
        let form = |line: &str| form(&line.split(' ').map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(form("hefu resolv x"), Form::Table);
        for line in
            ["hefu -o json x", "hefu x --output json", "hefu x --output=json", "hefu -ojson"]
        {
            assert_eq!(form(line), Form::Json, "{line}");
        }
        assert_eq!(form("hefu x -o jsonl"), Form::Jsonl);
        assert_eq!(form("hefu x -o yaml"), Form::Table);
    }

    #[test]
    fn a_long_complaint_becomes_a_line_and_its_tip_what_to_do() {
        let text = "error: these are missing:\n  <DID>\n\n  tip: try this\n\nUsage: hefu\n";
        assert_eq!(what(text), "these are missing: <DID>");
        assert_eq!(tip(text).as_deref(), Some("try this"));
    }
}
