//! Passphrases: from a prompt, a file, or a credential of systemd.

use crate::files::{self, FileError};
use std::ffi::OsString;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;
use zeroize::Zeroizing;

/// Bytes of a passphrase: more than anybody types, and no burden on what hashes it.
const PASSPHRASE_BYTES_MAX: usize = 1_024;

/// Characters of a new passphrase. Fewer are found by trying, however slow a try is made.
const NEW_PASSPHRASE_CHARS_MIN: usize = 10;

/// The file below `$CREDENTIALS_DIRECTORY` that holds the passphrase.
pub const CREDENTIAL: &str = "hefu-passphrase";

/// What opens a file of secrets. It is wiped when dropped, and never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Passphrase(Zeroizing<String>);

/// Why there is no passphrase.
#[derive(Debug, Error)]
pub enum PassphraseError {
    /// It is empty.
    #[error("the passphrase is empty")]
    Empty,
    /// It is longer than any.
    #[error("the passphrase has more than {PASSPHRASE_BYTES_MAX} bytes")]
    TooLong,
    /// A new one is too short to protect anything.
    #[error("a new passphrase needs {NEW_PASSPHRASE_CHARS_MIN} characters or more")]
    TooShort,
    /// It was typed differently the second time.
    #[error("the two passphrases differ; nothing was written")]
    Differ,
    /// Its file cannot be used.
    #[error("the passphrase's file: {0}")]
    File(#[from] FileError),
    /// Nobody is there to be asked.
    #[error(
        "no passphrase: there is no terminal to ask at ({0}); name a file that holds it, or set \
         it as the systemd credential {CREDENTIAL}"
    )]
    NoTerminal(io::Error),
}

impl PassphraseError {
    /// The stable code, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "passphrase.empty",
            Self::TooLong => "passphrase.too_long",
            Self::TooShort => "passphrase.too_short",
            Self::Differ => "passphrase.differ",
            Self::File(error) => error.code(),
            Self::NoTerminal(_) => "passphrase.no_terminal",
        }
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

impl Passphrase {
    /// The passphrase of these characters.
    pub fn new(text: impl Into<Zeroizing<String>>) -> Result<Self, PassphraseError> {
        let text = text.into();
        match text.len() {
            0 => Err(PassphraseError::Empty),
            1..=PASSPHRASE_BYTES_MAX => Ok(Self(text)),
            _ => Err(PassphraseError::TooLong),
        }
    }

    /// The first line of a file that its owner alone may read.
    pub fn from_file(path: &Path) -> Result<Self, PassphraseError> {
        let bytes = files::read_private(path, PASSPHRASE_BYTES_MAX.saturating_add(2))?;
        Self::first_line(path, &bytes)
    }

    /// The credential `hefu-passphrase` that systemd has given to the service, if it has given one
    /// (`LoadCredential=` or `LoadCredentialEncrypted=`).
    pub fn from_credential() -> Option<Result<Self, PassphraseError>> {
        Self::in_credentials(std::env::var_os("CREDENTIALS_DIRECTORY"))
    }

    fn in_credentials(folder: Option<OsString>) -> Option<Result<Self, PassphraseError>> {
        let path = PathBuf::from(folder?).join(CREDENTIAL);
        // systemd guards the folder. It lets the service in by an access list, which looks in the
        // file's mode as if the group could read it.
        let read = || files::read_any(&path, PASSPHRASE_BYTES_MAX.saturating_add(2));
        path.exists().then(|| Self::first_line(&path, &read()?))
    }

    fn first_line(path: &Path, bytes: &[u8]) -> Result<Self, PassphraseError> {
        let text = files::text(path, bytes)?;
        Self::new(text.lines().next().unwrap_or_default().to_owned())
    }

    /// Asks at the terminal, which does not show what is typed.
    pub fn ask(prompt: &str) -> Result<Self, PassphraseError> {
        let typed = rpassword::prompt_password(prompt).map_err(PassphraseError::NoTerminal)?;
        Self::new(typed)
    }

    /// Asks at the terminal for a new passphrase, twice.
    pub fn ask_new(prompt: &str, again: &str) -> Result<Self, PassphraseError> {
        let first = Self::ask(prompt)?.as_new()?;
        let second = Self::ask(again)?;
        if first == second { Ok(first) } else { Err(PassphraseError::Differ) }
    }

    /// It, if it is long enough to protect something new.
    pub fn as_new(self) -> Result<Self, PassphraseError> {
        if self.0.chars().count() < NEW_PASSPHRASE_CHARS_MIN {
            return Err(PassphraseError::TooShort);
        }
        Ok(self)
    }

    /// Its bytes.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    fn code(result: Result<Passphrase, PassphraseError>) -> &'static str {
        result.map_or_else(|error| error.code(), |_| "ok")
    }

    #[test]
    fn a_passphrase_is_bounded_and_a_new_one_long_enough() {
        assert_eq!(code(Passphrase::new(String::new())), "passphrase.empty");
        assert_eq!(code(Passphrase::new("x".repeat(1_024))), "ok");
        assert_eq!(code(Passphrase::new("x".repeat(1_025))), "passphrase.too_long");
        let new = |text: &str| Passphrase::new(text.to_owned()).unwrap().as_new();
        assert_eq!(code(new("nine char")), "passphrase.too_short");
        assert_eq!(code(new("ten chars.")), "ok");
        assert_eq!(code(new("十個字以上纔算長一點")), "ok");
    }

    #[test]
    fn a_passphrase_is_never_printed() {
        let secret = Passphrase::new("tell nobody".to_owned()).unwrap();
        assert_eq!(format!("{secret:?}"), "Passphrase(…)");
    }

    #[test]
    fn a_file_gives_its_first_line_if_its_owner_alone_may_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pass");
        for text in ["open sesame", "open sesame\n", "open sesame\r\n", "open sesame\nmore"] {
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
            assert_eq!(Passphrase::from_file(&path).unwrap().as_bytes(), b"open sesame");
        }
        fs::write(&path, "\n").unwrap();
        assert_eq!(code(Passphrase::from_file(&path)), "passphrase.empty");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(code(Passphrase::from_file(&path)), "file.exposed");
    }

    #[test]
    fn a_credential_is_taken_whatever_its_mode_looks_like() {
        let folder = tempfile::tempdir().unwrap();
        let at = || Passphrase::in_credentials(Some(folder.path().into()));
        assert!(Passphrase::in_credentials(None).is_none());
        assert!(at().is_none(), "the service was given other credentials");
        let path = folder.path().join(CREDENTIAL);
        fs::write(&path, "open sesame\n").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o440)).unwrap();
        assert_eq!(at().unwrap().unwrap().as_bytes(), b"open sesame");
    }
}
