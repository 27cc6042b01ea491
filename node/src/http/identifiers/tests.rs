//! Resolution over HTTP: forms, statuses, spellings.

use crate::http::tests::Rig;
use axum::http::Method;
use hefu_fixtures::{Change, MEMBER, OTHER_MEMBER, Plan, Wallet, list};
use hefu_ledger::operation::did_update::DidUpdate;
use hefu_ledger::record::{Class, Service};
use serde_json::Value;

const RESULT: &str = "application/did-resolution";
const PROFILED: &str = "application/ld+json;profile=\"https://w3id.org/did-resolution\"";
const PART: &str = "application/did-url-dereferencing";

/// A rig with a person, and the path of its DID.
fn person() -> (Rig, Wallet, String) {
    let mut rig = Rig::new();
    let wallet = rig.person();
    let path = format!("/1.0/identifiers/{}", rig.did(&wallet));
    (rig, wallet, path)
}

/// A rig with an organisation that has a service, and the path of its DID.
fn served() -> (Rig, String) {
    let mut rig = Rig::new();
    let plan = Plan { class: Class::Organisation, ..Plan::default() };
    let mut wallet = Wallet::new(&mut rig.chain.world, &plan);
    let create = rig.chain.world.create(&wallet);
    rig.add([create]);
    let service = Service {
        name: "files".parse().unwrap(),
        service_type: "Files".parse().unwrap(),
        endpoint: "https://files.example/a/".parse().unwrap(),
    };
    let update =
        DidUpdate { services: Some(list([service])), also_known_as: None, controllers: None };
    let update = wallet.make(&mut rig.chain.world, Change::Update(update));
    rig.add([update]);
    let path = format!("/1.0/identifiers/{}", rig.did(&wallet));
    (rig, path)
}

#[tokio::test]
async fn the_form_is_what_the_caller_accepts() {
    let (rig, _, path) = person();
    for (accept, status, form) in [
        ("*/*", 200, RESULT),
        ("", 200, RESULT),
        (RESULT, 200, RESULT),
        (PROFILED, 200, PROFILED),
        ("text/html, application/xhtml+xml, */*;q=0.8", 200, RESULT),
        ("application/did", 200, "application/did"),
        ("application/did+json", 200, "application/did+json"),
        ("application/did+ld+json", 200, "application/did+ld+json"),
        ("application/did;q=0.1, application/did-resolution;q=0.2", 200, RESULT),
        ("application/did-resolution;q=0.1, application/did", 200, "application/did"),
        ("text/html", 406, RESULT),
        ("application/json", 406, RESULT),
        ("application/ld+json;profile=\"https://example.org\"", 406, RESULT),
        (PART, 406, RESULT),
    ] {
        let reply = rig.get_as(&path, accept).await;
        assert_eq!(
            (reply.status.as_u16(), reply.header("content-type")),
            (status, form),
            "{accept}"
        );
        let shown: Value = reply.json();
        let bare = form.starts_with("application/did") && form != RESULT;
        assert_eq!(shown.get("didDocument").is_none(), bare, "{accept}: {shown}");
        assert_eq!(reply.header("vary"), "accept");
    }
}

#[tokio::test]
async fn a_did_may_be_percent_encoded() {
    let (rig, wallet, path) = person();
    let encoded = format!("/1.0/identifiers/{}", rig.did(&wallet).to_string().replace(':', "%3A"));
    let (raw, encoded) = (rig.get(&path).await, rig.get(&encoded).await);
    assert_eq!((raw.status.as_u16(), &raw.body), (200, &encoded.body));
    let shown: Value = raw.json();
    assert_eq!(shown["didDocument"]["id"], rig.did(&wallet).to_string());
    assert_eq!(raw.header("x-hefu-height"), "1");
    assert_eq!(raw.header("access-control-allow-origin"), "*");
}

