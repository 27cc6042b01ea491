//! A node's process.

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process};
use std::ffi::OsStr;
use std::fs::OpenOptions;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// How long a process may take to stop by itself before it is killed.
const STOP_LIMIT: Duration = Duration::from_secs(15);

/// A running process, which is killed when this is dropped.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    pid: Pid,
}

impl Process {
    /// Runs `program` with these arguments in a group of its own, so that Ctrl-C reaches only the
    /// supervisor. What it says is added to `log`.
    pub(crate) fn start(
        program: &Path,
        arguments: &[impl AsRef<OsStr>],
        log: &Path,
    ) -> Result<Self> {
        let log = OpenOptions::new().create(true).append(true).open(log);
        let log = log.context("opening a node's log")?;
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null());
        command.stdout(log.try_clone()?).stderr(log).process_group(0).kill_on_drop(true);
        let child = command.spawn().with_context(|| format!("starting {}", program.display()))?;
        let pid = child.id().and_then(|id| Pid::from_raw(id.try_into().ok()?));
        Ok(Self { child, pid: pid.context("the process has no number")? })
    }

    /// Its number.
    pub(crate) fn id(&self) -> u32 {
        self.pid.as_raw_nonzero().get().unsigned_abs()
    }

    /// How it ended, if it has.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Sends a signal. Until it has been waited for, nobody else has its number.
    pub(crate) fn signal(&mut self, signal: Signal) -> Result<()> {
        if self.ended()?.is_none() {
            kill_process(self.pid, signal)?;
        }
        Ok(())
    }

    /// Kills it, and returns when it is gone.
    pub(crate) async fn kill(&mut self) -> Result<()> {
        Ok(self.child.kill().await?)
    }

    /// Asks it to stop, also if it is paused, and kills it if it takes too long. How it ended.
    pub(crate) async fn stop(&mut self) -> Result<ExitStatus> {
        self.signal(Signal::TERM)?;
        self.signal(Signal::CONT)?;
        if let Ok(ended) = timeout(STOP_LIMIT, self.child.wait()).await {
            return Ok(ended?);
        }
        self.kill().await?;
        Ok(self.child.wait().await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::process::ExitStatusExt;

    fn shell(script: &str, log: &Path) -> Process {
        Process::start(Path::new("/bin/sh"), &["-c", script], log).unwrap()
    }

    /// Waits until the log says something, which a process that runs will do.
    async fn hear(log: &Path) -> String {
        let mut ticks = tokio::time::interval(Duration::from_millis(5));
        loop {
            ticks.tick().await;
            let text = fs::read_to_string(log).unwrap();
            if text.ends_with('\n') {
                return text;
            }
        }
    }

    #[tokio::test]
    async fn a_process_is_asked_to_stop_even_if_it_is_paused() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let mut process = shell("trap 'echo bye; exit 3' TERM; echo up; while :; do :; done", &log);
        assert_eq!(hear(&log).await, "up\n");
        process.signal(Signal::STOP).unwrap();
        assert_eq!(process.stop().await.unwrap().code(), Some(3));
        assert_eq!(fs::read_to_string(&log).unwrap(), "up\nbye\n");
        process.signal(Signal::KILL).unwrap();
    }

    #[tokio::test]
    async fn a_killed_process_is_gone_when_that_returns() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let mut process = shell("echo up; read nothing; exec sleep 1000", &log);
        hear(&log).await;
        process.kill().await.unwrap();
        assert_eq!(process.ended().unwrap().and_then(|status| status.signal()), Some(9));
    }
}
