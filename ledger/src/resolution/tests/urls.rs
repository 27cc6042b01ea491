//! What DID URLs mean.

use super::*;

fn resource(rest: &str) -> Value {
    let result = three().dereference(rest, None);
    assert_eq!(result.http_status(), 200, "{rest}: {result:?}");
    serde_json::to_value(result).unwrap()["content"].clone()
}

/// The name of the error and its HTTP status.
fn refused(rest: &str, accept: Option<&str>) -> (String, u16) {
    let result = three().dereference(rest, accept);
    let status = result.http_status();
    let shown = serde_json::to_value(result).unwrap();
    assert_eq!((&shown["content"], &shown["contentMetadata"]), (&Value::Null, &json!({})));
    let kind = shown["dereferencingMetadata"]["error"]["type"].as_str().unwrap();
    (kind.rsplit('#').next().unwrap().to_owned(), status)
}

fn endpoints(rest: &str) -> Value {
    let result = three().dereference(rest, Some("text/uri-list"));
    assert_eq!(result.http_status(), 303, "{rest}: {result:?}");
    assert_eq!(result.dereferencing_metadata.content_type, Some("text/uri-list"));
    serde_json::to_value(result).unwrap()["content"].clone()
}

#[test]
fn a_bare_did_means_its_document() {
    let result = serde_json::to_value(three().dereference("", None)).unwrap();
    let resolved = three().resolve(100 * SECOND, &[]);
    assert_eq!(result["content"], resolved["didDocument"]);
    assert_eq!(result["contentMetadata"], resolved["didDocumentMetadata"]);
    assert_eq!(result["dereferencingMetadata"], resolved["didResolutionMetadata"]);
}

#[test]
fn a_version_may_be_named_in_the_url() {
    let ledger = three();
    let key = |number: u8| json!(crate::document::multikey(&key(number)));
    let document = resource(&format!("?versionId={}", ledger.version_id(2)));
    assert_eq!(document["verificationMethod"][0]["publicKeyMultibase"], key(2));
    let document = resource("?versionTime=1970-01-01T00%3A00%3A10Z");
    assert_eq!(document["verificationMethod"][0]["publicKeyMultibase"], key(1));
}

#[test]
fn a_fragment_means_a_key_or_a_service() {
    let key = crate::document::multikey(&key(3));
    let method = resource(&format!("#{key}"));
    assert_eq!(method["id"], format!("{}#{key}", did()));
    assert_eq!(method["type"], "Multikey");
    assert_eq!(method["@context"][0], crate::document::CONTEXT);
    let service = resource("#home");
    assert_eq!(service["type"], "LinkedDomains");
    assert_eq!(service["@context"].as_array().unwrap().len(), 2);
    assert_eq!(resource("#h%6Fme"), service);
    assert_eq!(refused("#nobody", None), ("NOT_FOUND".to_owned(), 404));
    assert_eq!(refused("#", None), ("NOT_FOUND".to_owned(), 404));
}

#[test]
fn a_key_of_another_version_is_not_in_this_one() {
    let ledger = three();
    let key = crate::document::multikey(&key(1));
    assert_eq!(refused(&format!("#{key}"), None), ("NOT_FOUND".to_owned(), 404));
    let earlier = resource(&format!("?versionId={}#{key}", ledger.version_id(1)));
    assert_eq!(earlier["publicKeyMultibase"], key);
}

#[test]
fn services_are_selected_by_name_and_type() {
    let files = format!("service={}%23files", did()).replace(':', "%3A");
    for query in ["service=files", "service=%23files", &files, "serviceType=FileStore"] {
        let document = resource(&format!("?{query}"));
        let services = document["service"].as_array().unwrap();
        assert_eq!(services.len(), 1, "{query}");
        assert_eq!(services[0]["type"], "FileStore", "{query}");
        assert!(document["verificationMethod"].is_array(), "the rest of the document stays");
    }
    for query in ["service=nobody", "serviceType=None", "service=files&serviceType=LinkedDomains"] {
        assert_eq!(refused(&format!("?{query}"), None), ("NOT_FOUND".to_owned(), 404), "{query}");
    }
}

#[test]
fn endpoints_are_given_as_urls_when_urls_are_asked_for() {
    assert_eq!(endpoints("?service=files"), json!(["https://files.example/a/b?c=d"]));
    assert_eq!(endpoints("?service=files#x%20y"), json!(["https://files.example/a/b?c=d#x%20y"]));
    for (relative, expected) in [
        ("x", "https://files.example/a/x"),
        ("%2Fx%3Fy%3Dz", "https://files.example/x?y=z"),
        ("..%2F..%2F..%2Fx", "https://files.example/x"),
        ("%3Fq", "https://files.example/a/b?q"),
        ("", "https://files.example/a/b?c=d"),
    ] {
        let query = format!("?service=files&relativeRef={relative}");
        assert_eq!(endpoints(&query), json!([expected]), "{relative}");
    }
    let top = endpoints("?service=home&relativeRef=%2Fabout");
    assert_eq!(top, json!(["https://org.example/about"]));
}

