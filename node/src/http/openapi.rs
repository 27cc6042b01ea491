//! The description of the API (`OpenAPI` 3.1), made from the handlers. What holds for all of them is
//! said here once.

use super::router;
use hefu_api::{Problem, media};
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{
    Content, ContentBuilder, Header, HeaderBuilder, InfoBuilder, LicenseBuilder, OpenApi, Ref,
    RefOr, Response, ResponseBuilder,
};
use utoipa::{PartialSchema, ToSchema};

/// The description as text, which docs/openapi.json holds too.
pub(super) fn text() -> String {
    let described = document();
    // Nothing in it cannot be written.
    described.to_pretty_json().unwrap_or_default() + "\n"
}

/// The description.
pub(super) fn document() -> OpenApi {
    let mut document = router::described().into_openapi();
    document.info = InfoBuilder::new()
        .title("hefu")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "What a node of a hefu network answers. See docs/http-api.md. Nothing here need be \
             believed: bundles prove what they say to whoever has the genesis file.",
        ))
        .license(Some(LicenseBuilder::new().name("Apache-2.0").build()))
        .build();
    let (name, problem) = (Problem::name().into_owned(), Problem::schema());
    document.components.get_or_insert_default().schemas.insert(name, problem);
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in [("get", &mut item.get), ("post", &mut item.post)] {
            if let Some(operation) = operation {
                operation.operation_id = Some(name_of(method, path));
                complete(operation);
            }
        }
    }
    document
}

/// A name for an operation that no other has.
fn name_of(method: &str, path: &str) -> String {
    let words = path.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    std::iter::once(method).chain(words).collect::<Vec<_>>().join("_")
}

/// Adds what every operation has: errors, and the height of the checkpoint.
fn complete(operation: &mut Operation) {
    for (status, response) in &mut operation.responses.responses {
        if let (true, RefOr::T(response)) = (status.starts_with('2'), response) {
            response.headers.insert(media::HEIGHT_HEADER.to_owned(), RefOr::T(height()));
            response.content.iter_mut().for_each(leave_bytes);
        }
    }
    if let Some(RefOr::T(body)) = &mut operation.request_body {
        body.content.iter_mut().for_each(leave_bytes);
    }
    let default = operation.responses.responses.entry("default".to_owned());
    default.or_insert_with(|| RefOr::T(refused()));
}

/// Of bytes, the media type says all.
fn leave_bytes((media_type, content): (&String, &mut RefOr<Content>)) {
    let is_bytes = [media::BYTES, media::BUNDLE].contains(&media_type.as_str());
    if let (true, RefOr::T(content)) = (is_bytes, content) {
        content.schema = None;
    }
}

fn height() -> Header {
    let number = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0));
    let what = "the height of the checkpoint at which this was read, where anything was";
    HeaderBuilder::new().schema(Some(number)).description(Some(what)).build()
}

fn refused() -> Response {
    let schema = Ref::from_schema_name(Problem::name());
    let content = ContentBuilder::new().schema(Some(schema)).build();
    let what = "why not; `code` tells programs, `detail` people";
    ResponseBuilder::new().description(what).content(media::PROBLEM, content).build()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hefu_api::paths;

    #[test]
    fn the_document_is_what_the_code_says() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/openapi.json");
        let kept = std::fs::read_to_string(path).unwrap_or_default();
        if std::env::var_os("HEFU_WRITE_OPENAPI").is_some() {
            std::fs::write(path, text()).unwrap();
        }
        assert!(kept == text(), "docs/openapi.json is stale: see docs/http-api.md");
    }

    #[test]
    fn every_path_is_described() {
        let described: Vec<_> = document().paths.paths.into_keys().collect();
        for path in [
            paths::TRANSACTIONS,
            paths::TRANSACTION,
            paths::TRANSACTION_BUNDLE,
            paths::DID,
            paths::DID_HISTORY,
            paths::DID_BUNDLE,
            paths::KEY,
            paths::KEY_BUNDLE,
            paths::ORGANISATIONS,
            paths::ORGANISATION,
            paths::ORGANISATION_BUNDLE,
            paths::RECORD_BUNDLE,
            paths::CHECKPOINT_LATEST,
            paths::CHECKPOINT_LATEST_BUNDLE,
            paths::CHECKPOINT,
            paths::BLOCKS,
            paths::BLOCK,
            paths::VALIDATORS,
            paths::SEARCH,
            paths::EXPORT,
            paths::EVENTS,
            paths::STATUS,
            paths::WHY,
            paths::GENESIS,
            paths::OPENAPI,
            paths::IDENTIFIER,
        ] {
            assert!(described.iter().any(|one| one == path), "{path}");
        }
        assert_eq!(described.len(), 26);
    }

    #[test]
    fn every_operation_has_a_name_of_its_own() {
        let document = document();
        let operations = document.paths.paths.values().flat_map(|item| [&item.get, &item.post]);
        let names: Vec<_> =
            operations.flatten().filter_map(|one| one.operation_id.as_deref()).collect();
        let distinct: std::collections::BTreeSet<_> = names.iter().collect();
        assert_eq!((names.len(), distinct.len()), (26, 26));
        assert!(distinct.contains(&"get_v1_dids_did_history"), "{names:?}");
    }

    #[test]
    fn every_text_in_a_path_has_a_pattern() {
        let described: serde_json::Value = serde_json::from_str(&text()).unwrap();
        assert_eq!(described["openapi"], "3.1.0");
        let mut count = 0;
        for (path, item) in described["paths"].as_object().unwrap() {
            for parameter in item["get"]["parameters"].as_array().into_iter().flatten() {
                let schema = &parameter["schema"];
                if parameter["in"] == "path" && schema["type"] == "string" {
                    assert!(schema["pattern"].is_string(), "{path}: {parameter}");
                    count += 1;
                }
            }
        }
        assert!(count > 5);
    }
}
