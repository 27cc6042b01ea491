//! Where everything of a network lies: one directory, with one inside it for each node.

use anyhow::{Context, Result, bail};
use std::env;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// What names a network's directory to commands that are not told which.
pub(crate) const VARIABLE: &str = "HEFU_TESTNET";

/// No network runs where one is looked for.
#[derive(Debug, Error)]
#[error("no network is running in {}", root.display())]
pub struct NoNetwork {
    root: PathBuf,
}

impl NoNetwork {
    /// The stable code, for programs.
    pub const CODE: &str = "testnet.none";
}

/// A network's directory.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    root: PathBuf,
}

impl Place {
    /// The directory at `root`, which must be empty or not there yet.
    pub(crate) fn make(root: &Path) -> Result<Self> {
        fs::create_dir_all(root).with_context(|| format!("making {}", root.display()))?;
        let root = root.canonicalize()?;
        if fs::read_dir(&root)?.next().is_some() {
            bail!("{} is not empty: name a new directory with --dir", root.display());
        }
        for folder in ["nodes", "logs", "keys"] {
            fs::create_dir(root.join(folder))?;
        }
        Ok(Self { root })
    }

    /// A new directory among those of the user's networks.
    pub(crate) fn make_newest() -> Result<Self> {
        let all = networks()?;
        fs::create_dir_all(&all).with_context(|| format!("making {}", all.display()))?;
        let root = tempfile::Builder::new().prefix("net-").tempdir_in(&all)?.keep();
        Self::make(&root)
    }

    /// Makes this the network that commands mean.
    pub(crate) fn make_last(&self) -> Result<()> {
        let all = networks()?;
        fs::create_dir_all(&all).with_context(|| format!("making {}", all.display()))?;
        // Renamed into its place, since a link cannot be overwritten.
        let fresh = all.join(format!(".last-{}", std::process::id()));
        let _stale = fs::remove_file(&fresh);
        symlink(&self.root, &fresh)?;
        Ok(fs::rename(fresh, all.join("last"))?)
    }

    /// The network that is meant: by `told`, else by the environment, else the one made last.
    pub(crate) fn find(told: Option<&Path>) -> Result<Self> {
        let root = match (told, env::var_os(VARIABLE)) {
            (Some(told), _) => told.to_owned(),
            (None, Some(variable)) => PathBuf::from(variable),
            (None, None) => networks()?.join("last"),
        };
        match root.canonicalize() {
            Ok(root) if root.join("state.json").is_file() => Ok(Self { root }),
            _ => Err(NoNetwork { root }.into()),
        }
    }

    /// The directory itself.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The genesis file.
    pub(crate) fn genesis(&self) -> PathBuf {
        self.root.join("genesis.json")
    }

    /// What runs, for other processes.
    pub(crate) fn state(&self) -> PathBuf {
        self.root.join("state.json")
    }

    /// Where the supervisor takes orders.
    pub(crate) fn control(&self) -> PathBuf {
        self.root.join("control")
    }

    /// A node's directory.
    pub(crate) fn node(&self, name: &str) -> PathBuf {
        self.root.join("nodes").join(name)
    }

    /// A node's log.
    pub(crate) fn log(&self, name: &str) -> PathBuf {
        self.root.join("logs").join(format!("{name}.log"))
    }

    /// What a node holds that others can give it again.
    pub(crate) fn held(&self, name: &str) -> [PathBuf; 2] {
        ["acts", "store"].map(|part| self.node(name).join(part))
    }

    /// What strace has to say of a node's calls to the system.
    pub(crate) fn calls(&self, name: &str) -> PathBuf {
        self.log(name).with_extension("strace")
    }

    /// A node's key.
    pub(crate) fn key(&self, name: &str) -> PathBuf {
        self.root.join("keys").join(format!("{name}.pem"))
    }

    /// Removes it with all that it holds.
    pub(crate) fn remove(&self) -> Result<()> {
        fs::remove_dir_all(&self.root).with_context(|| format!("removing {}", self.root.display()))
    }
}

/// Where the user's networks lie.
fn networks() -> Result<PathBuf> {
    let state = env::var_os("XDG_STATE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/state"));
    let state = state.or_else(home).context("neither XDG_STATE_HOME nor HOME is set; use --dir")?;
    Ok(state.join("hefu").join("testnet"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_in_use_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("a").join("b");
        let place = Place::make(&root).unwrap();
        assert!(place.node("x").parent().unwrap().is_dir());
        let refused = Place::make(&root).unwrap_err().to_string();
        assert!(refused.contains("not empty"), "{refused}");
        place.remove().unwrap();
        assert!(!root.exists());
    }

    #[test]
    fn a_directory_without_a_network_is_not_taken_for_one() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Place::find(Some(folder.path())).is_err());
        fs::write(folder.path().join("state.json"), "{}").unwrap();
        assert!(Place::find(Some(folder.path())).is_ok());
    }
}
