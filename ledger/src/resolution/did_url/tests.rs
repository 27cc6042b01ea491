//! DID URLs: their parts, and every text that is none.

use super::*;
use proptest::prelude::*;
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

const DID: &str = "did:hefu:test:aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dypq";

fn parts(rest: &str) -> Result<DidUrl, DidUrlError> {
    let url = DidUrl::parse(&format!("{DID}{rest}"))?;
    assert_eq!(url.did, DID);
    Ok(url)
}

fn pairs(url: &DidUrl) -> Vec<(&str, &str)> {
    url.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

#[test]
fn a_url_is_a_did_a_path_a_query_and_a_fragment() {
    let url = parts("/a/b?service=files&relativeRef=%2Fx%3Fy%3Dz#%61%20b").unwrap();
    assert_eq!(url.path, "/a/b");
    assert_eq!(pairs(&url), [("service", "files"), ("relativeRef", "/x?y=z")]);
    assert_eq!(url.parameter("relativeRef"), Some("/x?y=z"));
    assert_eq!(url.parameter("missing"), None);
    assert_eq!(url.fragment.as_deref(), Some("a b"));
    assert_eq!(url.raw_fragment.as_deref(), Some("%61%20b"));
}

#[test]
fn every_part_but_the_did_may_be_missing() {
    let bare = parts("").unwrap();
    assert_eq!((bare.path.as_str(), pairs(&bare), &bare.fragment), ("", Vec::new(), &None));
    assert_eq!(parts("#").unwrap().fragment.as_deref(), Some(""));
    assert_eq!(pairs(&parts("?a=b/c?d&flag").unwrap()), [("a", "b/c?d"), ("flag", "")]);
    assert_eq!(parts("?a=/b#c/d").unwrap().path, "");
    assert_eq!(parts("?a=1+2").unwrap().parameter("a"), Some("1+2"), "a plus is a plus");
}

#[test]
fn what_breaks_the_grammar_is_no_url() {
    for rest in [" ", "?a b", "#a#b", "?a=%", "?a=%2", "?a=%zz", "#ü", "/\\evil", "?\"", "\n"] {
        assert_eq!(parts(rest), Err(DidUrlError::NotUri), "{rest:?}");
    }
    for rest in ["?a=%ff", "?%ff=a", "#%c3%28"] {
        assert_eq!(parts(rest), Err(DidUrlError::NotUtf8), "{rest:?}");
    }
    for rest in ["?", "?=a", "?a&&b", "?a&"] {
        assert_eq!(parts(rest), Err(DidUrlError::Nameless), "{rest:?}");
    }
    let twice = DidUrlError::Twice("service".to_owned());
    assert_eq!(parts("?service=a&service=a"), Err(twice.clone()));
    assert_eq!(parts("?service=a&servic%65=b"), Err(twice));
}

#[test]
fn a_url_begins_with_a_did() {
    for text in
        ["", "https://a.example/b", "did:", "did:a", "did::a", "did:a:", "did:a:b:", "DID:a:b"]
    {
        let parsed = DidUrl::parse(text);
        assert!(
            matches!(parsed, Err(DidUrlError::Did(_) | DidUrlError::NotUri)),
            "{text}: {parsed:?}"
        );
    }
    for text in ["did:a:b", "did:a1:B.-_:c", "did:a::b", "did:a:%41b"] {
        assert_eq!(DidUrl::parse(text).unwrap().did, text);
    }
    for text in ["did:A:b", "did:a:b@c", "did:a:b!c", "did:a_b:c"] {
        assert!(matches!(DidUrl::parse(text), Err(DidUrlError::Did(_))), "{text}");
    }
}

#[test]
fn a_did_has_whole_percent_encodings() {
    for wrong in ["did:a:%4", "did:a:%", "did:a:%4g", "did:a:%é1", "did:a:b c", "did:a:é"] {
        assert!(check_did(wrong).is_err(), "{wrong}");
    }
    assert_eq!(check_did("did:a:%4F%4f"), Ok(()));
    assert_eq!(method_of("did:a:b:c"), "a");
}

#[test]
fn a_url_has_a_greatest_length() {
    let long = "a".repeat(DID_URL_CHARS_MAX - DID.len() - 1);
    assert!(parts(&format!("#{long}")).is_ok());
    let got = DID_URL_CHARS_MAX + 1;
    assert_eq!(parts(&format!("#a{long}")), Err(DidUrlError::TooLong { got }));
    assert!(check_did(&"did:a:b".repeat(DID_URL_CHARS_MAX)).is_err());
}

/// Writes a text so that it may stand in a query or a fragment: everything but letters and
/// digits percent-encoded.
fn encode(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

proptest! {
    #[test]
    fn whatever_is_encoded_is_read_again(
        names in proptest::collection::btree_set(".{1,8}", 0..4),
        value in ".{0,16}",
        fragment in proptest::option::of(".{0,16}"),
    ) {
        let query: Vec<_> = names.iter().map(|name| [encode(name), encode(&value)].join("=")).collect();
        let query = if query.is_empty() { String::new() } else { ["?", &query.join("&")].concat() };
        let end = fragment.as_ref().map(|text| ["#", &encode(text)].concat()).unwrap_or_default();
        let url = parts(&[query, end].concat()).unwrap();
        let expected: Vec<_> = names.iter().map(|name| (name.as_str(), value.as_str())).collect();
        prop_assert_eq!(pairs(&url), expected);
        prop_assert_eq!(url.fragment, fragment);
    }
}

/// A text that is nearly a DID URL: a good one with pieces of others put in or left out.
fn nearly(random: &mut ChaCha8Rng) -> String {
    const PIECES: [&str; 16] = [
        "did:",
        "hefu:",
        ":",
        "/",
        "?",
        "#",
        "%",
        "%2F",
        "%ff",
        "&",
        "=",
        "service",
        "é",
        "\u{0}",
        " ",
        "versionId",
    ];
    let mut draw = |below: usize| usize::try_from(random.next_u64()).unwrap() % below;
    let mut text = format!("{DID}/p?service=a&relativeRef=%2Fb#c");
    for _ in 0..=draw(4) {
        let at = (0..=text.len()).rev().find(|at| text.is_char_boundary(*at) && *at <= draw(90));
        let (before, after) = text.split_at(at.unwrap_or(0));
        let after: String = after.chars().skip(draw(3)).collect();
        text = [before, PIECES[draw(PIECES.len())], &after].concat();
    }
    text
}

#[test]
fn a_million_near_misses_are_read_or_refused() {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let read = (0..1_000_000).filter(|_| {
        let text = nearly(&mut random);
        let url = DidUrl::parse(&text);
        url.is_ok_and(|url| check_did(&url.did).is_ok() && text.starts_with(&url.did))
    });
    let read = read.count();
    assert!((10_000..990_000).contains(&read), "both happen: {read}");
}
