//! How single values are written and read: numbers, bytes, texts, lists.

use super::error::{Fault, JsonError};
use super::fields::wrong_kind;
use super::value::Value;
use crate::did::{DidId, NetworkName};
use crate::key::KeyBytes;
use crate::organisation::OrganisationId;
use crate::text::{Label, Reference, Title};
use crate::transaction::Salt;
use data_encoding::HEXLOWER;
use hefu_primitives::{
    BoundedVec, GenesisHash, Hash, Incarnation, PublicKey, Signature, Timestamp,
};

/// What has a JSON form.
pub trait Json: Sized {
    /// Its JSON form.
    fn write(&self) -> Value;

    /// The value of this form.
    fn read(value: &Value) -> Result<Self, JsonError>;
}

/// What stands in a field, which may be left out if it is an `Option`.
pub trait Field: Sized {
    /// What stands there, if anything.
    fn write_field(&self) -> Option<Value>;

    /// The value of what stands there, if anything does.
    fn read_field(value: Option<&Value>) -> Result<Self, JsonError>;
}

impl<T: Json> Field for T {
    fn write_field(&self) -> Option<Value> {
        Some(self.write())
    }

    fn read_field(value: Option<&Value>) -> Result<Self, JsonError> {
        value.map_or(Err(Fault::Missing.into()), T::read)
    }
}

impl<T: Json> Field for Option<T> {
    fn write_field(&self) -> Option<Value> {
        self.as_ref().map(T::write)
    }

    fn read_field(value: Option<&Value>) -> Result<Self, JsonError> {
        value.map(T::read).transpose()
    }
}

impl Json for bool {
    fn write(&self) -> Value {
        Value::Bool(*self)
    }

    fn read(value: &Value) -> Result<Self, JsonError> {
        match value {
            Value::Bool(value) => Ok(*value),
            _ => Err(wrong_kind("true or false", value)),
        }
    }
}

macro_rules! numbers {
    ($($number:ty),+) => {$(
        impl Json for $number {
            fn write(&self) -> Value {
                Value::Number(u64::from(*self))
            }

            fn read(value: &Value) -> Result<Self, JsonError> {
                let number = match value {
                    Value::Number(number) => Self::try_from(*number).ok(),
                    _ => None,
                };
                let expected = || format!("a whole number from 0 to {}", Self::MAX);
                number.ok_or_else(|| wrong_kind(expected(), value))
            }
        }
    )+};
}

numbers!(u8, u16, u32, u64);

impl<const N: usize> Json for [u8; N] {
    fn write(&self) -> Value {
        Value::Text(HEXLOWER.encode(self))
    }

    fn read(value: &Value) -> Result<Self, JsonError> {
        let digits = N.saturating_mul(2);
        let Value::Text(text) = value else {
            return Err(wrong_kind(format!("a text of {digits} hexadecimal digits"), value));
        };
        let bytes = HEXLOWER.decode(text.as_bytes()).ok();
        let bytes = bytes.and_then(|bytes| <[u8; N]>::try_from(bytes).ok());
        bytes.ok_or_else(|| Fault::Hex { digits }.into())
    }
}

/// Types that stand for other values: how to get at these, and how to come back.
macro_rules! wrappers {
    ($($name:ident($inner:ty): $unwrap:expr, $wrap:expr;)+) => {$(
        impl Json for $name {
            fn write(&self) -> Value {
                let unwrap: fn(&Self) -> $inner = $unwrap;
                unwrap(self).write()
            }

            fn read(value: &Value) -> Result<Self, JsonError> {
                <$inner>::read(value).map($wrap)
            }
        }
    )+};
}

wrappers! {
    Hash([u8; 32]): |hash| *hash.as_bytes(), Self::from_bytes;
    GenesisHash(Hash): |hash| *hash.hash(), Self::new;
    KeyBytes([u8; 32]): |key| *key.as_bytes(), Self::from_bytes;
    Salt([u8; 32]): |salt| *salt.as_bytes(), Self::from_bytes;
    Signature([u8; 64]): |signature| *signature.as_bytes(), Self::from_bytes;
    Incarnation([u8; 16]): |incarnation| *incarnation.as_bytes(), Self::from_bytes;
    OrganisationId(u16): |id| id.get(), Self::new;
    Timestamp(u64): |time| time.get(), Self::new;
}

impl Json for PublicKey {
    fn write(&self) -> Value {
        self.as_bytes().write()
    }

    fn read(value: &Value) -> Result<Self, JsonError> {
        let bytes = <[u8; 32]>::read(value)?;
        Self::from_bytes(&bytes).map_err(|error| Fault::Wrong(error.to_string()).into())
    }
}

macro_rules! texts {
    ($($name:ident),+) => {$(
        impl Json for $name {
            fn write(&self) -> Value {
                Value::Text(self.to_string())
            }

            fn read(value: &Value) -> Result<Self, JsonError> {
                let Value::Text(text) = value else {
                    return Err(wrong_kind("a text", value));
                };
                text.parse().map_err(|error: <Self as std::str::FromStr>::Err| {
                    Fault::Wrong(error.to_string()).into()
                })
            }
        }
    )+};
}

texts!(DidId, NetworkName, Label, Reference, Title);

impl<T: Json> Json for Box<T> {
    fn write(&self) -> Value {
        self.as_ref().write()
    }

    fn read(value: &Value) -> Result<Self, JsonError> {
        T::read(value).map(Self::new)
    }
}

impl<T: Json, const MAX: usize> Json for BoundedVec<T, MAX> {
    fn write(&self) -> Value {
        Value::List(self.iter().map(T::write).collect())
    }

    fn read(value: &Value) -> Result<Self, JsonError> {
        let Value::List(elements) = value else {
            return Err(wrong_kind("a list", value));
        };
        if elements.len() > MAX {
            return Err(Fault::TooMany { max: MAX, got: elements.len() }.into());
        }
        let numbered = elements.iter().enumerate();
        let read = numbered.map(|(at, element)| T::read(element).map_err(|e| e.in_element(at)));
        Ok(Self::first_of(read.collect::<Result<Vec<T>, JsonError>>()?))
    }
}
