//! Transactions: envelope, signatures and what can be erased.

use super::convert::Json;
use super::error::JsonError;
use super::value::Value;
use super::{Fields, object, read_at, tagged, variants};
use crate::organisation::OrganisationId;
use crate::transaction::{
    BatchEntry, Body, Envelope, Ordering, Sealed, SignerRef, Subject, Transaction,
};
use hefu_primitives::Hash;

object!(Transaction { envelope, signatures, body });
object!(Envelope { version, genesis, kind, subject, ordering, signers, expires, payload_hash });
object!(BatchEntry { did, enrolment });
variants!(Subject { "did" => Did, "organisation" => Organisation });
variants!(Body { "payload" => Single, "entries" => Batch });

impl Json for Ordering {
    fn write(&self) -> Value {
        match self {
            Self::Creation => Value::tagged("creation", Value::object([])),
            Self::Holder { sequence, previous } => {
                let place =
                    [("sequence", Some(sequence.write())), ("previous", Some(previous.write()))];
                Value::tagged("holder", Value::object(place))
            }
            Self::Authority { reference } => {
                let reference = [("reference", Some(reference.write()))];
                Value::tagged("authority", Value::object(reference))
            }
        }
    }

    fn read(value: &Value) -> Result<Self, JsonError> {
        let (tag, inner) = tagged(value, &["creation", "holder", "authority"])?;
        read_ordering(tag, inner).map_err(|error| error.in_field(tag))
    }
}

fn read_ordering(tag: &str, inner: &Value) -> Result<Ordering, JsonError> {
    match tag {
        "holder" => {
            let place = Fields::of(inner, &["sequence", "previous"])?;
            let (sequence, previous) = (place.get("sequence")?, place.get("previous")?);
            Ok(Ordering::Holder { sequence, previous })
        }
        "authority" => {
            let reference = Fields::of(inner, &["reference"])?.get("reference")?;
            Ok(Ordering::Authority { reference })
        }
        _ => Fields::of(inner, &[]).map(|_| Ordering::Creation),
    }
}

impl Json for SignerRef {
    fn write(&self) -> Value {
        match self {
            Self::Organisation { organisation, key } => {
                let who = [("number", Some(organisation.write())), ("key", Some(key.write()))];
                Value::tagged("organisation", Value::object(who))
            }
            Self::Control(place) => Value::tagged("control", place.write()),
            Self::Controller(place) => Value::tagged("controller", place.write()),
            Self::Possession(place) => Value::tagged("possession", place.write()),
        }
    }

    fn read(value: &Value) -> Result<Self, JsonError> {
        let known = ["organisation", "control", "controller", "possession"];
        let (tag, inner) = tagged(value, &known)?;
        match tag {
            "control" => read_at(tag, inner).map(Self::Control),
            "controller" => read_at(tag, inner).map(Self::Controller),
            "possession" => read_at(tag, inner).map(Self::Possession),
            _ => read_organisation(inner).map_err(|error| error.in_field(tag)),
        }
    }
}

fn read_organisation(inner: &Value) -> Result<SignerRef, JsonError> {
    let who = Fields::of(inner, &["number", "key"])?;
    let organisation: OrganisationId = who.get("number")?;
    Ok(SignerRef::Organisation { organisation, key: who.get("key")? })
}

impl<T: Json> Json for Sealed<T> {
    fn write(&self) -> Value {
        match self {
            Self::Open { salt, value } => {
                Value::object([("salt", Some(salt.write())), ("value", Some(value.write()))])
            }
            Self::Erased(hash) => Value::tagged("erased", hash.write()),
        }
    }

    fn read(value: &Value) -> Result<Self, JsonError> {
        let fields = Fields::of(value, &["salt", "value", "erased"])?;
        if let Some(hash) = fields.get::<Option<Hash>>("erased")? {
            Fields::of(value, &["erased"])?;
            return Ok(Self::Erased(hash));
        }
        Ok(Self::Open { salt: fields.get("salt")?, value: fields.get("value")? })
    }
}
