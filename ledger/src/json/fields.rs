//! Objects: fields that are all known, each once.

use super::convert::{Field, Json};
use super::error::{Fault, JsonError};
use super::value::Value;
use std::collections::BTreeSet;

/// The fields of an object that is being read.
#[derive(Clone, Copy, Debug)]
pub struct Fields<'a>(&'a [(String, Value)]);

impl<'a> Fields<'a> {
    /// The fields of `value`, an object without others than the `known` ones, each at most once.
    pub fn of(value: &'a Value, known: &[&str]) -> Result<Self, JsonError> {
        let fields = Self::any(value)?;
        let mut seen = BTreeSet::new();
        for (name, _) in fields.0 {
            if !known.contains(&name.as_str()) {
                let fault = Fault::Unknown { known: listed(known) };
                return Err(JsonError::from(fault).in_field(name));
            }
            if !seen.insert(name) {
                return Err(JsonError::from(Fault::Repeated).in_field(name));
            }
        }
        Ok(fields)
    }

    /// The fields of `value`, whatever they are.
    fn any(value: &'a Value) -> Result<Self, JsonError> {
        match value {
            Value::Object(fields) => Ok(Self(fields)),
            _ => Err(wrong_kind("an object", value)),
        }
    }

    /// The field `name` as what it should be.
    pub fn get<T: Field>(&self, name: &str) -> Result<T, JsonError> {
        let field = self.0.iter().find(|field| field.0 == name);
        T::read_field(field.map(|field| &field.1)).map_err(|error| error.in_field(name))
    }
}

/// Names or words in one line.
pub(crate) fn listed(known: &[&str]) -> String {
    if known.is_empty() { "none".to_owned() } else { known.join(", ") }
}

/// A value of another kind stands where `expected` should.
pub(crate) fn wrong_kind(expected: impl Into<String>, value: &Value) -> JsonError {
    Fault::Kind { expected: expected.into(), got: value.kind() }.into()
}

/// The only key of an object, one of the `known` ones, with its value.
pub(crate) fn tagged<'a>(
    value: &'a Value,
    known: &[&str],
) -> Result<(&'a str, &'a Value), JsonError> {
    match Fields::any(value)?.0 {
        [(tag, inner)] if known.contains(&tag.as_str()) => Ok((tag, inner)),
        _ => Err(Fault::Form { known: listed(known) }.into()),
    }
}

/// Reads what stands under the key `tag`.
pub(crate) fn read_at<T: Json>(tag: &str, value: &Value) -> Result<T, JsonError> {
    T::read(value).map_err(|error| error.in_field(tag))
}

/// A struct whose fields have the same names in JSON.
macro_rules! object {
    ($name:ident {}) => {
        impl $crate::json::Json for $name {
            fn write(&self) -> $crate::json::Value {
                $crate::json::Value::object([])
            }

            fn read(value: &$crate::json::Value) -> Result<Self, $crate::json::JsonError> {
                $crate::json::Fields::of(value, &[]).map(|_| Self {})
            }
        }
    };
    ($name:ident $(<$inner:ident>)? { $($field:ident),+ $(,)? }) => {
        impl$(<$inner: $crate::json::Json>)? $crate::json::Json for $name$(<$inner>)? {
            fn write(&self) -> $crate::json::Value {
                $crate::json::Value::object([$((
                    stringify!($field),
                    $crate::json::Field::write_field(&self.$field),
                )),+])
            }

            fn read(value: &$crate::json::Value) -> Result<Self, $crate::json::JsonError> {
                let fields = $crate::json::Fields::of(value, &[$(stringify!($field)),+])?;
                Ok(Self { $($field: fields.get(stringify!($field))?),+ })
            }
        }
    };
}

/// An enum each of whose variants holds one value, which stands under a key that tells which.
macro_rules! variants {
    ($name:ident { $($tag:literal => $variant:ident),+ $(,)? }) => {
        impl $crate::json::Json for $name {
            fn write(&self) -> $crate::json::Value {
                match self {
                    $(Self::$variant(inner) => {
                        $crate::json::Value::tagged($tag, $crate::json::Json::write(inner))
                    })+
                }
            }

            fn read(value: &$crate::json::Value) -> Result<Self, $crate::json::JsonError> {
                let known = [$($tag),+];
                let (tag, inner) = $crate::json::tagged(value, &known)?;
                match tag {
                    $($tag => $crate::json::read_at(tag, inner).map(Self::$variant),)+
                    _ => Err($crate::json::Fault::Form { known: known.join(", ") }.into()),
                }
            }
        }
    };
}

pub(crate) use {object, variants};
