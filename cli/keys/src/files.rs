//! Files that their owner alone may read, written whole or not at all.
//!
//! A file is written under another name, synced, and only then given its own; the directory is
//! synced last. So after a power cut there is the old file or the new one, and never half of one.

use crate::random;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use thiserror::Error;
use zeroize::Zeroizing;

/// Permissions of others than the owner.
const OTHERS: u32 = 0o077;

/// Why a file of secrets was not read or written.
#[derive(Debug, Error)]
pub enum FileError {
    /// There is none.
    #[error("there is no file {path}")]
    Missing {
        /// Where it should be.
        path: String,
    },
    /// There is one already, which is not overwritten.
    #[error("{path} is there already, and is not overwritten; name another file")]
    Exists {
        /// Where.
        path: String,
    },
    /// Others than its owner may read or change it.
    #[error("{path} is open to others (mode {mode:03o}); close it with: chmod 600 '{path}'")]
    Exposed {
        /// Where.
        path: String,
        /// Its permissions.
        mode: u32,
    },
    /// It is no plain file.
    #[error("{path} is not a plain file")]
    NotPlain {
        /// Where.
        path: String,
    },
    /// It is longer than any file of its kind.
    #[error("{path} has more than {max_bytes} bytes, and so is not what it should be")]
    TooLong {
        /// Where.
        path: String,
        /// The limit.
        max_bytes: usize,
    },
    /// It is not text.
    #[error("{path} is not UTF-8 text")]
    NotText {
        /// Where.
        path: String,
    },
    /// The operating system does not let us read it.
    #[error("reading {path}: {error}")]
    Unreadable {
        /// Where.
        path: String,
        /// What the operating system says.
        error: io::Error,
    },
    /// The operating system does not let us write it. What was there before still is.
    #[error("writing {path}: {error}")]
    Unwritable {
        /// Where.
        path: String,
        /// What the operating system says.
        error: io::Error,
    },
}

impl FileError {
    /// The stable code, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "file.missing",
            Self::Exists { .. } => "file.exists",
            Self::Exposed { .. } => "file.exposed",
            Self::NotPlain { .. } => "file.not_plain",
            Self::TooLong { .. } => "file.too_long",
            Self::NotText { .. } => "file.not_text",
            Self::Unreadable { .. } => "file.unreadable",
            Self::Unwritable { .. } => "file.unwritable",
        }
    }
}

fn name(path: &Path) -> String {
    path.display().to_string()
}

fn unreadable(path: &Path, error: io::Error) -> FileError {
    match error.kind() {
        ErrorKind::NotFound => FileError::Missing { path: name(path) },
        _ => FileError::Unreadable { path: name(path), error },
    }
}

fn unwritable(path: &Path, error: io::Error) -> FileError {
    match error.kind() {
        ErrorKind::AlreadyExists => FileError::Exists { path: name(path) },
        _ => FileError::Unwritable { path: name(path), error },
    }
}

/// The bytes of a file that its owner alone may read, at most `max_bytes` of them.
pub(crate) fn read_private(path: &Path, max_bytes: usize) -> Result<Zeroizing<Vec<u8>>, FileError> {
    let file = open(path)?;
    let metadata = file.metadata().map_err(|error| unreadable(path, error))?;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & OTHERS != 0 {
        return Err(FileError::Exposed { path: name(path), mode });
    }
    read(file, path, max_bytes)
}

/// The bytes of a file, whoever may read it.
pub(crate) fn read_any(path: &Path, max_bytes: usize) -> Result<Zeroizing<Vec<u8>>, FileError> {
    read(open(path)?, path, max_bytes)
}

/// Refuses a name under which there is no plain file.
pub(crate) fn check_there(path: &Path) -> Result<(), FileError> {
    let metadata = fs::metadata(path).map_err(|error| unreadable(path, error))?;
    if metadata.is_file() { Ok(()) } else { Err(FileError::NotPlain { path: name(path) }) }
}

/// Opens a plain file. A pipe is told before it is opened: that would wait for a writer.
fn open(path: &Path) -> Result<File, FileError> {
    check_there(path)?;
    File::open(path).map_err(|error| unreadable(path, error))
}

fn read(file: File, path: &Path, max_bytes: usize) -> Result<Zeroizing<Vec<u8>>, FileError> {
    // Room for all of it from the start: a buffer that grows leaves copies behind that nobody wipes.
    let size = file.metadata().map_or(0, |metadata| metadata.len());
    let room = usize::try_from(size).unwrap_or(max_bytes).min(max_bytes).saturating_add(1);
    let mut bytes = Zeroizing::new(Vec::with_capacity(room));
    let limit = u64::try_from(max_bytes).unwrap_or(u64::MAX).saturating_add(1);
    file.take(limit).read_to_end(&mut bytes).map_err(|error| unreadable(path, error))?;
    if bytes.len() > max_bytes {
        return Err(FileError::TooLong { path: name(path), max_bytes });
    }
    Ok(bytes)
}

