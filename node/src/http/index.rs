//! `GET /`: where to go from here, for a person who opens a node's address in a browser.

use super::openapi;
use hefu_ledger::did::NetworkName;
use utoipa::openapi::path::{Operation, PathItem};

/// What is where, a line each, as the description of the API has it.
pub(super) fn text(network: &NetworkName) -> String {
    let document = openapi::document();
    let lines: Vec<_> = document.paths.paths.iter().flat_map(lines).collect();
    let width = lines.iter().map(|(place, _)| place.len()).max().unwrap_or_default();
    let line = |(place, summary): &(String, String)| format!("  {place:width$}  {summary}");
    let list = lines.iter().map(line).collect::<Vec<_>>().join("\n");
    format!(
        "A node of the hefu network {network}. For a person, /v1/status and /v1/why are where to \
         begin.\n\n{list}\n\nParameters and fields are in /openapi.json. Nothing here need be \
         believed: bundles prove it\nto whoever has the genesis file.\n"
    )
}

/// The operations of a path, with what they do.
fn lines((path, item): (&String, &PathItem)) -> Vec<(String, String)> {
    let line = |(method, operation): (&str, &Option<Operation>)| {
        let summary = operation.as_ref()?.summary.clone().unwrap_or_default();
        Some((format!("{method:<4} {path}"), summary))
    };
    [("GET", &item.get), ("POST", &item.post)].into_iter().filter_map(line).collect()
}
