//! The directory that a log lies in, as the log uses it. Tests put one in its place that fails and
//! forgets as disks do.

use crate::home::Lock;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::error::{ActsError, during};

/// The file whose lock keeps a second process away.
const LOCK: &str = "lock";

/// A directory. Files in it are written once, from their beginning to their end.
pub(super) trait Disk: Send {
    /// How a file is called in messages.
    fn path(&self, name: &str) -> String;
    /// The names of all files.
    fn names(&self) -> io::Result<Vec<String>>;
    /// Makes an empty file, which must not exist.
    fn create(&self, name: &str) -> io::Result<Box<dyn DiskFile>>;
    /// Opens a file to read it.
    fn open(&self, name: &str) -> io::Result<Box<dyn DiskFile>>;
    /// Gives a file another name.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, name: &str) -> io::Result<()>;
    /// Makes durable which files there are. Syncing a file does not do that.
    fn sync_names(&self) -> io::Result<()>;
}

/// A file.
pub(super) trait DiskFile: Send {
    /// Writes all of `bytes` behind what is there.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Makes durable what was written.
    fn sync(&mut self) -> io::Result<()>;
    /// Fills `into` with what begins at `at`.
    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<()>;
    /// How long it is.
    fn bytes(&self) -> io::Result<u64>;
}

/// A directory of the operating system, locked as long as this lives.
pub(super) struct Directory {
    path: PathBuf,
    _lock: Lock,
}

impl Directory {
    pub(super) fn open(path: &Path) -> Result<Self, ActsError> {
        if !path.is_dir() {
            return Err(ActsError::Missing { directory: path.display().to_string() });
        }
        let lock = Lock::acquire(&path.join(LOCK))?;
        Ok(Self { path: path.to_owned(), _lock: lock })
    }

    /// Opens a directory, which is made if it is not there.
    pub(super) fn make(path: &Path) -> Result<Self, ActsError> {
        let place = path.display().to_string();
        crate::home::make_directory(path).map_err(during("making", &place))?;
        Self::open(path)
    }
}

impl Disk for Directory {
    fn path(&self, name: &str) -> String {
        self.path.join(name).display().to_string()
    }

    fn names(&self) -> io::Result<Vec<String>> {
        let entries = fs::read_dir(&self.path)?;
        entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        let mut options = OpenOptions::new();
        // Bodies hold what not everybody with a login is meant to read.
        options.read(true).write(true).create_new(true).mode(0o600);
        Ok(Box::new(options.open(self.path.join(name))?))
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(File::open(self.path.join(name))?))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(self.path.join(from), self.path.join(to))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.path.join(name))
    }

    fn sync_names(&self) -> io::Result<()> {
        File::open(&self.path)?.sync_all()
    }
}

impl DiskFile for File {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }

    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<()> {
        self.read_exact_at(into, at)
    }

    fn bytes(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }
}
