//! Somebody who follows a document: types, compares, and turns to another shell where one is busy.

use super::book::Book;
use super::document::{CTRL_C, Step};
use super::shell::{Heard, Shell};
use std::path::{Path, PathBuf};

/// What a line of a command that fails begins with.
const ERROR: &str = "error";

/// With what a command ends in order after Ctrl-C; `make` says that there was one.
const ENDS: &[i32] = &[0, 130];

/// A reader and what he has open.
pub(super) struct Reader {
    home: PathBuf,
    shell: Shell,
    /// Shells whose command runs on, with what was heard of it.
    busy: Vec<(Shell, Heard)>,
    book: Book,
}

impl Reader {
    /// Somebody with one shell open.
    pub(super) fn new(home: &Path) -> Self {
        let shell = Shell::open(home);
        Self { home: home.to_owned(), shell, busy: Vec::new(), book: Book::default() }
    }

    /// Types a command and compares what is printed with what is shown, or says what differs.
    pub(super) fn take(&mut self, step: &Step) -> Result<(), String> {
        self.shell.type_in(&self.book.put_in(&step.command));
        let heard = if step.stays { self.begin(step) } else { self.complete(step) };
        let shown: Vec<String> =
            step.shown.iter().filter(|line| *line != CTRL_C).cloned().collect();
        let book = self.book.compare(&shown, &heard.lines);
        let good = if step.stays { heard.code.is_none() } else { ends_as_shown(step, &heard) };
        match book {
            Some(book) if good => self.book = book,
            None if good && shown.is_empty() => {}
            _ => return Err(difference(&shown, &heard)),
        }
        if step.stays {
            let shell = std::mem::replace(&mut self.shell, Shell::open(&self.home));
            self.busy.push((shell, heard));
        }
        Ok(())
    }

    /// Listens until all that is shown was printed.
    fn begin(&mut self, step: &Step) -> Heard {
        let mut heard = Heard::default();
        let book = &self.book;
        self.shell.hear(&mut heard, |lines| book.compare(&step.shown, lines).is_some());
        heard
    }

    /// Listens until the command has ended, which may take a Ctrl-C.
    fn complete(&mut self, step: &Step) -> Heard {
        let mut heard = Heard::default();
        if let Some(at) = step.shown.iter().position(|line| line == CTRL_C) {
            let book = &self.book;
            let before = &step.shown[..at];
            self.shell.hear(&mut heard, |lines| book.compare(before, lines).is_some());
            self.shell.interrupt();
        }
        self.shell.hear(&mut heard, |_| false);
        heard
    }

    /// Ends what still runs, the last first. It must end well.
    pub(super) fn leave(mut self) -> Result<(), String> {
        while let Some((mut shell, mut heard)) = self.busy.pop() {
            shell.interrupt();
            shell.hear(&mut heard, |_| false);
            if !heard.code.is_some_and(|code| ENDS.contains(&code)) {
                return Err(difference(&[], &heard));
            }
        }
        Ok(())
    }
}

/// A command fails where an error is shown, and nowhere else. After Ctrl-C any code will do.
fn ends_as_shown(step: &Step, heard: &Heard) -> bool {
    let interrupted = step.shown.iter().any(|line| line == CTRL_C);
    let fails = step.shown.iter().any(|line| line.starts_with(ERROR));
    heard.code.is_some_and(|code| interrupted || fails == (code != 0))
}

/// What was to be seen, and what there was.
fn difference(shown: &[String], heard: &Heard) -> String {
    let code = heard.code.map_or("it still runs".to_owned(), |code| format!("exit code {code}"));
    format!("--- shown:\n{}\n--- printed, {code}:\n{}", shown.join("\n"), heard.lines.join("\n"))
}

/// What a reader makes of a command of which these lines are shown.
fn taken(command: &str, shown: &[&str], stays: bool) -> Result<(), String> {
    let home = tempfile::tempdir().unwrap();
    let mut reader = Reader::new(home.path());
    let shown = shown.iter().map(|line| (*line).to_owned()).collect();
    reader.take(&Step { line: 1, command: command.to_owned(), shown, stays })?;
    reader.leave()
}

/// Ctrl-C ends it whenever it comes once something was printed.
const STAYS: &str = "sh -c 'echo one; exec sleep 1000'";

#[test]
fn a_reader_notices_what_is_not_as_it_is_shown() {
    for (command, shown, stays) in [
        ("echo one", &["one"][..], false),
        ("echo one", &[], false),
        ("echo error: one; false", &["error: one"], false),
        (STAYS, &["one"], true),
        (STAYS, &["one", "^C"], false),
    ] {
        assert_eq!(taken(command, shown, stays), Ok(()), "{command}");
    }
    for (command, shown, stays) in [
        ("true", &["one"][..], false),
        ("echo one; echo two", &["one"], false),
        ("echo one", &["one", "two"], false),
        ("echo one; false", &["one"], false),
        ("false", &[], false),
        ("echo error: one", &["error: one"], false),
        ("sh -c 'trap \"exit 3\" INT; echo one; sleep 1000 & wait'", &["one"], true),
    ] {
        assert!(taken(command, shown, stays).is_err(), "{command}");
    }
}
