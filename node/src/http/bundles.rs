//! Bundles: what others verify without believing this node.

use super::answer;
use super::app::{App, At};
use super::ask::{Param, Query as Asked};
use super::key::Key;
use super::limits::PROVED_OPERATIONS_MAX;
use super::refused::Refused;
use axum::extract::State;
use axum::response::Response;
use hefu_api::paths::Single;
use hefu_api::{Hex32, media};
use hefu_ledger::bundle::{At as When, BuildError, Operations, Query, build};
use hefu_ledger::did::{Did, DidId};
use hefu_ledger::organisation::OrganisationId;
use hefu_ledger::state::{self, StateKey};
use hefu_ledger::store::rocks::RocksStore;
use hefu_primitives::{Height, Timestamp};
use std::str::FromStr;
use std::sync::Arc;
use thiserror::Error;

/// Makes the bundle that answers a question.
async fn bundle(app: &Arc<App>, query: Query) -> Result<Response, Refused> {
    let _turn = app.bundle_turn().await?;
    let built = app.read(move |store| {
        check_length(store, &query)?;
        Ok(build(store, &query)?.to_bytes())
    });
    let At { height, value } = built.await?;
    Ok(answer::bytes(height, media::BUNDLE, value))
}

/// Refuses to prove each operation of a long history: it would keep blocks from being written.
fn check_length(store: &RocksStore, query: &Query) -> Result<(), Refused> {
    let Query::History { did, operations: Operations::Proved } = query else { return Ok(()) };
    let length = state::did(store, did)?.map_or(0, |record| record.log.length);
    if length > PROVED_OPERATIONS_MAX { Err(BuildError::TooLarge.into()) } else { Ok(()) }
}

/// Proves that a transaction is in the chain, and what it did.
#[utoipa::path(
    get,
    path = "/v1/transactions/{id}/bundle",
    tag = "proofs",
    params(
        ("id" = Hex32, Path, description = "what names the transaction"),
        ("of" = Option<String>, Query, description = "of a batch, the entry of this DID alone", pattern = "^did:hefu:[a-z][a-z0-9-]{1,15}:[a-z2-7]{51}[aq]$"),
    ),
    responses((status = 200, description = "the bundle", body = Vec<u8>, content_type = "application/vnd.hefu.bundle")),
)]
pub(super) async fn transaction(
    State(app): State<Arc<App>>,
    Param(id): Param<Hex32>,
    asked: Asked,
) -> Result<Response, Refused> {
    let of = asked.only(&["of"])?.get::<Did>("of")?;
    let of = of.map(|did| app.ours(&did)).transpose()?;
    bundle(&app, Query::Transaction { id: id.transaction(), of }).await
}

/// Proves the record of a DID, its history, what it was, or that there is none.
#[utoipa::path(
    get,
    path = "/v1/dids/{did}/bundle",
    tag = "proofs",
    params(
        ("did" = String, Path, description = "the DID", pattern = "^did:hefu:[a-z][a-z0-9-]{1,15}:[a-z2-7]{51}[aq]$"),
        ("claim" = Option<String>, Query, description = "`history`, for all that ever happened to it", pattern = "^history$"),
        ("at_height" = Option<u64>, Query, description = "what it was after the block of this height"),
        ("at_time_ms" = Option<u64>, Query, description = "what it was at this time"),
        ("operations" = Option<String>, Query, description = "`proved`, for the transactions of a history or a past", pattern = "^(named|proved)$"),
    ),
    responses((status = 200, description = "the bundle", body = Vec<u8>, content_type = "application/vnd.hefu.bundle")),
)]
pub(super) async fn did(
    State(app): State<Arc<App>>,
    Param(did): Param<Did>,
    asked: Asked,
) -> Result<Response, Refused> {
    let asked = asked.only(&["claim", "at_height", "at_time_ms", "operations"])?;
    let query = about_did(app.ours(&did)?, &asked)?;
    bundle(&app, query).await
}

/// The question about a DID that a query asks.
fn about_did(did: DidId, asked: &Asked) -> Result<Query, Refused> {
    let height = asked.get::<u64>("at_height")?.map(|number| When::Height(Height::new(number)));
    let time = asked.get::<u64>("at_time_ms")?.map(|ms| When::Time(Timestamp::new(ms)));
    let shown = asked.text("operations");
    let operations = match shown {
        None | Some("named") => Operations::Named,
        Some("proved") => Operations::Proved,
        Some(_) => return Err(Refused::query("operations is named or proved")),
    };
    match (asked.text("claim"), height, time) {
        (Some("history"), None, None) => Ok(Query::History { did, operations }),
        (None, Some(at), None) | (None, None, Some(at)) => Ok(Query::Past { did, at, operations }),
        (None, None, None) if shown.is_none() => Ok(Query::Record(StateKey::Did(did))),
        (None, None, None) => Err(Refused::query("operations are those of a history or a past")),
        (Some("history") | None, ..) => {
            Err(Refused::query("claim, at_height and at_time_ms exclude each other"))
        }
        _ => Err(Refused::query("claim can only be history")),
    }
}

