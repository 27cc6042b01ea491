//! A shell in which one line after the other is typed.

use rustix::process::{Pid, Signal, kill_process_group};
use std::io::{BufRead, BufReader, Write, pipe};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

/// What the shell says when a command has ended, before its exit code. No program prints it.
const ENDED: char = '\u{1e}';
/// `make` is told to compile nothing: the program lies where it would leave it.
const BUILT: (&str, &str) = ("MAKEFLAGS", "BUILD=:");
/// What a shell inherits of the environment of the tests: where programs are.
const INHERITED: &[&str] = &["PATH", "LIBCLANG_PATH"];

/// How long a command may take: the longest, which works through the main job, takes one minute.
const PATIENCE: Duration = Duration::from_mins(3);

/// What was heard of a command.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// What it printed on either stream.
    pub(super) lines: Vec<String>,
    /// Its exit code, once it has ended.
    pub(super) code: Option<i32>,
}

/// A shell, and what it prints.
pub(super) struct Shell {
    child: Child,
    input: Option<ChildStdin>,
    output: Receiver<String>,
}

impl Shell {
    /// A new one, as it is when its window opens: in the home directory, with nothing set.
    pub(super) fn open(home: &Path) -> Self {
        let (output, end) = pipe().unwrap();
        let mut bash = Command::new("bash");
        bash.arg("--norc").arg("--noprofile").current_dir(home).env_clear();
        let inherited = INHERITED.iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
        bash.envs(inherited).env(BUILT.0, BUILT.1).env("HOME", home).env("LANG", "C.UTF-8");
        bash.stdin(Stdio::piped()).stdout(end.try_clone().unwrap()).stderr(end).process_group(0);
        let mut child = bash.spawn().unwrap();
        let input = child.stdin.take();
        // Somebody always reads, or a command that runs on would stop when the pipe is full.
        let (send, receive) = channel();
        thread::spawn(move || {
            let lines = BufReader::new(output).split(b'\n').map_while(Result::ok);
            let texts = lines.map(|line| String::from_utf8_lossy(&line).into_owned());
            texts.map_while(|line| send.send(line).ok()).count()
        });
        // `bash` was the command's own: with it goes its end of the pipe.
        drop(bash);
        let mut shell = Self { child, input, output: receive };
        // Ctrl-C ends the command and not the shell, as on a terminal.
        shell.write("trap : INT\n");
        shell
    }

    /// Types a command. It runs in the shell itself, so that what it sets stays set.
    pub(super) fn type_in(&mut self, command: &str) {
        let quoted = command.replace('\'', r"'\''");
        self.write(&format!("eval '{quoted}' </dev/null; printf '\\036%d\\n' $?\n"));
    }

    fn write(&mut self, line: &str) {
        self.input.as_mut().unwrap().write_all(line.as_bytes()).unwrap();
    }

    /// Listens until the command ends, what was heard is enough, or patience ends.
    pub(super) fn hear(&mut self, heard: &mut Heard, enough: impl Fn(&[String]) -> bool) {
        let end = Instant::now() + PATIENCE;
        while heard.code.is_none() && !enough(&heard.lines) {
            let left = end.saturating_duration_since(Instant::now());
            let Ok(line) = self.output.recv_timeout(left) else { return };
            let (text, code) = line.split_once(ENDED).unzip();
            heard.code = code.map(|code| code.parse().unwrap());
            let text = text.unwrap_or(&line);
            if heard.code.is_none() || !text.is_empty() {
                heard.lines.push(text.to_owned());
            }
        }
    }

    /// Presses Ctrl-C.
    pub(super) fn interrupt(&self) {
        kill_process_group(Pid::from_child(&self.child), Signal::INT).unwrap();
    }
}

impl Drop for Shell {
    /// Whatever still runs is told to end, and waited for: the pipe is open as long as anything writes.
    fn drop(&mut self) {
        drop(self.input.take());
        let _gone = kill_process_group(Pid::from_child(&self.child), Signal::TERM);
        let _ended = self.child.wait();
        while self.output.recv_timeout(PATIENCE).is_ok() {}
    }
}
