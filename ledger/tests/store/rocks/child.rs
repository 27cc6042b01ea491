//! A process that writes blocks until it is stopped, and says which it has written.
//!
//! It is this very test, started once more with a directory in its environment.

use super::open;
use hefu_fixtures::{Chain, Seeds, Wallet, World};
use hefu_ledger::genesis::Genesis;
use hefu_ledger::store::rocks::RocksStore;
use hefu_ledger::store::{Store, WriteError};
use std::env;
use std::io::{BufRead, BufReader, Write, stdout};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

/// Where the child works.
const DIRECTORY: &str = "HEFU_TEST_STORE";

/// What precedes each line that the child writes, among those of the test's harness.
const MARK: &str = "child: ";

/// The network of all children.
pub(super) fn genesis() -> Genesis {
    World::new(5).genesis
}

/// Writes blocks and says so, if this process is a child; and says at last why it stopped.
///
/// Returns whether it is one.
pub(super) fn work() -> bool {
    let Some(directory) = env::var_os(DIRECTORY).map(PathBuf::from) else { return false };
    let mut world = World::new(5);
    match open(&directory, &world.genesis) {
        Ok(store) => {
            // Every child enrols people of its own.
            world.seeds = Seeds::new(1_000 + store.head().header.height.get());
            let error = write(Chain::new(world, store));
            say(&format!("stopped {error}"));
        }
        Err(error) => say(&format!("closed {error}")),
    }
    true
}

/// Writes blocks until one is refused; and sees to it that the next is refused too.
fn write(mut chain: Chain<RocksStore>) -> String {
    let mut wallets = Vec::new();
    loop {
        let block = next(&mut chain, &mut wallets);
        if let Err(error) = chain.store.commit(&block) {
            let again = chain.store.commit(&block).unwrap_err();
            let refused = WriteError::Failed(format!("an earlier write failed: {}", why(&error)));
            assert_eq!(again, refused);
            assert_eq!(chain.store.erase(&wallets[0].did), Err(refused));
            assert_eq!(chain.store.head().child_height(), block.header.height);
            return why(&error);
        }
        say(&format!("written {} {}", block.header.height, block.header.digest()));
        chain.wait(1_000);
    }
}

fn why(error: &WriteError) -> String {
    match error {
        WriteError::Failed(why) => why.clone(),
        other => panic!("{other}"),
    }
}

/// A block in which some enrol and all others rotate.
fn next(
    chain: &mut Chain<RocksStore>,
    wallets: &mut Vec<Wallet>,
) -> hefu_ledger::block::FinalBlock {
    let world = &mut chain.world;
    let mut transactions: Vec<_> = wallets.iter_mut().map(|one| one.rotate(world)).collect();
    let new = Wallet::people(world, 5);
    transactions.push(world.batch(&new));
    wallets.truncate(20);
    wallets.extend(new);
    let checked = transactions.into_iter().map(|one| chain.check(one).unwrap());
    let checked: Vec<_> = checked.collect();
    chain.seal(chain.build(checked))
}

fn say(what: &str) {
    let mut out = stdout().lock();
    writeln!(out, "{MARK}{what}").unwrap();
    out.flush().unwrap();
}

/// A child and what it says.
pub(super) struct Running {
    child: Child,
    lines: std::io::Lines<BufReader<ChildStdout>>,
}

/// What a child has said.
#[derive(Debug, PartialEq)]
pub(super) enum Said {
    /// It has written the block of this height and name.
    Written(u64, String),
    /// It has stopped, for this reason.
    Stopped(String),
}

/// Starts a child that runs `test`, through these words of a command line.
pub(super) fn start(directory: &Path, test: &str, through: &[&str]) -> Running {
    let this = env::current_exe().unwrap();
    let mut words = through.iter().map(|word| (*word).to_owned().into()).collect::<Vec<_>>();
    words.push(this.into_os_string());
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).args([test, "--exact", "--nocapture"]);
    let child = command.env(DIRECTORY, directory).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = child.spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    Running { child, lines }
}

impl Running {
    /// What the child says next; nothing once it has ended.
    pub(super) fn next(&mut self) -> Option<Said> {
        let said = self.lines.find_map(|line| {
            let line = line.ok()?;
            Some(line.split_once(MARK)?.1.to_owned())
        })?;
        let words: Vec<&str> = said.splitn(3, ' ').collect();
        match words[..] {
            ["written", height, digest] => {
                Some(Said::Written(height.parse().unwrap(), digest.to_owned()))
            }
            _ => Some(Said::Stopped(said)),
        }
    }

    /// Stops the child with SIGKILL.
    pub(super) fn kill(&mut self) {
        self.child.kill().unwrap();
    }

    /// Waits for the child's end.
    pub(super) fn wait(mut self) {
        self.child.wait().unwrap();
    }
}
