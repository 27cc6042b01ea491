//! What is not let through, at every place of every kind of transaction.

use super::samples::samples;
use super::walk::{Place, at, path, places};
use crate::json::{Fault, JsonError, Value, parse_transaction};
use crate::limits::{JSON_DEPTH_MAX, JSON_VALUES_MAX, TRANSACTION_JSON_BYTES_MAX};

/// Reads the tree after one value of it was changed.
fn refused(tree: &Value, place: &[usize], change: impl FnOnce(&mut Value)) -> JsonError {
    let mut spoiled = tree.clone();
    change(at(&mut spoiled, place));
    let text = serde_json::to_string(&spoiled).unwrap();
    let Err(error) = parse_transaction(&text) else { panic!("{text} at {}", path(tree, place)) };
    error
}

/// Tries something at all places of all samples, and returns how often it could be tried.
fn everywhere(mut attempt: impl FnMut(&Value, &Place, &Value) -> bool) -> usize {
    let mut tried = 0;
    for sample in samples() {
        for place in places(&sample) {
            let value = at(&mut sample.clone(), &place).clone();
            tried += usize::from(attempt(&sample, &place, &value));
        }
    }
    tried
}

fn settle(what: &str, tried: usize, least: usize) {
    println!("{what}: {tried}");
    assert!(tried >= least, "{what} only {tried} times");
}

#[test]
fn a_field_that_means_nothing() {
    let tried = everywhere(|sample, place, value| {
        let Value::Object(_) = value else { return false };
        let error = refused(sample, place, |object| {
            let Value::Object(fields) = object else { return };
            fields.push(("extra".to_owned(), Value::Number(1)));
        });
        let there = path(sample, place);
        match error.fault {
            Fault::Form { .. } => assert_eq!(error.path, there),
            Fault::Unknown { .. } => {
                assert_eq!(error.path, format!("{there}.extra").trim_start_matches('.'));
            }
            fault => panic!("{fault} at {there}"),
        }
        true
    });
    settle("unknown fields", tried, 4_000);
}

#[test]
fn a_field_that_stands_twice() {
    let tried = everywhere(|sample, place, value| {
        let Some((last, parent)) = place.split_last() else { return false };
        let parent_value = at(&mut sample.clone(), parent).clone();
        let Value::Object(fields) = parent_value else { return false };
        let name = fields[*last].0.clone();
        let error = refused(sample, parent, |object| {
            let Value::Object(fields) = object else { return };
            fields.push((name, value.clone()));
        });
        match error.fault {
            Fault::Form { .. } => assert_eq!(error.path, path(sample, parent)),
            Fault::Repeated => assert_eq!(error.path, path(sample, place)),
            fault => panic!("{fault} at {}", path(sample, place)),
        }
        true
    });
    settle("fields that stand twice", tried, 8_000);
}

#[test]
fn null_instead_of_leaving_out() {
    let tried = everywhere(|sample, place, _| {
        let error = refused(sample, place, |value| *value = Value::Foreign("null"));
        assert!(matches!(error.fault, Fault::Kind { got: "null", .. }), "{error}");
        assert_eq!(error.path, path(sample, place));
        true
    });
    settle("nulls", tried, 10_000);
}

#[test]
fn another_kind_of_value() {
    for other in [Value::Bool(true), Value::List(vec![Value::List(vec![])])] {
        let tried = everywhere(|sample, place, _| {
            let error = refused(sample, place, |value| *value = other.clone());
            assert!(error.path.starts_with(&path(sample, place)), "{error}");
            true
        });
        settle(other.kind(), tried, 10_000);
    }
}

fn is_hex(text: &str) -> bool {
    [32, 64, 128].contains(&text.len()) && text.chars().all(|c| c.is_ascii_hexdigit())
}

#[test]
fn bytes_that_are_spelled_otherwise() {
    let spoil: [fn(&str) -> String; 6] = [
        |hex| hex.to_uppercase(),
        |hex| hex[1..].to_owned(),
        |hex| hex[2..].to_owned(),
        |hex| format!("{hex}00"),
        |hex| format!("0x{}", &hex[2..]),
        |hex| format!("{}g", &hex[1..]),
    ];
    let tried = everywhere(|sample, place, value| {
        let Value::Text(hex) = value else { return false };
        if !is_hex(hex) || hex.to_uppercase() == *hex {
            return false;
        }
        for spoil in spoil {
            let error = refused(sample, place, |value| *value = Value::Text(spoil(hex)));
            assert_eq!(error.path, path(sample, place));
            assert_eq!(error.fault, Fault::Hex { digits: hex.len() });
        }
        true
    });
    settle("hexadecimal texts", tried, 2_500);
}

#[test]
fn words_that_nobody_knows() {
    let tried = everywhere(|sample, place, value| {
        let Value::Text(text) = value else { return false };
        let error = refused(sample, place, |value| *value = Value::Text(format!("\u{7f}{text}")));
        assert_eq!(error.path, path(sample, place));
        true
    });
    settle("texts", tried, 4_000);
}

