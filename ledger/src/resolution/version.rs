//! Versions of a document: what names them, and how past ones are found and checked.

use super::error::{Missing, ResolutionError};
use super::options::Selector;
use crate::ReadError;
use crate::did::DidId;
use crate::limits::STATE_VALUE_BYTES_MAX;
use crate::log::{LogEntry, LogHead};
use crate::record::{Content, DidRecord};
use crate::store::Store;
use data_encoding::HEXLOWER;
use hefu_primitives::hash::Purpose;
use hefu_primitives::{Hash, Timestamp, codec};
use std::fmt;
use std::str::FromStr;

/// Bytes of a log head that stand in a version's name.
const PREFIX_BYTES: usize = 8;

/// Entries of a log that are read at once: some 100 KiB.
const LOG_READ_AT_ONCE: usize = 1_024;

/// What names a version: how many operations led to it, and how their log's hash begins. So a
/// name cannot come to mean another version, whatever a store says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VersionId {
    number: u32,
    prefix: [u8; PREFIX_BYTES],
}

/// A version, its place among the others, and the moment at which it is looked at.
pub(super) struct Version {
    pub(super) content: Content,
    /// The log up to and with the operation that made it.
    pub(super) head: LogHead,
    /// The log up to and with the operation that replaced it.
    pub(super) next: Option<LogHead>,
    pub(super) seen: Timestamp,
}

impl VersionId {
    /// The name of the version after which a log came to `head`.
    pub fn of(head: &LogHead) -> Self {
        let mut prefix = [0; PREFIX_BYTES];
        prefix.iter_mut().zip(head.hash.as_bytes()).for_each(|(to, from)| *to = *from);
        Self { number: head.length, prefix }
    }
}

impl fmt::Display for VersionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.number, HEXLOWER.encode(&self.prefix))
    }
}

impl FromStr for VersionId {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let wrong = "versionId is a number, a hyphen and 16 lower-case hexadecimal digits";
        let (number, prefix) = text.split_once('-').ok_or(wrong)?;
        let bytes = HEXLOWER.decode(prefix.as_bytes()).map_err(|_| wrong)?;
        let prefix = bytes.try_into().map_err(|_| wrong)?;
        let id = Self { number: number.parse().map_err(|_| wrong)?, prefix };
        // One spelling each: no leading zeros or signs.
        if id.to_string() == text { Ok(id) } else { Err(wrong) }
    }
}

impl Version {
    /// The version of a DID that `selector` means. To find a past one, the whole log is read and
    /// must come to the head that the record has: what a store has lost or changed is noticed.
    pub(super) fn select<S: Store + ?Sized>(
        store: &S,
        did: &DidId,
        record: &DidRecord,
        selector: Selector,
        now: Timestamp,
    ) -> Result<Self, ResolutionError> {
        if selector == Selector::Latest {
            let content = record.content.clone();
            return Ok(Self { content, head: record.log, next: None, seen: now });
        }
        let Some(Walk { entry, head, next }) = walk(store, did, &record.log, selector)? else {
            return Err(absent(selector, record).into());
        };
        if let Selector::Id(id) = selector
            && id != VersionId::of(&head)
        {
            return Err(Missing::Version(id).into());
        }
        let content = match next {
            None => record.content.clone(),
            Some(_) => past_content(store, did, &entry, &head)?,
        };
        Ok(Self { content, head, next, seen: moment(selector, next.as_ref(), now) })
    }
}

/// A version that was found in a log.
struct Walk {
    entry: LogEntry,
    head: LogHead,
    next: Option<LogHead>,
}

fn absent(selector: Selector, record: &DidRecord) -> Missing {
    match selector {
        Selector::Id(id) => Missing::Version(id),
        _ => Missing::NotYet { created: record.content.created },
    }
}

/// When a version is looked at: at the end of the second that was asked for, or else at the last
/// moment at which it was in force.
fn moment(selector: Selector, next: Option<&LogHead>, now: Timestamp) -> Timestamp {
    let replaced = next.map_or(now, |next| next.time.saturating_sub(1));
    match selector {
        Selector::Time(second) => second.saturating_add(999).min(replaced).min(now),
        _ => replaced.min(now),
    }
}

/// Reads a whole log, which must come to `expected`, and picks the last version that `selector`
/// means.
fn walk<S: Store + ?Sized>(
    store: &S,
    did: &DidId,
    expected: &LogHead,
    selector: Selector,
) -> Result<Option<Walk>, ReadError> {
    let mut head = LogHead::default();
    let mut found: Option<Walk> = None;
    while head.length < expected.length {
        let entries = store.log(did, head.length, LOG_READ_AT_ONCE)?;
        if entries.is_empty() {
            break;
        }
        for entry in entries {
            head = head.then(&entry);
            match &mut found {
                _ if is_meant(selector, &head) => found = Some(Walk { entry, head, next: None }),
                Some(walk) if walk.next.is_none() => walk.next = Some(head),
                _ => {}
            }
        }
    }
    if head != *expected {
        return Err(ReadError::Damaged(format!("the log of {did} is not the one of its record")));
    }
    Ok(found)
}

/// Whether the version at `head` is meant, unless a later one is.
fn is_meant(selector: Selector, head: &LogHead) -> bool {
    match selector {
        Selector::Latest => true,
        Selector::Id(id) => id.number == head.length,
        Selector::Time(second) => head.time <= second.saturating_add(999),
    }
}

/// A past version, which must hash to what the log says.
fn past_content<S: Store + ?Sized>(
    store: &S,
    did: &DidId,
    entry: &LogEntry,
    head: &LogHead,
) -> Result<Content, ResolutionError> {
    let erased = Missing::Erased(VersionId::of(head));
    let bytes = store.version(did, head.length.saturating_sub(1))?.ok_or(erased)?;
    if Hash::of(Purpose::Content, &bytes) != entry.content {
        let what = format!("version {} of {did} does not hash to what its log says", head.length);
        return Err(ReadError::Damaged(what).into());
    }
    let (_, content): (Hash, Content) = codec::decode(&bytes, STATE_VALUE_BYTES_MAX)
        .map_err(|error| ReadError::Damaged(format!("a version of {did}: {error}")))?;
    Ok(content)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn id(number: u32, byte: u8) -> VersionId {
        let hash = Hash::from_bytes([byte; 32]);
        VersionId::of(&LogHead { hash, length: number, ..LogHead::default() })
    }

    #[test]
    fn a_version_is_named_by_its_number_and_the_beginning_of_its_hash() {
        assert_eq!(id(3, 0x9f).to_string(), "3-9f9f9f9f9f9f9f9f");
    }

    #[test]
    fn a_version_has_one_name() {
        for wrong in [
            "3",
            "3-",
            "3-9f",
            "-9f9f9f9f9f9f9f9f",
            "03-9f9f9f9f9f9f9f9f",
            "+3-9f9f9f9f9f9f9f9f",
            "3-9F9F9F9F9F9F9F9F",
            "3-9f9f9f9f9f9f9f9f9f",
            "4294967296-9f9f9f9f9f9f9f9f",
            "",
        ] {
            assert!(wrong.parse::<VersionId>().is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn a_name_is_read_as_it_is_written(number: u32, byte: u8) {
            prop_assert_eq!(id(number, byte).to_string().parse(), Ok(id(number, byte)));
        }
    }
}
