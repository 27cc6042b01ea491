//! Why a JSON text is refused: where, and what would be right.

use std::fmt;
use thiserror::Error;

/// Why a JSON text is not the value that it should be.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub struct JsonError {
    /// The way to the field, such as `envelope.signers[2].key`; empty for the whole text.
    pub path: String,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong at one place.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Fault {
    /// The text is longer than any value of its type may be.
    #[error("{got_bytes} bytes, where at most {max_bytes} are allowed")]
    TooLong {
        /// The limit for this type.
        max_bytes: usize,
        /// The length of the text.
        got_bytes: usize,
    },
    /// It is not JSON, nests too deeply, or is followed by something else.
    #[error("not one JSON value: {0}")]
    Syntax(String),
    /// Another kind of value is needed.
    #[error("{expected} is needed, where {got} stands")]
    Kind {
        /// What is needed.
        expected: String,
        /// What stands there.
        got: &'static str,
    },
    /// A field is missing.
    #[error("this field is missing")]
    Missing,
    /// A field that means nothing here.
    #[error("no field of this name is known here; there are: {known}")]
    Unknown {
        /// The names that are known.
        known: String,
    },
    /// A field stands twice.
    #[error("this field stands twice")]
    Repeated,
    /// Not exactly one of several forms.
    #[error("an object with exactly one of these keys is needed: {known}")]
    Form {
        /// The keys.
        known: String,
    },
    /// Not one of several words.
    #[error("one of these words is needed: {known}")]
    Word {
        /// The words.
        known: String,
    },
    /// Not so many bytes in hexadecimal.
    #[error("{digits} hexadecimal digits in lower case are needed")]
    Hex {
        /// Two for each byte.
        digits: usize,
    },
    /// More elements than a list may have.
    #[error("{got} elements, where at most {max} are allowed")]
    TooMany {
        /// The limit.
        max: usize,
        /// How many there are.
        got: usize,
    },
    /// The right kind of value, but not one of its type.
    #[error("{0}")]
    Wrong(String),
}

/// How much of a name from outside is repeated in an answer, in characters.
const NAME_CHARS_MAX: usize = 64;

impl JsonError {
    /// The same, seen from the object whose field `name` it lies in.
    #[must_use]
    pub(crate) fn in_field(self, name: &str) -> Self {
        let name: String = name.chars().take(NAME_CHARS_MAX).flat_map(char::escape_debug).collect();
        self.behind(&name)
    }

    /// The same, seen from the list whose element at `place` it lies in.
    #[must_use]
    pub(crate) fn in_element(self, place: usize) -> Self {
        self.behind(&format!("[{place}]"))
    }

    fn behind(self, step: &str) -> Self {
        let joint = if self.path.is_empty() || self.path.starts_with('[') { "" } else { "." };
        Self { path: format!("{step}{joint}{}", self.path), ..self }
    }

    /// The stable code, for programs.
    pub const fn code(&self) -> &'static str {
        match self.fault {
            Fault::TooLong { .. } => "json.too_long",
            Fault::Syntax(_) => "json.syntax",
            Fault::Kind { .. } => "json.kind",
            Fault::Missing => "json.missing",
            Fault::Unknown { .. } => "json.unknown",
            Fault::Repeated => "json.repeated",
            Fault::Form { .. } => "json.form",
            Fault::Word { .. } => "json.word",
            Fault::Hex { .. } => "json.hex",
            Fault::TooMany { .. } => "json.too_many",
            Fault::Wrong(_) => "json.wrong",
        }
    }
}

impl From<Fault> for JsonError {
    fn from(fault: Fault) -> Self {
        Self { path: String::new(), fault }
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joint = if self.path.is_empty() { "" } else { ": " };
        write!(f, "{}{joint}{}", self.path, self.fault)
    }
}
