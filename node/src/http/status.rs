//! How the node is, and the documents that it gives to everybody.

use super::answer::{self, Lasting};
use super::app::{App, At};
use super::ask::Query;
use super::documents::Document;
use super::refused::Refused;
use crate::net::PeerStatus;
use crate::node::{Picture, Role as Does};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use hefu_api::{HaltView, PeerView, PendingView, Role, Status, media};
use hefu_consensus::Halt;
use hefu_ledger::store::Store;
use hefu_primitives::{Header, Height};
use std::sync::Arc;

/// How the node is.
#[utoipa::path(
    get,
    path = "/v1/status",
    tag = "node",
    responses((status = 200, description = "how it is", body = Status)),
)]
pub(super) async fn status(State(app): State<Arc<App>>, query: Query) -> Result<Response, Refused> {
    query.only(&[])?;
    let picture = app.picture().await?;
    let At { height, value } = app.read(|store| Ok(store.head().header.clone())).await?;
    answer::json(&At { height, value: shown(&app, picture, &value) })
}

fn shown(app: &App, picture: Picture, head: &Header) -> Status {
    let pending = PendingView {
        transactions: u64::try_from(picture.pending.count).unwrap_or(u64::MAX),
        bytes: u64::try_from(picture.pending.bytes).unwrap_or(u64::MAX),
    };
    Status {
        network: app.network().to_string(),
        genesis: app.genesis.into(),
        development: app.live.genesis().genesis.development,
        key: app.live.key().into(),
        role: role(picture.role),
        software: env!("CARGO_PKG_VERSION").to_owned(),
        protocol_version: head.protocol_version,
        height: head.height.get(),
        digest: head.digest().into(),
        time_ms: head.time.get(),
        epoch: picture.epoch.get(),
        view: picture.view.get(),
        leader: picture.leader.into(),
        quorum: u32::try_from(picture.quorum).unwrap_or(u32::MAX),
        peers: picture.peers.into_iter().map(peer).collect(),
        pending,
        catching_up_to: picture.catching_up_to.map(Height::get),
        halted: app.live.halted().as_ref().map(halt),
    }
}

const fn role(role: Does) -> Role {
    match role {
        Does::Validator => Role::Validator,
        Does::Follower => Role::Follower,
    }
}

fn peer(peer: PeerStatus) -> PeerView {
    PeerView {
        key: peer.known.key.into(),
        name: peer.known.name,
        reachable: peer.reached_at.is_some(),
        connected_at_height: peer.reached_at.map(Height::get),
        dropped: peer.dropped,
    }
}

/// Why a node signs nothing any more, in words.
pub(super) fn halt(halt: &Halt) -> HaltView {
    let (code, reason) = match halt {
        Halt::Diverged { digest } => (
            "halt.diverged",
            format!(
                "a quorum certified block {digest}, which this node's execution refuses: one of \
                 the two is wrong"
            ),
        ),
        Halt::ForeignSignature { epoch, view } => (
            "halt.foreign_signature",
            format!(
                "there is a signature of this node's key in view {view} of epoch {epoch} that it \
                 does not remember: its acts log is too old, or somebody else has the key"
            ),
        ),
        Halt::Forked { view } => (
            "halt.forked",
            format!(
                "two certificates contradict each other, the second in view {view}: more \
                 validators are faulty than can be tolerated"
            ),
        ),
    };
    HaltView { code: code.to_owned(), reason }
}

/// The signed genesis file.
#[utoipa::path(
    get,
    path = "/genesis",
    tag = "network",
    responses((status = 200, description = "the file", body = serde_json::Value)),
)]
pub(super) async fn genesis(
    State(app): State<Arc<App>>,
    query: Query,
) -> Result<Response, Refused> {
    query.only(&[])?;
    Ok(document(media::JSON, &app.documents.genesis))
}

/// This description.
#[utoipa::path(
    get,
    path = "/openapi.json",
    tag = "node",
    responses((status = 200, description = "OpenAPI 3.1", body = serde_json::Value)),
)]
pub(super) async fn openapi(
    State(app): State<Arc<App>>,
    query: Query,
) -> Result<Response, Refused> {
    query.only(&[])?;
    Ok(document(media::JSON, &app.documents.openapi))
}

/// What is where, for a person. Programs read the description.
pub(super) async fn index(State(app): State<Arc<App>>, query: Query) -> Result<Response, Refused> {
    query.only(&[])?;
    Ok(document(media::TEXT, &app.documents.index))
}

fn document(media_type: &'static str, document: &Document) -> Response {
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static(media_type))];
    (headers, document.text.clone()).into_response().tagged(&document.tag)
}
