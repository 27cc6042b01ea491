//! A network of one validator in a folder of its own, which runs as a process.

use crate::ran::{Ran, command};
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};

/// A folder with a development network of one validator.
pub(crate) struct Place {
    folder: tempfile::TempDir,
    /// Of peers, of the API and of metrics.
    pub(crate) ports: [u16; 3],
}

/// Ports that the system had free. They are bound together, so that they differ.
fn free_ports() -> [u16; 3] {
    let held = [(); 3].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    held.map(|one| one.local_addr().unwrap().port())
}

/// Runs `hefu` with these arguments.
pub(crate) fn run(arguments: &[&str]) -> Ran {
    command().args(arguments).output().unwrap().into()
}

impl Place {
    pub(crate) fn new() -> Self {
        Self::with(|genesis| genesis)
    }

    /// One whose genesis is changed before anybody sees it.
    pub(crate) fn with(change: impl FnOnce(String) -> String) -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap(), ports: free_ports() };
        let made = run(&["genesis", "development", "demo", "--validators", "1"]).left_with(0);
        fs::write(place.path("genesis.json"), change(made.stdout)).unwrap();
        place
    }

    /// Its node, which runs and serves.
    pub(crate) fn serving(&self) -> Running {
        let mut running = Running::start(&self.node());
        running.wait_for("serving");
        running
    }

    /// Another network at the same addresses.
    pub(crate) fn rival(&self) -> Self {
        Self { ports: self.ports, ..Self::new() }
    }

    /// The address of its API.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports[1])
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    pub(crate) fn init(&self, name: &str) -> Ran {
        self.init_as(name, &["--development-validator", "1"])
    }

    /// Makes a node's directory; `role` says what the node is to be.
    pub(crate) fn init_as(&self, name: &str, role: &[&str]) -> Ran {
        let [peers, http, admin] = self.ports.map(|port| format!("127.0.0.1:{port}"));
        let mut init = command();
        init.args(["node", "init", &self.text(name), "--name", "one"]).args(role);
        init.args(["--genesis", &self.text("genesis.json"), "--peers-listen", &peers]);
        init.args(["--http-listen", &http, "--admin-listen", &admin]).output().unwrap().into()
    }

    /// The directory of its validator.
    pub(crate) fn node(&self) -> PathBuf {
        let made = self.init("one");
        assert_eq!(made.code, 0, "{}", made.stderr);
        self.path("one")
    }
}

/// A node that runs, and is killed when this is dropped.
pub(crate) struct Running {
    pub(crate) child: Child,
    pub(crate) log: BufReader<ChildStderr>,
}

impl Running {
    pub(crate) fn start(directory: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_hefu"))
            .args(["node", "start"])
            .arg(directory)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        Self { child, log }
    }

    /// The next line of the log with this message.
    pub(crate) fn wait_for(&mut self, message: &str) -> serde_json::Value {
        let mut line = String::new();
        loop {
            line.clear();
            assert_ne!(self.log.read_line(&mut line).unwrap(), 0, "the log ended before {message}");
            let entry: serde_json::Value = serde_json::from_str(&line).expect(&line);
            if entry["message"] == message {
                return entry;
            }
        }
    }

    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
    }

    pub(crate) fn code(&mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}
