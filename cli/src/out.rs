//! The two streams: data to standard output, everything else to standard error.

use crate::told::Told;
use anyhow::{Context, Error, Result};
use clap::ValueEnum;
use hefu_client::Exit;
use serde::Serialize;
use serde_json::json;
use std::fmt::Display;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;
use thiserror::Error;

/// The form of data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// Lines for a person
    #[default]
    Table,
    /// One JSON value
    Json,
    /// A JSON value a line
    Jsonl,
}

/// Something that the person at the keyboard can put right: exit code 2.
#[derive(Debug, Error)]
#[error("{0}")]
pub(crate) struct Usage(pub(crate) String);

impl Usage {
    /// The error of a sentence.
    pub(crate) fn of(sentence: impl Display) -> Error {
        Self(sentence.to_string()).into()
    }
}

/// Something that went wrong: how the command ends, what happened, and what to do next.
#[derive(Debug, Error)]
#[error("{what}")]
pub(crate) struct Failure {
    /// How the command ends.
    pub(crate) exit: Exit,
    /// The stable code that `hefu explain` expands.
    pub(crate) code: &'static str,
    /// What happened, and why.
    pub(crate) what: String,
    /// The next command, or what to look at.
    pub(crate) next: String,
}

/// What can be shown to people. Programs get its JSON form.
pub(crate) trait Shown: Serialize {
    /// The lines for a person, each with its line break.
    fn table(&self) -> String;
}

/// Shows one thing.
pub(crate) fn show<T: Shown>(form: Form, thing: &T) -> Result<()> {
    let text = match form {
        Form::Table => thing.table(),
        Form::Json => pretty(thing)?,
        Form::Jsonl => line(thing)?,
    };
    data(&text)
}

/// Shows several things of one kind.
pub(crate) fn show_all<T: Shown>(form: Form, things: &[T]) -> Result<()> {
    let text = match form {
        Form::Table => things.iter().map(Shown::table).collect(),
        Form::Json => pretty(&things)?,
        Form::Jsonl => things.iter().map(line).collect::<Result<String>>()?,
    };
    data(&text)
}

/// Shows something that has no other form than JSON.
pub(crate) fn show_json(form: Form, value: &impl Serialize) -> Result<()> {
    let text = if form == Form::Jsonl { line(value)? } else { pretty(value)? };
    data(&text)
}

fn pretty(value: &impl Serialize) -> Result<String> {
    let text = serde_json::to_string_pretty(value).context("the answer has no JSON form")?;
    Ok(text + "\n")
}

fn line(value: &impl Serialize) -> Result<String> {
    let text = serde_json::to_string(value).context("the answer has no JSON form")?;
    Ok(text + "\n")
}

/// A value without what would steer a terminal: much of what is shown comes from nodes.
fn harmless(value: &str) -> String {
    value.chars().filter(|c| !c.is_control()).collect()
}

/// Lines of a name and a value each, the values below each other. What is empty is left out.
pub(crate) fn fields(rows: &[(&str, String)]) -> String {
    let rows: Vec<_> = rows.iter().filter(|(_, value)| !value.is_empty()).collect();
    let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    let lines = rows.iter().map(|(name, value)| format!("{name:width$}  {}\n", harmless(value)));
    lines.collect()
}

/// Columns under their headings, each as wide as its widest cell.
pub(crate) fn columns<const N: usize>(headings: [&str; N], rows: &[[String; N]]) -> String {
    let headings = headings.map(str::to_uppercase);
    let rows = rows.iter().map(|row| row.each_ref().map(|cell| harmless(cell)));
    let all: Vec<[String; N]> = std::iter::once(headings).chain(rows).collect();
    let cell_widths = |at: usize| all.iter().filter_map(move |row| row.get(at));
    let widths: Vec<usize> = (0..N)
        .map(|at| cell_widths(at).map(|cell| cell.chars().count()).max().unwrap_or_default())
        .collect();
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        format!("{}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
    };
    all.iter().map(line).collect()
}

/// Writes data. A reader that has gone away (`| head`) has what it wanted.
pub(crate) fn data(text: &str) -> Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(unwritten(&error).into()),
        _ => Ok(()),
    }
}

fn unwritten(error: &io::Error) -> Failure {
    Failure {
        exit: Exit::Fault,
        code: "output.unwritable",
        what: format!("standard output cannot be written: {error}"),
        next: "make room or write elsewhere, and ask what was done: hefu resolve, hefu tx status"
            .to_owned(),
    }
}

/// Says something beside the data. Nobody may be listening.
pub(crate) fn note(text: impl Display) {
    let _unheard = writeln!(io::stderr().lock(), "{text}");
}

/// Says what went wrong; the exit code tells whose turn it is.
pub(crate) fn fail(error: &Error, form: Form) -> ExitCode {
    let told = Told::of(error);
    say(&told, &sentence(error), form);
    ExitCode::from(told.exit)
}

/// An error with its causes. Some errors tell of their causes themselves: nothing is said twice.
pub(crate) fn sentence(error: &Error) -> String {
    let mut said = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !said.contains(&cause) {
            said = format!("{said}: {cause}");
        }
    }
    said
}

/// Says what happened, its code, and what to do next.
pub(crate) fn say(told: &Told, what: &str, form: Form) {
    let Told { exit, code, next } = told;
    if form == Form::Table {
        note(format_args!("error: {what} [{code}]\n  next: {next}"));
    } else {
        note(json!({ "error": { "code": code, "what": what, "next": next, "exit": exit } }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_node_says_steers_no_terminal() {
        let said = "well\u{1b}[2J\u{9b}31m\r\nkey  forged".to_owned();
        let shown = fields(&[("says", said.clone())]) + &columns(["name"], &[[said]]);
        assert!(!shown.contains(|c: char| c.is_control() && c != '\n'), "{shown:?}");
        assert_eq!(shown.lines().count(), 3, "{shown:?}");
    }

    #[test]
    fn values_stand_below_each_other() {
        let rows =
            [("did", "x".to_owned()), ("status", "active".to_owned()), ("until", String::new())];
        assert_eq!(fields(&rows), "did     x\nstatus  active\n");
        let rows = [["1".to_owned(), "Registrar".to_owned()], ["12".to_owned(), "B".to_owned()]];
        assert_eq!(columns(["no", "name"], &rows), "NO  NAME\n1   Registrar\n12  B\n");
    }
}