/// Proves which DID has a signature key, or had it.
#[utoipa::path(
    get,
    path = "/v1/keys/{key}/bundle",
    tag = "proofs",
    params(("key" = String, Path, description = "the key in hexadecimal, or as documents have it", pattern = "^([0-9a-f]{64}|z6Mk[1-9A-HJ-NP-Za-km-z]{44})$")),
    responses((status = 200, description = "the bundle", body = Vec<u8>, content_type = "application/vnd.hefu.bundle")),
)]
pub(super) async fn key(
    State(app): State<Arc<App>>,
    Param(key): Param<Key>,
    asked: Asked,
) -> Result<Response, Refused> {
    asked.only(&[])?;
    bundle(&app, Query::KeyHolder(key.0)).await
}

/// Proves the record of an organisation, or that there is none.
#[utoipa::path(
    get,
    path = "/v1/organisations/{id}/bundle",
    tag = "proofs",
    params(("id" = u16, Path, description = "its number")),
    responses((status = 200, description = "the bundle", body = Vec<u8>, content_type = "application/vnd.hefu.bundle")),
)]
pub(super) async fn organisation(
    State(app): State<Arc<App>>,
    Param(id): Param<u16>,
    asked: Asked,
) -> Result<Response, Refused> {
    asked.only(&[])?;
    bundle(&app, Query::Record(StateKey::Organisation(OrganisationId::new(id)))).await
}

/// A name of a record of which there is one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Name(Single);

/// A text that is none.
#[derive(Clone, Copy, Debug, Error)]
#[error("a record is validators, rules, parameters or protocol")]
pub(super) struct NoName;

impl FromStr for Name {
    type Err = NoName;

    fn from_str(text: &str) -> Result<Self, NoName> {
        let row = Single::NAMED.into_iter().find(|row| row.1 == text);
        row.map(|row| Self(row.0)).ok_or(NoName)
    }
}

/// Proves a record of which there is one.
#[utoipa::path(
    get,
    path = "/v1/records/{name}/bundle",
    tag = "proofs",
    params(("name" = String, Path, description = "which", pattern = "^(validators|rules|parameters|protocol)$")),
    responses((status = 200, description = "the bundle", body = Vec<u8>, content_type = "application/vnd.hefu.bundle")),
)]
pub(super) async fn record(
    State(app): State<Arc<App>>,
    Param(Name(name)): Param<Name>,
    asked: Asked,
) -> Result<Response, Refused> {
    asked.only(&[])?;
    let key = match name {
        Single::Validators => StateKey::Validators,
        Single::Rules => StateKey::Rules,
        Single::Parameters => StateKey::Parameters,
        Single::Protocol => StateKey::Protocol,
    };
    bundle(&app, Query::Record(key)).await
}

/// Proves that the newest checkpoint grew out of an older one.
#[utoipa::path(
    get,
    path = "/v1/checkpoints/latest/bundle",
    tag = "proofs",
    params(("since" = u64, Query, description = "the height of the older checkpoint")),
    responses((status = 200, description = "the bundle", body = Vec<u8>, content_type = "application/vnd.hefu.bundle")),
)]
pub(super) async fn growth(State(app): State<Arc<App>>, asked: Asked) -> Result<Response, Refused> {
    let since = asked.only(&["since"])?.get("since")?;
    let older = since.ok_or_else(|| Refused::query("since is needed: the older height"))?;
    bundle(&app, Query::Consistency { older: Height::new(older) }).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(pairs: &[(&str, &str)]) -> Result<Query, Refused> {
        let owned = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        about_did(DidId::default(), &Asked(owned.collect()))
    }

    #[test]
    fn a_query_asks_one_thing_of_a_did() {
        let (did, operations) = (DidId::default(), Operations::Named);
        let past = |at| Query::Past { did, at, operations };
        for (pairs, expected) in [
            (&[][..], Query::Record(StateKey::Did(did))),
            (&[("claim", "history")], Query::History { did, operations }),
            (&[("at_height", "7")], past(When::Height(Height::new(7)))),
            (&[("at_time_ms", "7")], past(When::Time(Timestamp::new(7)))),
        ] {
            assert_eq!(asked(pairs), Ok(expected));
        }
        let proved = asked(&[("claim", "history"), ("operations", "proved")]);
        assert_eq!(proved, Ok(Query::History { did, operations: Operations::Proved }));
    }

    #[test]
    fn a_query_that_contradicts_itself_is_refused() {
        for pairs in [
            &[("at_height", "7"), ("at_time_ms", "7")][..],
            &[("claim", "history"), ("at_height", "7")],
            &[("claim", "record")],
            &[("operations", "proved")],
            &[("claim", "history"), ("operations", "all")],
            &[("at_height", "-1")],
        ] {
            assert!(asked(pairs).is_err(), "{pairs:?}");
        }
    }
}
