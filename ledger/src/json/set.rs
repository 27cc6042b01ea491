//! Sets of words, which are one byte in the canonical form.

use super::convert::Json;
use super::error::{Fault, JsonError};
use super::value::Value;
use super::words::read_word;
use crate::organisation::{Role, Roles};
use crate::record::Relationships;

/// The words whose bits are set. A set with a bit that has no word is written as its number, so
/// that what is wrong with it is seen and nothing is lost.
fn write_set(bits: u8, table: &[(u8, &str)]) -> Value {
    if !is_named(bits, table) {
        return Value::Number(u64::from(bits));
    }
    let set = table.iter().filter(|(bit, _)| bits & bit != 0);
    Value::List(set.map(|(_, word)| Value::Text((*word).to_owned())).collect())
}

fn read_set(value: &Value, table: &[(u8, &str)]) -> Result<u8, JsonError> {
    let Value::List(words) = value else {
        let number = u8::read(value).ok().filter(|bits| !is_named(*bits, table));
        return number.ok_or_else(|| super::fields::wrong_kind("a list of words", value));
    };
    let mut bits = 0;
    for (at, word) in words.iter().enumerate() {
        let bit = read_word(word, table).map_err(|error| error.in_element(at))?;
        if bits & bit != 0 {
            return Err(JsonError::from(Fault::Repeated).in_element(at));
        }
        bits |= bit;
    }
    Ok(bits)
}

fn is_named(bits: u8, table: &[(u8, &str)]) -> bool {
    table.iter().fold(bits, |rest, (bit, _)| rest & !bit) == 0
}

fn relationships() -> [(u8, &'static str); 5] {
    Relationships::NAMED.map(|(one, word)| (one.bits(), word))
}

fn roles() -> [(u8, &'static str); 6] {
    Role::NAMED.map(|(role, word)| (Roles::of([role]).bits(), word))
}

impl Json for Relationships {
    fn write(&self) -> Value {
        write_set(self.bits(), &relationships())
    }

    fn read(value: &Value) -> Result<Self, JsonError> {
        read_set(value, &relationships()).map(Self::from_bits)
    }
}

impl Json for Roles {
    fn write(&self) -> Value {
        write_set(self.bits(), &roles())
    }

    fn read(value: &Value) -> Result<Self, JsonError> {
        read_set(value, &roles()).map(Self::from_bits)
    }
}
