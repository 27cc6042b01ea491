//! The data directory, and the lock that keeps a second process out of it.
//!
//! Two processes with one acts log would sign twice. A lock belongs to the open file and ends with
//! the process, however that ends; what the file says, the process's number, is for people only.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process;
use thiserror::Error;

const LOCK: &str = "lock";
const STORE: &str = "store";
const ACTS: &str = "acts";

/// Bytes of a lock file that are read: far more than a number takes.
const LOCK_BYTES_MAX: u64 = 32;

/// Why a lock was not taken.
#[derive(Debug, Error)]
pub enum LockError {
    /// Another process has it, or another part of this one.
    #[error("{file} is locked by {}: stop it first", holder(*.pid))]
    Taken {
        /// The lock's file.
        file: String,
        /// The process that has it, if it could be read.
        pid: Option<u32>,
    },
    /// Its file cannot be used.
    #[error("locking {file}: {error}")]
    Unusable {
        /// The lock's file.
        file: String,
        /// What the operating system says.
        error: io::Error,
    },
}

fn holder(pid: Option<u32>) -> String {
    pid.map_or_else(|| "another process".to_owned(), |pid| format!("process {pid}"))
}

/// A lock on a file, held as long as this lives. The file itself stays: to remove it would let two
/// processes lock two files of one name.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock on the file at `path`, which is made if it is not there.
    pub fn acquire(path: &Path) -> Result<Self, LockError> {
        let name = path.display().to_string();
        let mut options = OpenOptions::new();
        // Not emptied here: it may be somebody else's.
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        let unusable = |error| LockError::Unusable { file: name.clone(), error };
        let mut file = options.open(path).map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(LockError::Taken { pid: read_pid(&file), file: name });
            }
            Err(TryLockError::Error(error)) => return Err(unusable(error)),
        }
        write_pid(&mut file).map_err(unusable)?;
        Ok(Self { _file: file })
    }
}

/// Says who has the lock on the file at `path`, without taking it or changing the file.
fn probe(path: &Path) -> Result<(), LockError> {
    let name = path.display().to_string();
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        opened => opened.map_err(|error| LockError::Unusable { file: name.clone(), error })?,
    };
    // Shared, so that two who ask do not find each other.
    match file.try_lock_shared() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(LockError::Taken { pid: read_pid(&file), file: name }),
        Err(TryLockError::Error(error)) => Err(LockError::Unusable { file: name, error }),
    }
}

fn read_pid(file: &File) -> Option<u32> {
    let mut text = String::new();
    file.take(LOCK_BYTES_MAX).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

fn write_pid(file: &mut File) -> io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", process::id())
}

/// Why a data directory was not opened.
#[derive(Debug, Error)]
pub enum HomeError {
    /// It is not there. Coming up with an empty one because a disk is not mounted would look like
    /// a new node.
    #[error("there is no data directory {path}; make one, or name the right one")]
    Missing {
        /// Where it should be.
        path: String,
    },
    /// It could not be made.
    #[error("making {path}: {error}")]
    Unmade {
        /// Where.
        path: String,
        /// What the operating system says.
        error: io::Error,
    },
    /// Another process works in it.
    #[error("the data directory is in use: {0}")]
    Locked(#[from] LockError),
}

/// A data directory, which no other process uses as long as this lives.
#[derive(Debug)]
pub struct Home {
    path: PathBuf,
    _lock: Lock,
}

impl Home {
    /// Makes the directory with those above it, unless they are there, and opens it.
    pub fn create(path: &Path) -> Result<Self, HomeError> {
        let unmade = |error| HomeError::Unmade { path: path.display().to_string(), error };
        make_parents(path).map_err(unmade)?;
        make_directory(path).map_err(unmade)?;
        Self::open(path)
    }

    /// Opens the directory.
    pub fn open(path: &Path) -> Result<Self, HomeError> {
        if !path.is_dir() {
            return Err(HomeError::Missing { path: path.display().to_string() });
        }
        let lock = Lock::acquire(&path.join(LOCK))?;
        Ok(Self { path: path.to_owned(), _lock: lock })
    }

