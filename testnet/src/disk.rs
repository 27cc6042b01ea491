//! Disks that fail under a node: its calls to the system fail, or kill it, at a certain one. strace does
//! that, so the node is the one that runs in earnest.

use anyhow::{Context, Result};
use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::num::NonZeroU16;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use thiserror::Error;

/// The program that lets calls fail.
const STRACE: &str = "strace";

/// Files that a store may begin while it is watched: strace must be told their names beforehand.
const FILES_AHEAD: u64 = 64;

/// The exit code of a node whose store cannot be opened.
const STORE_CLOSED: i32 = 22;
/// That of one whose acts log cannot be opened.
const ACTS_CLOSED: i32 = 23;
/// That of one whose disk failed while it ran.
const FAILED: i32 = 25;
/// The signal that leaves a process no time.
const SIGKILL: i32 = 9;

/// A program that is needed and not here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("only strace makes a disk fail, and this machine has none")]
pub struct NoStrace;

impl NoStrace {
    /// For programs, and for `hefu explain`.
    pub const CODE: &'static str = "testnet.no_strace";
}

/// What of a node lies on the disk that fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Part {
    /// What it has signed
    Acts,
    /// The ledger
    Store,
}

/// How the disk fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Failure {
    /// The node is killed when it asks for a sync
    Kill,
    /// A sync fails once (EIO)
    Sync,
    /// From a certain write on the disk is full (ENOSPC)
    Full,
}

/// Which calls fail, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DiskFault {
    /// Where.
    pub(crate) part: Part,
    /// How.
    pub(crate) failure: Failure,
    /// At which call, counted from 1 in each thread of the node, and for each kind of call.
    pub(crate) call: NonZeroU16,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Acts => "acts log",
            Self::Store => "store",
        })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Kill => "killed at a sync",
            Self::Sync => "a sync fails",
            Self::Full => "full",
        })
    }
}

/// Fails unless disks can be made to fail here.
pub(crate) fn check() -> Result<(), NoStrace> {
    let asked = Command::new(STRACE).arg("-V").stdout(Stdio::null()).status();
    asked.ok().filter(ExitStatus::success).map(drop).ok_or(NoStrace)
}

impl DiskFault {
    /// The command line of `command` with this fault in the node at `directory`. What strace has to say
    /// goes to `log`.
    pub(crate) fn around(
        self,
        directory: &Path,
        log: &Path,
        command: &[String],
    ) -> Result<Vec<String>> {
        let path = |path: &Path| path.to_str().map(str::to_owned).context("a name is no text");
        // With -D the node stays the child of whoever starts it, and ends as it would by itself. With -y
        // the log names files.
        let mut line =
            [STRACE, "-D", "-f", "-y", "-qq", "--signal=none", "-o"].map(str::to_owned).to_vec();
        line.push(path(log)?);
        if self.failure != Failure::Kill {
            // All other calls go their way without a stop. Signals are not delivered then.
            line.push("--seccomp-bpf".to_owned());
        }
        let (calls, what) = self.injection();
        line.extend([format!("--trace={calls}"), format!("--inject={calls}:{what}")]);
        for file in self.files(directory)? {
            line.push(format!("--trace-path={}", path(&file)?));
        }
        line.push("--".to_owned());
        line.extend_from_slice(command);
        Ok(line)
    }

    fn injection(self) -> (&'static str, String) {
        const SYNCS: &str = "fsync,fdatasync";
        const WRITES: &str = "write,pwrite64,writev,pwritev,fallocate,ftruncate";
        let call = self.call;
        match self.failure {
            Failure::Kill => (SYNCS, format!("signal=SIGKILL:when={call}")),
            Failure::Sync => (SYNCS, format!("error=EIO:when={call}")),
            Failure::Full => (WRITES, format!("error=ENOSPC:when={call}+")),
        }
    }

    /// The directory that fails.
    fn folder(self, directory: &Path) -> PathBuf {
        directory.join(match self.part {
            Part::Acts => "acts",
            Part::Store => "store/rocks",
        })
    }

    /// The directory that fails, with the files that the node may write in it.
    fn files(self, directory: &Path) -> Result<Vec<PathBuf>> {
        let folder = self.folder(directory);
        let next = newest(&folder)? + 1;
        let name = |number: u64| -> Vec<String> {
            match self.part {
                Part::Acts => ["", ".new"].map(|end| format!("acts-{number:020}{end}")).to_vec(),
                Part::Store => {
                    let own = [".log", ".sst", ".dbtmp"].map(|end| format!("{number:06}{end}"));
                    let (manifest, options) = ("MANIFEST-", "OPTIONS-");
                    let about =
                        [format!("{manifest}{number:06}"), format!("{options}{number:06}.dbtmp")];
                    [&own[..], &about[..]].concat()
                }
            }
        };
        let names = (next..next + FILES_AHEAD).flat_map(name).map(|name| folder.join(name));
        Ok(std::iter::once(folder.clone()).chain(names).collect())
    }

