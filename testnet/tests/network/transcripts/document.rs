//! A document as a list of what is typed.
//!
//! A fence says in its first line what it holds. `console` is typed; `console unrun: REASON` would be,
//! but cannot be here. Of those two, `$ ` begins a command, a backslash at the end of its line lets it
//! go on in the next, and all else is what it prints. Any other language is something to read.

use std::path::Path;

/// What a line that is typed begins with.
const PROMPT: &str = "$ ";
/// Where the reader presses Ctrl-C. A command must have begun by then, so it has printed something.
pub(super) const CTRL_C: &str = "^C";
/// What stands behind the word `console` where nothing is typed.
const UNRUN: &str = "unrun: ";

/// A command, and what the document shows of what it prints.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// The line in the document, from 1 on.
    pub(super) line: usize,
    /// What is typed.
    pub(super) command: String,
    /// What is shown, line by line. None of it is compared if there is none.
    pub(super) shown: Vec<String>,
    /// Whether it runs on while the reader turns to another shell.
    pub(super) stays: bool,
}

/// What a document tells to type.
#[derive(Debug, Default)]
pub(super) struct Document {
    /// What is run, in order.
    pub(super) steps: Vec<Step>,
    /// The lines of commands that are not, with the reason.
    pub(super) unrun: Vec<(usize, String)>,
}

impl Document {
    /// The document at this path in the workspace.
    pub(super) fn read(path: &str) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let text = std::fs::read_to_string(root.join(path)).unwrap();
        Self::parse(&text).unwrap_or_else(|finding| panic!("{path}:{finding}"))
    }

    /// What stands in a text, or where it is not clear what is to be typed.
    fn parse(text: &str) -> Result<Self, String> {
        let mut found = Self::default();
        let mut lines = text.lines().enumerate().map(|(at, line)| (at + 1, line));
        while let Some((at, line)) = lines.next() {
            if let Some(info) = line.strip_prefix("```") {
                let held: Vec<_> = lines.by_ref().take_while(|(_, line)| *line != "```").collect();
                found.take(at, info, &held)?;
            }
        }
        Ok(found)
    }

    /// Takes in a block that begins at a line.
    fn take(&mut self, at: usize, info: &str, held: &[(usize, &str)]) -> Result<(), String> {
        let (language, rest) = info.split_once(' ').unwrap_or((info, ""));
        match language {
            "" | "sh" | "shell" | "bash" => {
                return Err(format!(
                    "{at}: a block must say what it holds: console, text, json, …"
                ));
            }
            "console" => {}
            _ => return Ok(()),
        }
        let steps = steps(held)?;
        match (rest, rest.strip_prefix(UNRUN)) {
            ("", _) => self.steps.extend(steps),
            ("stays", _) => self.steps.extend(staying(steps)),
            (_, Some(reason)) => {
                self.unrun.extend(steps.iter().map(|step| (step.line, reason.to_owned())));
            }
            _ => return Err(format!("{at}: {rest:?} is neither `stays` nor `{UNRUN}REASON`")),
        }
        Ok(())
    }
}

/// The same, of which the last command runs on.
fn staying(mut steps: Vec<Step>) -> Vec<Step> {
    if let Some(last) = steps.last_mut() {
        last.stays = true;
    }
    steps
}

/// The commands of a block.
fn steps(held: &[(usize, &str)]) -> Result<Vec<Step>, String> {
    let mut found: Vec<Step> = Vec::new();
    for (line, text) in held {
        match (text.strip_prefix(PROMPT), found.last_mut()) {
            (Some(typed), _) => found.push(Step::new(*line, typed)),
            (None, Some(step)) if *text == CTRL_C && step.shown.is_empty() => {
                return Err(format!("{line}: before {CTRL_C} something must be seen"));
            }
            (None, Some(step)) => step.go_on(text),
            (None, None) => return Err(format!("{line}: a block begins with `{PROMPT}`")),
        }
    }
    Ok(found)
}

impl Step {
    fn new(line: usize, typed: &str) -> Self {
        Self { line, command: typed.to_owned(), shown: Vec::new(), stays: false }
    }

    /// Takes in the next line, typed or shown.
    fn go_on(&mut self, text: &str) {
        if self.shown.is_empty() && self.command.ends_with('\\') {
            self.command.push('\n');
            self.command.push_str(text);
        } else {
            self.shown.push(text.to_owned());
        }
    }
}

#[test]
fn what_is_typed_is_told_from_what_is_shown() {
    let text = "Words.\n```console\n$ one \\\n    two\nshown\n\n$ three\n```\n```json\n{}\n```\n\
                ```console stays\n$ four\n```\n```console unrun: needs two machines\n$ five\n```";
    let document = Document::parse(text).unwrap();
    let step = |line, command: &str, shown: &[&str], stays| Step {
        line,
        command: command.to_owned(),
        shown: shown.iter().map(|line| (*line).to_owned()).collect(),
        stays,
    };
    let expected = [
        step(3, "one \\\n    two", &["shown", ""], false),
        step(7, "three", &[], false),
        step(13, "four", &[], true),
    ];
    assert_eq!(document.steps, expected);
    assert_eq!(document.unrun, [(16, "needs two machines".to_owned())]);
}

#[test]
fn a_block_that_nobody_would_run_is_refused() {
    for text in [
        "```console\n$ a\n^C\n```",
        "```\n$ a\n```",
        "```sh\na\n```",
        "```console\na\n```",
        "```console later\n$ a\n```",
    ] {
        let finding = Document::parse(text).map(|document| document.steps).unwrap_err();
        assert!(finding.starts_with(['1', '2', '3']), "{finding}");
    }
}
