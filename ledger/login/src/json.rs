//! Challenges and answers as JSON, by the strict rules of the ledger's ([`hefu_ledger::json`]).

use crate::answer::{Answer, AnswerVersion, Stapled};
use crate::challenge::{Challenge, ChallengeVersion};
use crate::domain::Domain;
use crate::limits::{ANSWER_JSON_BYTES_MAX, CHALLENGE_JSON_BYTES_MAX, STAPLED_BYTES_MAX};
use data_encoding::HEXLOWER;
use hefu_ledger::json::{self, Fault, Fields, Json, JsonError, Value};

/// The word for the first form of a challenge and of an answer.
const V1: &str = "v1";

impl Challenge {
    /// The challenge that a text stands for. Nothing of it is checked but its form.
    pub fn from_json(text: &str) -> Result<Self, JsonError> {
        json::parse(text, CHALLENGE_JSON_BYTES_MAX)
    }

    /// Its text.
    pub fn to_json(&self) -> String {
        json::to_text(self)
    }
}

impl Answer {
    /// The answer that a text stands for. Nothing of it is checked but its form.
    pub fn from_json(text: &str) -> Result<Self, JsonError> {
        json::parse(text, ANSWER_JSON_BYTES_MAX)
    }

    /// Its text.
    pub fn to_json(&self) -> String {
        json::to_text(self)
    }
}

impl Json for Challenge {
    fn write(&self) -> Value {
        Value::object([
            ("network", Some(self.network.write())),
            ("version", Some(self.version.write())),
            ("platform", Some(self.platform.write())),
            ("domain", Some(self.domain.write())),
            ("nonce", Some(self.nonce.write())),
            ("issued_ms", Some(self.issued.write())),
            ("expires_ms", Some(self.expires.write())),
            ("purpose", Some(self.purpose.write())),
        ])
    }

    fn read(value: &Value) -> Result<Self, JsonError> {
        let known = [
            "network",
            "version",
            "platform",
            "domain",
            "nonce",
            "issued_ms",
            "expires_ms",
            "purpose",
        ];
        let fields = Fields::of(value, &known)?;
        Ok(Self {
            network: fields.get("network")?,
            version: fields.get("version")?,
            platform: fields.get("platform")?,
            domain: fields.get("domain")?,
            nonce: fields.get("nonce")?,
            issued: fields.get("issued_ms")?,
            expires: fields.get("expires_ms")?,
            purpose: fields.get("purpose")?,
        })
    }
}

impl Json for Answer {
    fn write(&self) -> Value {
        Value::object([
            ("version", Some(self.version.write())),
            ("challenge", Some(self.challenge.write())),
            ("did", Some(self.did.write())),
            ("key", Some(self.key.write())),
            ("signature", Some(self.signature.write())),
            ("bundle", Some(self.bundle.write())),
        ])
    }

    fn read(value: &Value) -> Result<Self, JsonError> {
        let known = ["version", "challenge", "did", "key", "signature", "bundle"];
        let fields = Fields::of(value, &known)?;
        Ok(Self {
            version: fields.get("version")?,
            challenge: fields.get("challenge")?,
            did: fields.get("did")?,
            key: fields.get("key")?,
            signature: fields.get("signature")?,
            bundle: fields.get("bundle")?,
        })
    }
}

impl Json for ChallengeVersion {
    fn write(&self) -> Value {
        Value::Text(V1.to_owned())
    }

    fn read(value: &Value) -> Result<Self, JsonError> {
        read_version(value).map(|()| Self::V1)
    }
}

impl Json for AnswerVersion {
    fn write(&self) -> Value {
        Value::Text(V1.to_owned())
    }

    fn read(value: &Value) -> Result<Self, JsonError> {
        read_version(value).map(|()| Self::V1)
    }
}

fn read_version(value: &Value) -> Result<(), JsonError> {
    match value {
        Value::Text(text) if text == V1 => Ok(()),
        _ => Err(Fault::Word { known: V1.to_owned() }.into()),
    }
}

fn text_of(value: &Value) -> Result<&str, JsonError> {
    match value {
        Value::Text(text) => Ok(text),
        _ => Err(Fault::Kind { expected: "a text".to_owned(), got: value.kind() }.into()),
    }
}

impl Json for Domain {
    fn write(&self) -> Value {
        Value::Text(self.to_string())
    }

    fn read(value: &Value) -> Result<Self, JsonError> {
        let domain = text_of(value)?.parse::<Self>();
        domain.map_err(|error| Fault::Wrong(error.to_string()).into())
    }
}

impl Json for Stapled {
    fn write(&self) -> Value {
        Value::Text(HEXLOWER.encode(self.as_bytes()))
    }

    fn read(value: &Value) -> Result<Self, JsonError> {
        let wrong = || {
            let most =
                format!("at most {STAPLED_BYTES_MAX} bytes in lower-case hexadecimal digits");
            JsonError::from(Fault::Wrong(most))
        };
        let bytes = HEXLOWER.decode(text_of(value)?.as_bytes()).map_err(|_| wrong())?;
        Self::new(bytes).map_err(|_| wrong())
    }
}