    /// Refuses a directory that is not there or in which a process works, and leaves it as it is.
    pub fn check_free(path: &Path) -> Result<(), HomeError> {
        if !path.is_dir() {
            return Err(HomeError::Missing { path: path.display().to_string() });
        }
        Ok(probe(&path.join(LOCK))?)
    }

    /// The directory itself.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the store of final blocks lies.
    pub fn store(&self) -> PathBuf {
        self.path.join(STORE)
    }

    /// Where the acts log lies.
    pub fn acts(&self) -> PathBuf {
        self.path.join(ACTS)
    }
}

/// Makes the directories above `path` that are not there, each durable before the next.
fn make_parents(path: &Path) -> io::Result<()> {
    let missing = |parent: &&Path| !parent.as_os_str().is_empty() && !parent.is_dir();
    match path.parent().filter(missing) {
        Some(parent) => make_parents(parent).and_then(|()| make_directory(parent)),
        None => Ok(()),
    }
}

/// Makes a directory that its owner alone may read, unless it is there, and has it stay: its name
/// is durable when this returns.
pub(crate) fn make_directory(path: &Path) -> io::Result<()> {
    let made = DirBuilder::new().mode(0o700).create(path);
    made.or_else(|error| if path.is_dir() { Ok(()) } else { Err(error) })?;
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    File::open(parent.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_second_opening_is_refused_and_names_the_process() {
        let directory = tempfile::tempdir().unwrap();
        let first = Home::open(directory.path()).unwrap();
        let refused = Home::open(directory.path()).unwrap_err();
        let HomeError::Locked(LockError::Taken { pid, file }) = &refused else {
            panic!("{refused}");
        };
        assert_eq!(*pid, Some(process::id()));
        assert!(refused.to_string().contains(&format!("process {}", process::id())));
        assert!(file.ends_with(LOCK));
        drop(first);
        Home::open(directory.path()).unwrap();
    }

    #[test]
    fn who_only_asks_takes_no_lock() {
        let directory = tempfile::tempdir().unwrap();
        Home::check_free(directory.path()).unwrap();
        let home = Home::open(directory.path()).unwrap();
        let used = Home::check_free(directory.path()).unwrap_err();
        let HomeError::Locked(LockError::Taken { pid, .. }) = used else { panic!("{used}") };
        assert_eq!(pid, Some(process::id()));
        drop(home);
        fs::write(directory.path().join(LOCK), "7").unwrap();
        Home::check_free(directory.path()).unwrap();
        assert_eq!(fs::read_to_string(directory.path().join(LOCK)).unwrap(), "7");
        let nowhere = directory.path().join("none");
        assert!(matches!(Home::check_free(&nowhere), Err(HomeError::Missing { .. })));
    }

    #[test]
    fn an_unreadable_holder_is_another_process() {
        let directory = tempfile::tempdir().unwrap();
        let first = Home::open(directory.path()).unwrap();
        fs::write(directory.path().join(LOCK), "nobody").unwrap();
        let refused = Home::open(directory.path()).unwrap_err();
        assert!(refused.to_string().contains("locked by another process"), "{refused}");
        drop(first);
    }

    #[test]
    fn what_a_dead_process_left_locks_nobody_out() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join(LOCK), "4194304999\n").unwrap();
        let home = Home::open(directory.path()).unwrap();
        let text = fs::read_to_string(directory.path().join(LOCK)).unwrap();
        assert_eq!(text, format!("{}\n", process::id()));
        drop(home);
    }

    #[test]
    fn a_missing_directory_is_not_made_in_passing() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("data");
        assert!(matches!(Home::open(&path), Err(HomeError::Missing { .. })));
        let home = Home::create(&path).unwrap();
        assert_eq!(home.path(), path);
        assert_eq!((home.store(), home.acts()), (path.join(STORE), path.join(ACTS)));
        drop(home);
        Home::create(&path).unwrap();
        let deep = directory.path().join("not").join("there");
        assert_eq!(Home::create(&deep).unwrap().path(), deep);
        fs::write(directory.path().join("file"), "").unwrap();
        let barred = directory.path().join("file").join("deep");
        assert!(matches!(Home::create(&barred), Err(HomeError::Unmade { .. })));
    }
}
