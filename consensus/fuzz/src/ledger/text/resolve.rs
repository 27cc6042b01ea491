//! What callers of a resolver send: DID URLs, options, `Accept` headers.

use crate::ledger::town::town;
use hefu_ledger::Did;
use hefu_ledger::document::{parse_datetime, show_datetime};
use hefu_ledger::resolution::{DidUrl, MediaType, Options, Resolution, Resolver, negotiate};
use std::collections::BTreeSet;

/// A DID URL: its parts, put together again, are the text.
pub(super) fn url(text: &str) -> bool {
    let Ok(url) = DidUrl::parse(text) else { return false };
    let rest = text.strip_prefix(&url.did).and_then(|rest| rest.strip_prefix(&url.path));
    let rest = rest.unwrap_or_else(|| panic!("{url:?} of {text:?}"));
    let (before, fragment) = match rest.split_once('#') {
        Some((before, fragment)) => (before, Some(fragment)),
        None => (rest, None),
    };
    assert_eq!(url.raw_fragment.as_deref(), fragment, "{text:?}");
    assert_eq!(url.fragment.is_some(), fragment.is_some(), "{text:?}");
    assert!(before.is_empty() || before.starts_with('?'), "{url:?} of {text:?}");
    assert!(url.path.is_empty() || url.path.starts_with('/'), "{url:?} of {text:?}");
    let names: BTreeSet<_> = url.parameters.iter().map(|(name, _)| name).collect();
    assert_eq!(names.len(), url.parameters.len(), "a name stands twice in {text:?}");
    assert_eq!(before.is_empty(), url.parameters.is_empty(), "{url:?} of {text:?}");
    true
}

/// An `Accept` header: whatever is chosen was offered, and the order in which forms are offered
/// does not decide whether there is one.
pub(super) fn accept(text: &str) -> bool {
    let mut offered = MediaType::OF_RESOLUTION;
    let chosen = negotiate(text, &offered);
    assert!(chosen.is_none_or(|form| offered.contains(&form)), "{chosen:?} for {text:?}");
    offered.reverse();
    assert_eq!(negotiate(text, &offered).is_some(), chosen.is_some(), "{text:?}");
    chosen.is_some()
}

/// A time: it is shown as it was read, and it is one of the calendar's.
pub(super) fn time(text: &str) -> bool {
    let parsed = parse_datetime(text);
    assert_eq!(parsed.is_some(), is_time(text), "{text:?}");
    if let Some(time) = parsed {
        assert_eq!(show_datetime(time), text);
        assert_eq!(time.get() % 1_000, 0, "{text:?}");
    }
    parsed.is_some()
}

/// `YYYY-MM-DDThh:mm:ssZ`, from 1970 on.
fn is_time(text: &str) -> bool {
    let mut shape = text.bytes().zip(b"0000-00-00T00:00:00Z");
    let fits = |(got, wanted): (u8, &u8)| match wanted {
        b'0' => got.is_ascii_digit(),
        other => got == *other,
    };
    if text.len() != 20 || !shape.all(fits) {
        return false;
    }
    let number = |from: usize, to: usize| text[from..to].parse::<u32>().unwrap_or(u32::MAX);
    let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    let clock = [(11, 24), (14, 60), (17, 60)];
    let in_day = clock.iter().all(|(at, end)| number(*at, at + 2) < *end);
    year >= 1970 && (1..=days).contains(&day) && in_day
}

/// A request: the DID or URL, an `Accept` header, then options, each on a line of its own. A
/// document is found only for a DID of the town, and shown under the name that was asked for.
pub(super) fn request(text: &str) -> bool {
    let mut lines = text.split('\n');
    let asked = lines.next().unwrap_or_default();
    let accept = lines.next().filter(|line| !line.is_empty());
    let named = lines.map(|line| line.split_once('=').unwrap_or((line, "")));
    let Ok(options) = Options::of(accept, named) else { return false };
    let chain = &town().chain;
    let network = &chain.world.genesis.network;
    let resolver = Resolver::new(&chain.store, network, chain.world.now);
    let found = resolver.resolve(asked, &options);
    check_resolution(asked, &found);
    let part = resolver.dereference(asked, &options);
    assert!(serde_json::to_string(&part).is_ok(), "{part:?}");
    assert!((200..600).contains(&part.http_status()), "{part:?}");
    found.did_document.is_some() || part.content.is_some()
}

fn check_resolution(asked: &str, found: &Resolution) {
    assert!(serde_json::to_string(found).is_ok(), "{found:?}");
    assert!((200..600).contains(&found.http_status()), "{found:?}");
    let Some(document) = &found.did_document else { return };
    assert_eq!(document.id, asked, "{found:?}");
    let did: Did = asked.parse().unwrap_or_else(|error| panic!("{asked:?}: {error}"));
    assert_eq!(did.network, town().chain.world.genesis.network);
}
