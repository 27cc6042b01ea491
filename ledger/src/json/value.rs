//! JSON as a tree: what is kept of a text before anybody knows what it is to mean.

use super::error::{Fault, JsonError};
use crate::limits::{JSON_DEPTH_MAX, JSON_VALUES_MAX};
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Deserializer, Serialize, Serializer};
use std::cell::Cell;
use std::fmt;

/// A JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Number(u64),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Value>),
    /// Fields in their order. As they were read, a name may stand twice: whoever takes them
    /// refuses that, and can say where.
    Object(Vec<(String, Value)>),
    /// What JSON has and no value of ours is written with, described in words.
    Foreign(&'static str),
}

impl Value {
    /// An object of those fields that are there.
    pub fn object(fields: impl IntoIterator<Item = (&'static str, Option<Self>)>) -> Self {
        let there = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        Self::Object(there.collect())
    }

    /// An object whose only key tells what it is.
    pub fn tagged(tag: &'static str, value: Self) -> Self {
        Self::object([(tag, Some(value))])
    }

    /// What kind of value it is, in words.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Bool(_) => "true or false",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
            Self::Foreign(what) => what,
        }
    }
}

/// The tree of a text.
pub(crate) fn parse(text: &str, max_bytes: usize) -> Result<Value, JsonError> {
    let got_bytes = text.len();
    if got_bytes > max_bytes {
        return Err(Fault::TooLong { max_bytes, got_bytes }.into());
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let tree = Tree { depth: JSON_DEPTH_MAX, values: &Cell::new(JSON_VALUES_MAX) };
    let value = tree.deserialize(&mut deserializer);
    let whole = value.and_then(|value| deserializer.end().map(|()| value));
    whole.map_err(|error| Fault::Syntax(error.to_string()).into())
}

/// Reads a tree that nests at most this deep and has at most so many values: two bytes of text
/// could ask for fifty bytes of memory otherwise.
#[derive(Clone, Copy)]
struct Tree<'a> {
    depth: usize,
    values: &'a Cell<usize>,
}

impl Tree<'_> {
    fn below<E: Error>(self) -> Result<Self, E> {
        let depth = self.depth.checked_sub(1);
        let deep = || E::custom(format_args!("it nests more than {JSON_DEPTH_MAX} times"));
        depth.map(|depth| Self { depth, ..self }).ok_or_else(deep)
    }

    fn count<E: Error>(self) -> Result<(), E> {
        let left = self.values.get().checked_sub(1);
        let many = || E::custom(format_args!("it has more than {JSON_VALUES_MAX} values"));
        left.map(|left| self.values.set(left)).ok_or_else(many)
    }
}

impl<'de> DeserializeSeed<'de> for Tree<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.count()?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tree<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Number(number))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Value, E> {
        Ok(Value::Foreign("a negative number"))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Value, E> {
        Ok(Value::Foreign("a number with a fraction or an exponent, or beyond 2^64"))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Foreign("null"))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let below = self.below()?;
        let mut elements = Vec::new();
        while let Some(element) = list.next_element_seed(below)? {
            elements.push(element);
        }
        Ok(Value::List(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let below = self.below()?;
        let mut fields = Vec::new();
        while let Some(name) = map.next_key()? {
            fields.push((name, map.next_value_seed(below)?));
        }
        Ok(Value::Object(fields))
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(number) => serializer.serialize_u64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(elements) => {
                let mut list = serializer.serialize_seq(Some(elements.len()))?;
                elements.iter().try_for_each(|element| list.serialize_element(element))?;
                list.end()
            }
            Self::Object(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                fields.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))?;
                map.end()
            }
            Self::Foreign(_) => serializer.serialize_unit(),
        }
    }
}
