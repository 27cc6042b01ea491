//! Texts from outside, given to every parser of the ledger, of logins, and of what nodes answer.
//!
//! The first byte chooses the parser. What is accepted is decided again by a grammar written out
//! here, character by character, and what is accepted is shown as it was read.

mod api;
mod json;
mod login;
mod resolve;

use hefu_ledger::did::{Did, DidId, NetworkName};
use hefu_ledger::resolution::VersionId;
use hefu_ledger::text::{Label, Reference, Title};
use hefu_login::Domain;
use std::fmt::{Debug, Display};
use std::str::FromStr;

/// One parser.
#[derive(Clone, Copy, Debug)]
pub struct Text {
    /// What it reads.
    pub name: &'static str,
    check: fn(&str) -> bool,
}

impl Text {
    /// Parses `text` and checks what comes of it; whether anything came of it.
    ///
    /// # Panics
    /// If the parser accepts what its grammar does not have, or the other way round.
    pub fn run(&self, text: &str) -> bool {
        (self.check)(text)
    }
}

/// The parsers of the ledger, of logins and of what nodes answer, in the order of the selecting byte.
pub const TEXTS: &[Text] = &[
    Text { name: "Did", check: |text| compare::<Did>(text, is_did) },
    Text { name: "DidId", check: |text| compare::<DidId>(text, is_identifier) },
    Text { name: "NetworkName", check: |text| compare::<NetworkName>(text, is_network) },
    Text { name: "Label", check: |text| compare::<Label>(text, is_label) },
    Text { name: "Reference", check: |text| compare::<Reference>(text, is_reference) },
    Text { name: "Title", check: |text| compare::<Title>(text, is_title) },
    Text { name: "VersionId", check: |text| compare::<VersionId>(text, is_version) },
    Text { name: "datetime", check: resolve::time },
    Text { name: "DidUrl", check: resolve::url },
    Text { name: "Accept", check: resolve::accept },
    Text { name: "resolution", check: resolve::request },
    Text { name: "Transaction", check: json::transaction },
    Text { name: "EnrolmentRequest", check: json::request },
    Text { name: "Genesis", check: json::genesis },
    Text { name: "Domain", check: |text| compare::<Domain>(text, login::is_domain) },
    Text { name: "SignatureKey", check: login::key },
    Text { name: "Challenge", check: login::challenge },
    Text { name: "Answer", check: login::answer },
    Text { name: "API", check: api::answer },
];

/// Target `parse_text`.
pub fn parse_text(data: &[u8]) {
    if let Some((selector, bytes)) = data.split_first() {
        let text = &TEXTS[usize::from(*selector) % TEXTS.len()];
        text.run(&String::from_utf8_lossy(bytes));
    }
}

/// Parses what is either refused by its grammar, or shown as it stands.
fn compare<T>(text: &str, grammar: fn(&str) -> bool) -> bool
where
    T: FromStr<Err: Display> + Display + Debug + PartialEq,
{
    let parsed = text.parse::<T>();
    let accepted = parsed.is_ok();
    assert_eq!(accepted, grammar(text), "{text:?}");
    match parsed {
        Ok(value) => assert_eq!(value.to_string(), text, "{value:?}"),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    accepted
}

/// `did:hefu:` network `:` identifier.
fn is_did(text: &str) -> bool {
    let parts: Vec<_> = text.split(':').collect();
    let [scheme, method, network, identifier] = parts[..] else { return false };
    scheme == "did" && method == "hefu" && is_network(network) && is_identifier(identifier)
}

/// A lower-case letter, then 1 to 15 lower-case letters, digits and hyphens.
fn is_network(text: &str) -> bool {
    let bytes = text.as_bytes();
    (2..=16).contains(&bytes.len())
        && bytes[0].is_ascii_lowercase()
        && bytes.iter().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

/// 52 characters of 5 bits hold 260: the last 4 must be zero.
fn is_identifier(text: &str) -> bool {
    let symbols = text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'2'..=b'7'));
    text.len() == 52 && symbols && text.ends_with(['a', 'q'])
}

/// A number below 2³² without leading zeros, a hyphen, 16 lower-case hexadecimal digits.
fn is_version(text: &str) -> bool {
    let Some((number, prefix)) = text.split_once('-') else { return false };
    let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let shortest = number == "0" || !number.starts_with('0');
    let hexadecimal = prefix.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let small = number.len() <= 10 && number.parse().is_ok_and(|n: u64| u32::try_from(n).is_ok());
    digits && shortest && small && prefix.len() == 16 && hexadecimal
}

fn is_label(text: &str) -> bool {
    let part = |c: char| matches!(c, 'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_' | '.');
    (1..=64).contains(&text.len()) && text.chars().all(part)
}

/// The characters of RFC 3986, 2, behind a scheme and a colon.
fn is_reference(text: &str) -> bool {
    const REST: &str = "-._~:/?#[]@!$&'()*+,;=%";
    let word = |c: char| matches!(c, 'a'..='z' | 'A'..='Z' | '0'..='9');
    let scheme: String = text.chars().take_while(|c| *c != ':').collect();
    (1..=256).contains(&text.len())
        && text.chars().all(|c| word(c) || REST.contains(c))
        && scheme.len() < text.len()
        && scheme.starts_with(|c: char| word(c) && !c.is_ascii_digit())
        && scheme.chars().all(|c| word(c) || "+-.".contains(c))
}

/// Any script, and nothing that hides: controls, marks of direction, joiners, separators.
fn is_title(text: &str) -> bool {
    let hides = |c: char| {
        let marks = [0x200b..=0x200f, 0x2028..=0x202e, 0x2060..=0x206f, 0xfeff..=0xfeff];
        let controls = [0..=0x1f, 0x7f..=0x9f];
        controls.iter().chain(&marks).any(|range| range.contains(&u32::from(c)))
    };
    (1..=128).contains(&text.len()) && !text.chars().any(hides)
}
