//! Validators, and which of them this node reaches.

use super::answer;
use super::app::App;
use super::ask::Query;
use super::refused::Refused;
use axum::extract::State;
use axum::response::Response;
use hefu_api::{ValidatorView, Validators};
use hefu_ledger::{ReadError, state};
use hefu_primitives::{PublicKey, Validator, ValidatorIndex, ValidatorSet};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a node knows of its peers: names, and whether they are connected.
type Known = BTreeMap<PublicKey, (String, bool)>;

/// The validators of this epoch and the next.
#[utoipa::path(
    get,
    path = "/v1/validators",
    tag = "network",
    responses((status = 200, description = "the validators", body = Validators)),
)]
pub(super) async fn list(State(app): State<Arc<App>>, query: Query) -> Result<Response, Refused> {
    query.only(&[])?;
    let peers = app.picture().await?.peers;
    let peers = peers
        .into_iter()
        .map(|peer| (peer.known.key, (peer.known.name, peer.reached_at.is_some())));
    let (known, own): (Known, _) = (peers.collect(), app.live.key());
    let read = app.read(move |store| {
        let missing = || ReadError::Damaged("there is no record of the validators".to_owned());
        let validators = state::validators(store)?.ok_or_else(missing)?;
        Ok(Validators {
            epoch: validators.epoch.get(),
            quorum: u32::try_from(validators.current.quorum()).unwrap_or(u32::MAX),
            current: shown(&validators.current, &known, &own),
            next: shown(&validators.next, &known, &own),
        })
    });
    answer::json(&read.await?)
}

fn shown(set: &ValidatorSet, known: &Known, own: &PublicKey) -> Vec<ValidatorView> {
    let view = |(place, member): (ValidatorIndex, &Validator)| {
        let peer = known.get(&member.key);
        ValidatorView {
            place: place.get(),
            key: member.key.into(),
            incarnation: member.incarnation.into(),
            name: peer.map(|(name, _)| name.clone()),
            reachable: member.key == *own || peer.is_some_and(|(_, reachable)| *reachable),
        }
    };
    set.iter().map(view).collect()
}
