//! Running the command and looking at what it leaves.

use serde_json::Value;
use std::path::PathBuf;
use std::process::{Command, Output};

/// What a command has left.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    /// Its standard output as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Fails unless the command left with `code`.
    pub(crate) fn left_with(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        self
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("the command writes UTF-8");
        Self {
            code: output.status.code().expect("the command leaves by itself"),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}

/// The command, in an environment that says nothing about terminals.
pub(crate) fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hefu"));
    command.env_remove("NO_COLOR").env("TERM", "xterm");
    command.current_dir(env!("CARGO_TARGET_TMPDIR"));
    command
}

/// Runs `hefu` with the words of a line.
pub(crate) fn hefu(line: &str) -> Ran {
    let mut command = command();
    command.args(line.split_whitespace());
    command.output().expect("the command starts").into()
}

/// A file of a test, which does not exist yet.
pub(crate) fn fresh_file(name: &str) -> PathBuf {
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    if file.exists() {
        std::fs::remove_file(&file).expect("an old file can be removed");
    }
    file
}
