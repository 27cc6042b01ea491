//! Challenges and answers as JSON: without loss, and strictly.

use super::scene::Scene;
use hefu_login::{Answer, Challenge};

#[test]
fn json_is_without_loss() {
    let login = Scene::new().login();
    assert_eq!(Challenge::from_json(&login.challenge.to_json()), Ok(login.challenge));
    assert_eq!(Answer::from_json(&login.answer.to_json()), Ok(login.answer));
}

#[test]
fn json_is_read_strictly() {
    let text = Scene::new().challenge().to_json();
    let code =
        |text: &str| Challenge::from_json(text).map_or_else(|error| error.code(), |_| "read");
    let with = |old: &str, new: &str| {
        assert!(text.contains(old), "{old}");
        code(&text.replacen(old, new, 1))
    };
    assert_eq!(code(&text), "read");
    assert_eq!(with("{", "{\"note\": 1,"), "json.unknown");
    assert_eq!(with("{", "{\"version\": \"v1\","), "json.repeated");
    assert_eq!(with("\"v1\"", "\"v2\""), "json.word");
    assert_eq!(with("\"v1\"", "1"), "json.word");
    assert_eq!(with("bank.example", "Bank.example"), "json.wrong");
    assert_eq!(with("Log in", "Log\\u202ein"), "json.wrong");
    assert_eq!(with("\"nonce\": \"07", "\"nonce\": \"0"), "json.hex");
    assert_eq!(with("\"purpose\"", "\"aim\""), "json.unknown");
    assert_eq!(code(&format!("{text}1")), "json.syntax");
    assert_eq!(code(&" ".repeat(5_000)), "json.too_long");
}

#[test]
fn an_answers_bundle_is_in_digits() {
    let text = Scene::new().login().answer.to_json();
    let start = text.find("\"bundle\": \"").unwrap() + 11;
    let code = |text: &str| Answer::from_json(text).map_or_else(|error| error.code(), |_| "read");
    assert_eq!(code(&text), "read");
    let mut odd = text.clone();
    odd.remove(start);
    assert_eq!(code(&odd), "json.wrong");
    let mut other = text.clone();
    other.replace_range(start..=start, "G");
    assert_eq!(code(&other), "json.wrong");
    let number = format!("{}1{}", &text[..start - 1], &text[text.rfind('"').unwrap() + 1..]);
    assert_eq!(code(&number), "json.kind");
}
