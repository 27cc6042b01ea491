//! Organisations.

use super::answer;
use super::app::App;
use super::ask::{Param, Query};
use super::cursor::Cursor;
use super::refused::Refused;
use axum::extract::State;
use axum::response::Response;
use hefu_api::{OrganisationView, Page};
use hefu_ledger::limits::ORGANISATIONS_MAX;
use hefu_ledger::organisation::OrganisationId;
use hefu_ledger::state;
use hefu_ledger::store::rocks::RocksStore;
use std::sync::Arc;

/// The organisations, by number.
#[utoipa::path(
    get,
    path = "/v1/organisations",
    tag = "network",
    params(
        ("after" = Option<String>, Query, description = "`next` of the page before", pattern = "^[A-Za-z0-9_-]+$"),
        ("limit" = Option<u32>, Query, description = "how many at most", minimum = 1, maximum = 500),
    ),
    responses((status = 200, description = "organisations in order", body = Page<OrganisationView>)),
)]
pub(super) async fn list(State(app): State<Arc<App>>, query: Query) -> Result<Response, Refused> {
    let query = query.only(&["after", "limit"])?;
    let after = query.get::<Cursor>("after")?.map(Cursor::organisation).transpose()?;
    let (first, limit) = (after.map_or(0, |number| number.saturating_add(1)), query.limit()?);
    answer::json(&app.read(move |store| page(store, first, limit)).await?)
}

/// The number is one of few, so each is looked for.
fn page(store: &RocksStore, first: u16, limit: usize) -> Result<Page<OrganisationView>, Refused> {
    let last = u16::try_from(ORGANISATIONS_MAX).unwrap_or(u16::MAX);
    let mut items = Vec::new();
    for id in (first..=last).map(OrganisationId::new) {
        let Some(organisation) = state::organisation(store, id)? else { continue };
        if items.len() == limit {
            let next = items.last().map(|one: &OrganisationView| Cursor::Organisation(one.id));
            return Ok(Page { items, next: next.map(|next| next.to_string()) });
        }
        items.push(OrganisationView::of(id, &organisation));
    }
    Ok(Page { items, next: None })
}

/// One organisation.
#[utoipa::path(
    get,
    path = "/v1/organisations/{id}",
    tag = "network",
    params(("id" = u16, Path, description = "its number")),
    responses((status = 200, description = "the organisation", body = OrganisationView)),
)]
pub(super) async fn one(
    State(app): State<Arc<App>>,
    Param(id): Param<u16>,
    query: Query,
) -> Result<Response, Refused> {
    query.only(&[])?;
    let id = OrganisationId::new(id);
    let read = app.read(move |store| {
        let unknown = || Refused::not_found("there is no organisation of this number");
        let organisation = state::organisation(store, id)?.ok_or_else(unknown)?;
        Ok(OrganisationView::of(id, &organisation))
    });
    answer::json(&read.await?)
}
