//! The genesis file: JSON that founders can read before they sign.
//!
//! It is read into a [`SignedGenesis`], whose canonical bytes are what is hashed; how the file is
//! indented or ordered does not matter. Keys are in lower-case hexadecimal, the start is a time
//! of RFC 3339, and a rule is `{"count": 2, "role": "member"}`, `{"all": […]}` or `{"any": […]}`.

use super::{Agreement, Founder, FounderSignature, Genesis, SignedGenesis};
use crate::json::{
    self, Fault, Fields, Json, JsonError, Value, object, parse_time, read_at, tagged, time_text,
};
use crate::limits::GENESIS_BYTES_MAX;
use crate::parameters::{Caps, Parameters};
use crate::rule::{AuthRule, Rules};
use hefu_primitives::limits::VALIDATORS_MAX;
use hefu_primitives::{BoundedVec, Timestamp, Validator, ValidatorSet};

impl SignedGenesis {
    /// The text of the file.
    pub fn to_file(&self) -> String {
        json::to_text(self)
    }

    /// What a file says. Neither genesis nor signatures are checked yet.
    pub fn from_file(text: &str) -> Result<Self, JsonError> {
        json::parse(text, GENESIS_BYTES_MAX)
    }
}

object!(SignedGenesis { genesis, signatures });
object!(FounderSignature { organisation, key, signature });
object!(Founder { id, name, roles, keys });
object!(Agreement { delta_ms });
object!(Validator { key, incarnation });
object!(Caps { enrolments, suspensions, revocations });
object!(Parameters {
    authority_window_ms,
    suspension_max_ms,
    suspension_rest_ms,
    retention_ms,
    cap_window_ms,
    caps,
});
object!(Rules { suspend, suspend_legal, reinstate, revoke, admit, update_organisation, anchor });

/// A time that people read.
struct Start(Timestamp);

impl Json for Start {
    fn write(&self) -> Value {
        Value::Text(time_text(self.0))
    }

    fn read(value: &Value) -> Result<Self, JsonError> {
        match value {
            Value::Text(text) => parse_time(text).map(Self),
            _ => Err(Fault::Kind { expected: "a time".to_owned(), got: value.kind() }.into()),
        }
    }
}

const GENESIS_FIELDS: [&str; 9] = [
    "protocol_version",
    "network",
    "development",
    "start",
    "validators",
    "organisations",
    "rules",
    "parameters",
    "agreement",
];

impl Json for Genesis {
    fn write(&self) -> Value {
        let values = [
            self.protocol_version.write(),
            self.network.write(),
            self.development.write(),
            Start(self.start).write(),
            self.validators.write(),
            self.organisations.write(),
            self.rules.write(),
            self.parameters.write(),
            self.agreement.write(),
        ];
        Value::object(GENESIS_FIELDS.into_iter().zip(values.map(Some)))
    }

    fn read(value: &Value) -> Result<Self, JsonError> {
        let fields = Fields::of(value, &GENESIS_FIELDS)?;
        Ok(Self {
            protocol_version: fields.get("protocol_version")?,
            network: fields.get("network")?,
            development: fields.get("development")?,
            start: fields.get::<Start>("start")?.0,
            validators: fields.get("validators")?,
            organisations: fields.get("organisations")?,
            rules: fields.get("rules")?,
            parameters: fields.get("parameters")?,
            agreement: fields.get("agreement")?,
        })
    }
}

impl Json for ValidatorSet {
    fn write(&self) -> Value {
        Value::List(self.iter().map(|(_, member)| member.write()).collect())
    }

    fn read(value: &Value) -> Result<Self, JsonError> {
        let members = BoundedVec::<Validator, VALIDATORS_MAX>::read(value)?;
        Self::new(members.to_vec()).map_err(|error| Fault::Wrong(error.to_string()).into())
    }
}

impl Json for AuthRule {
    fn write(&self) -> Value {
        match self {
            Self::Signatures { count, role } => {
                Value::object([("count", Some(count.write())), ("role", Some(role.write()))])
            }
            Self::All(rules) => Value::tagged("all", rules.write()),
            Self::Any(rules) => Value::tagged("any", rules.write()),
        }
    }

    fn read(value: &Value) -> Result<Self, JsonError> {
        if let Value::Object(fields) = value
            && fields.iter().any(|(name, _)| name == "count" || name == "role")
        {
            let fields = Fields::of(value, &["count", "role"])?;
            let (count, role) = (fields.get("count")?, fields.get("role")?);
            return Ok(Self::Signatures { count, role });
        }
        let known = ["all", "any"];
        let (tag, branches) = tagged(value, &known)?;
        match tag {
            "all" => read_at(tag, branches).map(Self::All),
            _ => read_at(tag, branches).map(Self::Any),
        }
    }
}