#[test]
fn a_reference_stays_with_its_service() {
    let refused = |query: &str| refused(query, Some("text/uri-list"));
    let invalid = ("INVALID_DID_URL".to_owned(), 400);
    for relative in ["https%3A%2F%2Fevil.example", "%2F%2Fevil.example", "a%20b", "%5C%5Cevil"] {
        assert_eq!(
            refused(&format!("?service=files&relativeRef={relative}")),
            invalid,
            "{relative}"
        );
    }
    assert_eq!(refused("?relativeRef=x"), invalid);
    assert_eq!(refused("?service=home#x"), invalid, "both have a fragment");
}

#[test]
fn an_endpoint_that_is_no_uri_leads_nowhere() {
    let mut odd = content(1);
    let mut services = odd.services.to_vec();
    services[0].endpoint = "https://files.example/%zz".parse().unwrap();
    odd.services = BoundedVec::first_of(services);
    let ledger = Ledger::with(vec![(10 * SECOND, odd)]);
    let result = ledger.dereference("?service=files&relativeRef=x", None);
    assert_eq!(result.http_status(), 404);
}

#[test]
fn what_has_no_meaning_is_refused() {
    for (rest, accept, kind, status) in [
        ("/path", None, "NOT_FOUND", 404),
        ("?hl=zQm", None, "FEATURE_NOT_SUPPORTED", 501),
        ("?versionId=1", None, "INVALID_OPTIONS", 400),
        ("?versionId=1&versionTime=2", None, "INVALID_OPTIONS", 400),
        ("?noCache=true", None, "FEATURE_NOT_SUPPORTED", 501),
        ("?a=%", None, "INVALID_DID_URL", 400),
        ("a", None, "INVALID_DID", 400),
        ("", Some("image/png"), "REPRESENTATION_NOT_SUPPORTED", 406),
        ("", Some("text/uri-list"), "REPRESENTATION_NOT_SUPPORTED", 406),
    ] {
        assert_eq!(refused(rest, accept), (kind.to_owned(), status), "{rest}");
    }
}

#[test]
fn a_version_is_named_in_the_url_or_beside_it() {
    let ledger = three();
    let id = ledger.version_id(1);
    let options = Options::of(None, [("versionId", id.as_str())]).unwrap();
    let resolver = ledger.at(40 * SECOND);
    let beside = resolver.dereference(&did().to_string(), &options);
    assert_eq!(beside.content_metadata.unwrap().version_id, id);
    let both = resolver.dereference(&format!("{}?versionId={id}", did()), &options);
    assert_eq!(both.http_status(), 400);
}

fn for_relationship(rest: &str, name: &str, accept: Option<&str>) -> Dereferencing {
    let options = Options::of(accept, [("verificationRelationship", name)]).unwrap();
    three().at(40 * SECOND).dereference(&format!("{}{rest}", did()), &options)
}

#[test]
fn a_key_is_given_for_what_it_is_listed_under() {
    let fragment = format!("#{}", crate::document::multikey(&key(3)));
    let kind = |result: &Dereferencing| {
        let error = result.dereferencing_metadata.error.clone().unwrap();
        error.kind.rsplit('#').next().unwrap().to_owned()
    };
    let good = for_relationship(&fragment, "authentication", None);
    assert!(matches!(good.content, Some(Resource::Method(_))), "{good:?}");
    let other = for_relationship(&fragment, "assertionMethod", None);
    assert_eq!(kind(&other), "INVALID_RELATIONSHIP_FOR_VERIFICATION_METHOD");
    for rest in ["#home", "#nobody", ""] {
        let none = for_relationship(rest, "authentication", None);
        assert_eq!(kind(&none), "INVALID_VERIFICATION_METHOD", "{rest}");
        let problem = none.dereferencing_metadata.error.unwrap();
        assert!(problem.kind.starts_with("https://w3id.org/security#"));
        assert_eq!(problem.status, 500);
    }
    let unknown = for_relationship(&fragment, "friendship", None);
    assert_eq!(kind(&unknown), "INVALID_OPTIONS");
}

#[test]
fn a_suspended_did_lends_no_key() {
    let suspension = Suspension {
        by: OrganisationId::new(3),
        since: Timestamp::new(20 * SECOND),
        until: Timestamp::new(1_000 * SECOND),
        reason: ReasonClass::Other,
    };
    let stopped = Content { suspension: Some(suspension), ..content(1) };
    let ledger = Ledger::with(vec![(10 * SECOND, content(1)), (20 * SECOND, stopped)]);
    let key = crate::document::multikey(&key(1));
    assert_eq!(ledger.dereference(&format!("#{key}"), None).http_status(), 404);
}

#[test]
fn every_part_of_an_ended_did_is_gone() {
    let ledger = ended(EndCause::Deactivated);
    for rest in ["", "#home", "?service=files", "/path"] {
        let result = ledger.dereference(rest, None);
        assert_eq!((result.content, result.dereferencing_metadata.error.as_ref()), (None, None));
        assert_eq!(result.content_metadata.unwrap().deactivated, Some(true), "{rest}");
    }
    assert_eq!(ledger.dereference("#home", None).http_status(), 410);
}

#[test]
fn a_result_that_failed_earlier_is_shown_alike() {
    let error = ResolutionError::InvalidOptions("noCache is true or false".to_owned());
    assert_eq!(Resolution::failed(&error).http_status(), 400);
    assert_eq!(Dereferencing::failed(&error).http_status(), 400);
}
