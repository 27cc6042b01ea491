//! Words: enums whose variants hold nothing.

use super::convert::Json;
use super::error::{Fault, JsonError};
use super::fields::{listed, wrong_kind};
use super::value::Value;
use crate::operation::OperationKind;
use crate::organisation::{Role, Standing};
use crate::record::{Assurance, Class, KeyRevocationReason, ReasonClass};
use crate::transaction::EnvelopeVersion;

/// The value among `table` whose word stands there.
pub(crate) fn read_word<T: Copy>(value: &Value, table: &[(T, &str)]) -> Result<T, JsonError> {
    let Value::Text(text) = value else {
        return Err(wrong_kind("a word", value));
    };
    let row = table.iter().find(|row| row.1 == text);
    let known = || listed(&table.iter().map(|row| row.1).collect::<Vec<_>>());
    row.map(|row| row.0).ok_or_else(|| Fault::Word { known: known() }.into())
}

/// An enum whose variants are words.
macro_rules! words {
    ($name:ident { $($variant:ident => $word:literal),+ $(,)? }) => {
        impl Json for $name {
            fn write(&self) -> Value {
                let word = match self { $(Self::$variant => $word),+ };
                Value::Text(word.to_owned())
            }

            fn read(value: &Value) -> Result<Self, JsonError> {
                read_word(value, &[$((Self::$variant, $word)),+])
            }
        }
    };
}

words!(EnvelopeVersion { V1 => "v1" });
words!(Class { Person => "person", Organisation => "organisation", Public => "public" });
words!(Assurance { One => "one", Two => "two", Three => "three" });
words!(Standing { Good => "good", Suspended => "suspended", Left => "left" });
words!(KeyRevocationReason {
    Unspecified => "unspecified",
    Superseded => "superseded",
    Compromised => "compromised",
    Ceased => "ceased",
    Ended => "ended",
});
words!(ReasonClass {
    Compromise => "compromise",
    Fraud => "fraud",
    Mistake => "mistake",
    Ceased => "ceased",
    Legal => "legal",
    Other => "other",
});

impl Json for OperationKind {
    fn write(&self) -> Value {
        Value::Text(self.name().to_owned())
    }

    fn read(value: &Value) -> Result<Self, JsonError> {
        read_word(value, &Self::NAMED.map(|(kind, name, _)| (kind, name)))
    }
}

impl Json for Role {
    fn write(&self) -> Value {
        Value::Text(self.word().to_owned())
    }

    fn read(value: &Value) -> Result<Self, JsonError> {
        read_word(value, &Self::NAMED)
    }
}
