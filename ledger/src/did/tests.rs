//! The grammar of identifiers, from both sides.

use super::*;

fn did(text: &str) -> Result<Did, DidError> {
    text.parse()
}

fn sample() -> Did {
    let id = DidId::new(Hash::from_bytes(std::array::from_fn(|at| u8::try_from(at).unwrap())));
    Did { network: "test".parse().unwrap(), id }
}

#[test]
fn a_did_is_written_as_the_grammar_says() {
    let text = "did:hefu:test:aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dypq";
    assert_eq!(sample().to_string(), text);
    assert_eq!(did(text), Ok(sample()));
    assert!(text.len() <= DID_CHARS_MAX);
}

#[test]
fn an_identifier_has_one_spelling() {
    let good = sample().id.to_string();
    let spare = format!("{}r", &good[..51]);
    let padded = format!("{good}====");
    for wrong in [good.to_uppercase(), spare, padded, good[1..].to_owned(), String::new()] {
        assert!(matches!(wrong.parse::<DidId>(), Err(DidError::Identifier(_))), "{wrong}");
    }
}

#[test]
fn a_network_has_a_name_of_two_to_sixteen_characters() {
    for good in ["ab", "a-", "a234567890123456", "zz-9"] {
        assert_eq!(good.parse::<NetworkName>().map(|name| name.to_string()), Ok(good.to_owned()));
    }
    for wrong in ["", "a", "A1", "1a", "-a", "a_b", "a2345678901234567", "aé", "a b"] {
        assert!(matches!(wrong.parse::<NetworkName>(), Err(DidError::Network(_))), "{wrong}");
    }
}

#[test]
fn another_method_or_case_is_no_did_of_ours() {
    for wrong in ["did:key:test:a", "DID:hefu:test:a", "did:Hefu:test:a", "hefu:test:a", ""] {
        assert_eq!(did(wrong), Err(DidError::Method), "{wrong}");
    }
    assert!(matches!(did("did:hefu:test"), Err(DidError::Network(_))));
    assert!(matches!(did(&"x".repeat(500)), Err(DidError::TooLong { got: 500 })));
}
