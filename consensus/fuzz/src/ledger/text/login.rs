//! Logins and keys as they come from outside: what is read is shown as it was read.

use hefu_ledger::document::{multikey, parse_signature_key};
use hefu_ledger::json::JsonError;
use hefu_ledger::record::MethodKey;
use hefu_login::{Answer, Challenge};
use std::fmt::Debug;

/// A challenge, as a platform hands it to a holder.
pub(super) fn challenge(text: &str) -> bool {
    reread(text, Challenge::from_json, Challenge::to_json).is_some()
}

/// An answer, whose bytes stand for it, too.
pub(super) fn answer(text: &str) -> bool {
    let read = reread(text, Answer::from_json, Answer::to_json);
    if let Some(answer) = &read {
        assert_eq!(Answer::from_bytes(&answer.to_bytes()).as_ref(), Ok(answer));
    }
    read.is_some()
}

fn reread<T: Debug + PartialEq>(
    text: &str,
    parse: impl Fn(&str) -> Result<T, JsonError>,
    show: impl Fn(&T) -> String,
) -> Option<T> {
    match parse(text) {
        Ok(value) => {
            assert_eq!(parse(&show(&value)).as_ref(), Ok(&value));
            Some(value)
        }
        Err(error) => {
            assert!(error.code().starts_with("json."), "{error}");
            None
        }
    }
}

/// A signature key in one of its two spellings.
pub(super) fn key(text: &str) -> bool {
    let digit = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    let digits = text.len() == 64 && text.chars().all(digit);
    let parsed = parse_signature_key(text);
    match parsed {
        Some(key) if digits => assert_eq!(key.to_string(), text),
        Some(key) => assert_eq!(multikey(&MethodKey::Ed25519(key)), text),
        None => assert!(!digits, "{text}"),
    }
    parsed.is_some()
}

/// A host name in lower case, and perhaps a port.
pub(super) fn is_domain(text: &str) -> bool {
    let (host, port) = text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port)));
    let inner = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '-');
    let label = |label: &str| {
        let edges = label.starts_with('-') || label.ends_with('-');
        !edges && (1..=63).contains(&label.len()) && label.chars().all(inner)
    };
    let is_port = |port: &str| {
        let number = port.chars().all(|c| c.is_ascii_digit()) && !port.starts_with('0');
        number && port.parse::<u16>().is_ok()
    };
    text.len() <= 253 && host.split('.').all(label) && port.is_none_or(is_port)
}