/// Text, as [`read_private`] or [`read_any`] gave it.
pub(crate) fn text(path: &Path, bytes: &[u8]) -> Result<Zeroizing<String>, FileError> {
    let text = str::from_utf8(bytes).map_err(|_| FileError::NotText { path: name(path) })?;
    Ok(Zeroizing::new(text.to_owned()))
}

/// Writes a new file that its owner alone may read. Whatever has the name already stays.
pub(crate) fn create_private(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let draft = draft_of(path)?;
    let written = write_draft(&draft, bytes)
        // A link, unlike a renaming, fails if the name is taken.
        .and_then(|()| fs::hard_link(&draft, path))
        .map_err(|error| unwritable(path, error));
    // What is left of a draft harms nobody, and is what the error is about if it cannot be removed.
    let _ = fs::remove_file(&draft);
    written?;
    sync_folder(path).map_err(|error| unwritable(path, error))
}

/// Writes a file that its owner alone may read in place of the one of this name.
pub(crate) fn replace_private(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let draft = draft_of(path)?;
    let written = write_draft(&draft, bytes).and_then(|()| fs::rename(&draft, path));
    if let Err(error) = written {
        let _ = fs::remove_file(&draft);
        return Err(FileError::Unwritable { path: name(path), error });
    }
    sync_folder(path).map_err(|error| FileError::Unwritable { path: name(path), error })
}

/// A name beside the file that nothing else has.
fn draft_of(path: &Path) -> Result<PathBuf, FileError> {
    let failed = |error: io::Error| FileError::Unwritable { path: name(path), error };
    let nothing = || io::Error::from(ErrorKind::InvalidFilename);
    let file = path.file_name().ok_or_else(|| failed(nothing()))?;
    let chance = random::bytes::<8>().map_err(|error| failed(io::Error::other(error)))?;
    let mut draft = std::ffi::OsString::from(".");
    draft.push(file);
    draft.push(format!(".{:016x}.new", u64::from_le_bytes(*chance)));
    Ok(path.with_file_name(draft))
}

fn write_draft(draft: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    let mut file = options.open(draft)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
        entries.map(|name| name.into_string().unwrap()).collect()
    }

    #[test]
    fn a_new_file_is_its_owners_alone_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        create_private(&path, b"secret").unwrap();
        assert_eq!((mode(&path), names(folder.path())), (0o600, vec!["a".to_owned()]));
        assert_eq!(**read_private(&path, 6).unwrap(), *b"secret");
    }

    #[test]
    fn a_file_that_is_there_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "old").unwrap();
        let refused = create_private(&path, b"new").unwrap_err();
        assert_eq!(refused.code(), "file.exists");
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(names(folder.path()), ["a"]);
    }

    #[test]
    fn a_replaced_file_is_its_owners_alone_whatever_it_was_before() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        replace_private(&path, b"new").unwrap();
        assert_eq!((mode(&path), names(folder.path())), (0o600, vec!["a".to_owned()]));
        assert_eq!(**read_private(&path, 3).unwrap(), *b"new");
    }

    #[test]
    fn a_file_that_cannot_be_replaced_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::create_dir(&path).unwrap();
        assert_eq!(replace_private(&path, b"new").unwrap_err().code(), "file.unwritable");
        assert_eq!(names(folder.path()), ["a"]);
    }

    #[test]
    fn a_file_that_others_may_read_or_write_is_refused_with_the_command_that_mends_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "x").unwrap();
        for wrong in [0o640, 0o604, 0o620, 0o610, 0o666] {
            fs::set_permissions(&path, fs::Permissions::from_mode(wrong)).unwrap();
            let refused = read_private(&path, 9).unwrap_err();
            assert_eq!(refused.code(), "file.exposed", "{wrong:o}");
            assert!(refused.to_string().contains("chmod 600 '"), "{refused}");
            assert!(read_any(&path, 9).is_ok());
        }
        for right in [0o600, 0o400] {
            fs::set_permissions(&path, fs::Permissions::from_mode(right)).unwrap();
            assert!(read_private(&path, 9).is_ok(), "{right:o}");
        }
    }

    #[test]
    fn what_is_no_file_of_the_kind_is_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        assert_eq!(read_private(&path, 9).unwrap_err().code(), "file.missing");
        assert_eq!(read_private(folder.path(), 9).unwrap_err().code(), "file.not_plain");
        create_private(&path, b"0123456789").unwrap();
        assert_eq!(read_private(&path, 9).unwrap_err().code(), "file.too_long");
        assert!(read_private(&path, 10).is_ok());
        assert_eq!(text(&path, &[0xff]).unwrap_err().code(), "file.not_text");
        let nowhere = folder.path().join("none").join("a");
        assert_eq!(create_private(&nowhere, b"x").unwrap_err().code(), "file.unwritable");
    }
}