#[tokio::test]
async fn errors_are_results() {
    let (mut rig, _, path) = person();
    let nobody = Wallet::person(&mut rig.chain.world);
    let nobody = format!("/1.0/identifiers/{}", rig.did(&nobody));
    for (path, status, name) in [
        ("/1.0/identifiers/nonsense", 400, "INVALID_DID"),
        ("/1.0/identifiers/did:hefu:fixture:x", 400, "INVALID_DID"),
        ("/1.0/identifiers/did:web:example.org", 501, "METHOD_NOT_SUPPORTED"),
        (&nobody, 404, "NOT_FOUND"),
        (&format!("{path}?versionId=9-x"), 400, "INVALID_OPTIONS"),
        (&format!("{path}?unheard=of"), 501, "FEATURE_NOT_SUPPORTED"),
        (&format!("{path}?versionTime=2025-01-01T00:00:00Z"), 404, "NOT_FOUND"),
    ] {
        for accept in ["*/*", "application/did"] {
            let reply = rig.get_as(path, accept).await;
            let shown: Value = reply.json();
            let kind = shown["didResolutionMetadata"]["error"]["type"].as_str().unwrap_or_default();
            assert_eq!(kind, format!("https://www.w3.org/ns/did#{name}"), "{path}: {shown}");
            assert_eq!((reply.status.as_u16(), reply.header("content-type")), (status, RESULT));
            assert_eq!(shown["didDocument"], Value::Null);
        }
    }
}

#[tokio::test]
async fn a_did_that_has_ended_is_gone() {
    let (mut rig, wallet, path) = person();
    let end = rig.chain.world.revoke(&[MEMBER, OTHER_MEMBER], wallet.did);
    rig.add([end]);
    for accept in ["*/*", "application/did"] {
        let reply = rig.get_as(&path, accept).await;
        assert_eq!((reply.status.as_u16(), reply.header("content-type")), (410, RESULT));
        let shown: Value = reply.json();
        assert_eq!(shown["didDocumentMetadata"]["deactivated"], true);
    }
}

#[tokio::test]
async fn an_earlier_version_is_asked_for_in_both_places() {
    let (rig, path) = served();
    let first = "2026-01-01T00:00:01Z";
    for path in [
        format!("{path}?versionTime={first}"),
        format!("{path}%3FversionTime={first}"),
        format!("{path}%3FversionTime%3D{}", first.replace(':', "%253A")),
    ] {
        let reply = rig.get_as(&path, "application/did").await;
        let shown: Value = reply.json();
        assert_eq!((reply.status.as_u16(), shown.get("service")), (200, None), "{path}: {shown}");
    }
    let twice = format!("{path}%3FversionTime={first}?versionTime={first}");
    assert_eq!(rig.get(&twice).await.status.as_u16(), 400);
}

#[tokio::test]
async fn a_service_leads_to_its_endpoint() {
    let (rig, path) = served();
    for path in [
        format!("{path}?service=files"),
        format!("{path}%3Fservice=files"),
        format!("{path}?serviceType=Files"),
    ] {
        let reply = rig.get(&path).await;
        assert_eq!((reply.status.as_u16(), reply.body.len()), (303, 0), "{path} {reply:?}");
        assert_eq!(reply.header("location"), "https://files.example/a/");
    }
    let reply = rig.get(&format!("{path}?service=files&relativeRef=b%3Fc")).await;
    assert_eq!(reply.header("location"), "https://files.example/a/b?c");
    let reply = rig.get_as(&format!("{path}?service=files"), PART).await;
    assert_eq!((reply.status.as_u16(), reply.header("content-type")), (200, PART));
    assert_eq!(rig.get(&format!("{path}?service=none")).await.status.as_u16(), 404);
}

#[tokio::test]
async fn a_part_of_a_document_is_shown_under_both_names() {
    let (rig, _, path) = person();
    let document: Value = rig.get_as(&path, "application/did").await.json();
    let id = document["verificationMethod"][0]["id"].as_str().unwrap();
    let part = format!("/1.0/identifiers/{}", id.replace('#', "%23"));
    let reply = rig.get_as(&part, PART).await;
    assert_eq!((reply.status.as_u16(), reply.header("content-type")), (200, PART));
    let shown: Value = reply.json();
    assert_eq!(shown["content"]["id"], id);
    assert_eq!(shown["content"], shown["contentStream"]);
    assert_eq!(rig.get(&part).await.header("content-type"), PART);
    let bare: Value = rig.get_as(&part, "application/did").await.json();
    assert_eq!(bare["type"], "Multikey");
    assert_eq!(rig.get_as(&part, "text/html").await.status.as_u16(), 406);
    let path = format!("{path}/some/path");
    assert_eq!(rig.get_as(&path, PART).await.status.as_u16(), 404);
}

#[tokio::test]
async fn resolution_is_read_only() {
    let (rig, _, path) = person();
    let reply = rig.ask(Method::POST, &path, &[], Vec::new()).await;
    assert_eq!(reply.problem().0, 405);
    let reply = rig.ask(Method::HEAD, &path, &[], Vec::new()).await;
    assert_eq!((reply.status.as_u16(), reply.body.len()), (200, 0));
}