    /// Whether what strace has logged of the node at `directory` shows that just this call has failed, on
    /// this part of the disk. It counts the calls of each kind in each thread.
    pub(crate) fn is_met(self, directory: &Path, log: &str) -> bool {
        let folder = self.folder(directory).display().to_string();
        // How many there were of each, and the last of them.
        let mut calls = BTreeMap::<(&str, &str), (u16, &str)>::new();
        log.lines().filter_map(|line| line.split_once(' ')).any(|(thread, text)| {
            let text = text.trim_start();
            let resumed = text.strip_prefix("<... ");
            let kind = resumed.unwrap_or(text).split(['(', ' ']).next().unwrap_or_default();
            let (count, begun) = calls.entry((thread, kind)).or_default();
            // What other threads have interrupted is the same call still.
            if resumed.is_none() {
                (*count, *begun) = (count.saturating_add(1), text);
            }
            *count == self.call.get() && begun.contains(&folder) && self.has_failed(text)
        })
    }

    /// Whether a line of strace's tells of such a failure.
    fn has_failed(self, line: &str) -> bool {
        match self.failure {
            Failure::Kill => line.ends_with("= ?"),
            Failure::Sync => line.contains("sync") && line.contains(" EIO ") && is_injected(line),
            Failure::Full => line.contains(" ENOSPC ") && is_injected(line),
        }
    }

    /// Whether a node ends like this whose disk fails so.
    pub(crate) fn explains(self, end: ExitStatus) -> bool {
        let closed = match self.part {
            Part::Acts => ACTS_CLOSED,
            Part::Store => STORE_CLOSED,
        };
        match self.failure {
            Failure::Kill => end.signal() == Some(SIGKILL),
            Failure::Sync | Failure::Full => [closed, FAILED].map(Some).contains(&end.code()),
        }
    }
}

fn is_injected(line: &str) -> bool {
    line.ends_with("(INJECTED)")
}

/// The highest number in the names of a folder's files.
fn newest(folder: &Path) -> Result<u64> {
    let entries = fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    let mut highest = 0;
    for entry in entries {
        let name = entry?.file_name().to_string_lossy().into_owned();
        // What RocksDB says of itself is named after the time.
        if name.starts_with("LOG") {
            continue;
        }
        let numbers =
            name.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok());
        highest = numbers.fold(highest, u64::max);
    }
    Ok(highest)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "\
        7 fsync(3</n/acts/acts-1>) = 0\n\
        8 fdatasync(3</n/acts/acts-1>) = 0\n\
        8 fsync(3</n/acts>) = 0\n\
        9 fsync(4</n/store/rocks/000007.log>) = 0\n\
        8 fdatasync(3</n/acts/acts-1> <unfinished ...>\n\
        9 fsync(4</n/store/rocks/000007.log>) = 0\n\
        8 <... fdatasync resumed>) = -1 EIO (Input/output error) (INJECTED)\n";

    fn fault(part: Part, failure: Failure, call: u16) -> DiskFault {
        DiskFault { part, failure, call: NonZeroU16::new(call).unwrap() }
    }

    #[test]
    fn a_fault_is_met_by_just_the_call_that_it_names() {
        let is_met = |part, failure, call, log: &str| {
            fault(part, failure, call).is_met(Path::new("/n"), log)
        };
        assert!(is_met(Part::Acts, Failure::Sync, 2, LOG));
        for (part, failure, call) in [
            (Part::Acts, Failure::Sync, 1),
            (Part::Acts, Failure::Sync, 3),
            (Part::Store, Failure::Sync, 2),
            (Part::Acts, Failure::Full, 2),
            (Part::Acts, Failure::Kill, 2),
        ] {
            assert!(!is_met(part, failure, call, LOG), "{part} {failure} {call}");
        }
        assert!(!is_met(Part::Acts, Failure::Sync, 2, &LOG.replace(" (INJECTED)", "")));
        let full =
            "7 write(3</n/store/rocks/000007.log>, \"\"..., 9) = -1 ENOSPC (No space) (INJECTED)";
        assert!(is_met(Part::Store, Failure::Full, 1, full));
        assert!(is_met(Part::Store, Failure::Kill, 1, "7 fsync(3</n/store/rocks/000007.log>) = ?"));
    }
}