#[test]
fn numbers_that_are_not_whole_or_too_large() {
    let tried = everywhere(|sample, place, value| {
        let Value::Number(_) = value else { return false };
        let sign = "\"here\"";
        let mut marked = sample.clone();
        *at(&mut marked, place) = Value::Text("here".to_owned());
        let text = serde_json::to_string(&marked).unwrap();
        for wrong in ["-1", "1.0", "1e3", "18446744073709551616", "-0"] {
            let error = parse_transaction(&text.replace(sign, wrong)).unwrap_err();
            assert_eq!((error.path.as_str(), error.code()), (&*path(sample, place), "json.kind"));
        }
        let endless = parse_transaction(&text.replace(sign, "1e999")).unwrap_err();
        assert_eq!(endless.code(), "json.syntax");
        true
    });
    settle("numbers", tried, 1_500);
}

#[test]
fn a_field_that_is_missing() {
    let (mut optional, mut needed) = (0, 0);
    everywhere(|sample, place, value| {
        let Value::Object(fields) = value else { return false };
        for gone in 0..fields.len() {
            let mut spoiled = sample.clone();
            let Value::Object(left) = at(&mut spoiled, place) else { return false };
            let (name, _) = left.remove(gone);
            match parse_transaction(&serde_json::to_string(&spoiled).unwrap()) {
                Ok(other) => {
                    optional += 1;
                    assert_eq!(crate::json::Json::write(&other), spoiled, "{name} came back");
                }
                Err(error) => {
                    needed += 1;
                    let faults = ["json.missing", "json.form"];
                    assert!(faults.contains(&error.code()), "{name}: {error}");
                }
            }
        }
        true
    });
    println!("{optional} optional fields, {needed} needed ones");
    assert!(optional > 100 && needed > 4_000);
}

// A salt beside the hash of what was erased would be lost without a word.
#[test]
fn a_payload_that_is_both_there_and_erased() {
    let hash = Value::Text("00".repeat(32));
    let tried = everywhere(|sample, place, value| {
        let Value::Object(fields) = value else { return false };
        let more: &[&str] = match fields.first() {
            Some((name, _)) if name == "salt" => &["erased"],
            Some((name, _)) if name == "erased" => &["salt", "value"],
            _ => return false,
        };
        for name in more {
            let error = refused(sample, place, |object| {
                let Value::Object(fields) = object else { return };
                fields.push(((*name).to_owned(), hash.clone()));
            });
            assert_eq!(error.code(), "json.unknown", "{error}");
        }
        true
    });
    settle("payloads", tried, 350);
}

#[test]
fn what_follows_the_value() {
    for sample in samples().iter().take(3) {
        let text = serde_json::to_string(sample).unwrap();
        assert!(parse_transaction(&format!(" {text}\n")).is_ok());
        for garbage in ["x", "{}", ",", "\0", "]", "\u{feff}"] {
            let error = parse_transaction(&format!("{text}{garbage}")).unwrap_err();
            assert_eq!(error.code(), "json.syntax", "{error}");
        }
        for cut in 1..text.len() {
            let short = text.get(..cut).unwrap_or_default();
            assert_eq!(parse_transaction(short).unwrap_err().code(), "json.syntax");
        }
    }
}

#[test]
fn deep_nesting_ends_before_the_stack_does() {
    let depths = [JSON_DEPTH_MAX + 1, 100_000];
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        for depth in depths {
            let text = format!("{}1{}", open.repeat(depth), close.repeat(depth));
            let error = parse_transaction(&text).unwrap_err();
            assert!(error.to_string().contains("nests more than 24 times"), "{error}");
        }
        let text = format!("{}1{}", open.repeat(JSON_DEPTH_MAX), close.repeat(JSON_DEPTH_MAX));
        assert_ne!(parse_transaction(&text).unwrap_err().code(), "json.syntax");
    }
}

#[test]
fn more_values_than_any_transaction_has() {
    let many = format!("[{}1]", "1,".repeat(JSON_VALUES_MAX));
    let error = parse_transaction(&many).unwrap_err();
    assert!(error.to_string().contains("more than 524288 values"), "{error}");
    let fewer = format!("[{}1]", "1,".repeat(JSON_VALUES_MAX - 2));
    assert_eq!(parse_transaction(&fewer).unwrap_err().code(), "json.kind");
}

#[test]
fn a_longer_text_is_not_read() {
    let (max_bytes, got_bytes) = (TRANSACTION_JSON_BYTES_MAX, TRANSACTION_JSON_BYTES_MAX + 1);
    let error = parse_transaction(&" ".repeat(got_bytes)).unwrap_err();
    assert_eq!(error, Fault::TooLong { max_bytes, got_bytes }.into());
}

#[test]
fn a_list_with_more_elements_than_it_may_have() {
    let mut sample = samples().swap_remove(0);
    let Value::Object(fields) = &mut sample else { panic!("a transaction is an object") };
    fields[1].1 = Value::List(vec![Value::Text("00".repeat(64)); 33]);
    let error = parse_transaction(&serde_json::to_string(&sample).unwrap()).unwrap_err();
    assert_eq!(error.to_string(), "signatures: 33 elements, where at most 32 are allowed");
}

#[test]
fn a_name_from_outside_is_cut_and_escaped() {
    let text = format!("{{\"\\u001b{}\":1}}", "x".repeat(1_000));
    let error = parse_transaction(&text).unwrap_err();
    assert_eq!(error.path, format!("\\u{{1b}}{}", "x".repeat(63)));
}
