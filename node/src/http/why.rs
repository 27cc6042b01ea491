//! Why no block comes, from what this node sees: who is missing, whose turn it is, what is waited for.

use super::answer;
use super::app::{App, At};
use super::ask::Query;
use super::refused::Refused;
use super::status::halt;
use crate::node::{Picture, Role};
use axum::extract::State;
use axum::response::Response;
use hefu_api::{HaltView, Reason, Why};
use hefu_consensus::limits::HEARTBEAT_MS;
use hefu_ledger::store::Store;
use hefu_primitives::PublicKey;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How long a view lasts when all is well: a few deadlines of development networks, and one of most
/// others.
const VIEW_MS_USUAL: u64 = 5_000;

/// The age of the last block from which even an idle network has failed to make one.
const AGE_MS_MAX: u64 = 2 * HEARTBEAT_MS;

/// Why no block comes.
#[utoipa::path(
    get,
    path = "/v1/why",
    tag = "node",
    responses((status = 200, description = "what the node finds", body = Why)),
)]
pub(super) async fn why(State(app): State<Arc<App>>, query: Query) -> Result<Response, Refused> {
    query.only(&[])?;
    let picture = app.picture().await?;
    let At { height, value } = app.read(|store| Ok(store.head().header.time)).await?;
    let halted = app.live.halted().as_ref().map(halt);
    let seen = Seen {
        own: app.live.key(),
        age_ms: app.now().since(value),
        names: names(&picture),
        halted,
        picture,
    };
    answer::json(&At { height, value: seen.why() })
}

fn names(picture: &Picture) -> BTreeMap<PublicKey, String> {
    picture.peers.iter().map(|peer| (peer.known.key, peer.known.name.clone())).collect()
}

/// What a node sees of itself and others.
struct Seen {
    own: PublicKey,
    age_ms: u64,
    names: BTreeMap<PublicKey, String>,
    halted: Option<HaltView>,
    picture: Picture,
}

impl Seen {
    fn why(&self) -> Why {
        let first = self.trouble();
        let well = first.is_none();
        let missing = self.missing();
        // Beside something weightier, or by itself: a quorum may do without these.
        let absent = (!missing.is_empty()).then(|| self.absent(&missing));
        let reasons = first.into_iter().chain(absent).chain(self.others_clocks());
        let reasons = reasons.chain(well.then(|| self.course())).collect();
        Why {
            well,
            height: self.picture.height.get(),
            age_ms: self.age_ms,
            view: self.picture.view.get(),
            in_view_ms: self.picture.in_view_ms,
            reasons,
        }
    }

    /// What keeps blocks from coming, if they do not.
    fn trouble(&self) -> Option<Reason> {
        let Picture { quorum, in_view_ms, catching_up_to, .. } = &self.picture;
        let missing = self.missing();
        let reached = self.picture.validators.len().saturating_sub(missing.len());
        if let Some(halted) = &self.halted {
            return Some(reason(&halted.code, halted.reason.clone(), &[]));
        }
        if self.picture.disk_low {
            let detail = "the disk of this node is nearly full, so it takes no part".to_owned();
            return Some(reason("why.disk_low", detail, &[]));
        }
        if let Some(target) = catching_up_to {
            let detail = format!("this node is fetching blocks up to height {target}");
            return Some(reason("why.catching_up", detail, &[]));
        }
        if self.picture.role == Role::Follower {
            let alone = self.picture.peers.iter().all(|peer| peer.reached_at.is_none());
            let detail = "this follower is connected with nobody".to_owned();
            let alone = alone.then(|| reason("why.no_peers", detail, &[]));
            return alone.or_else(|| self.own_clock()).or_else(|| self.stale());
        }
        if reached < *quorum {
            let detail = format!("{reached} validators are here, where {quorum} must agree");
            return Some(reason("why.no_quorum", detail, &missing));
        }
        if let Some(wrong) = self.own_clock() {
            return Some(wrong);
        }
        if self.waits() && *in_view_ms > VIEW_MS_USUAL {
            let (leader, name) = (self.picture.leader, self.name(&self.picture.leader));
            let detail = format!("it is the turn of {name}, for {in_view_ms} ms already");
            return Some(reason("why.leader_slow", detail, &[leader]));
        }
        self.stale()
    }

    /// Whose clock is wrong votes for nobody's block, and nobody for its (R13).
    fn own_clock(&self) -> Option<Reason> {
        let wrong = off(self.picture.skew.own_ms?);
        let detail = format!(
            "the clock of this node is {wrong} those of the other validators; it has no part in \
             agreement until it is set right"
        );
        Some(reason("why.clock", detail, &[self.own]))
    }

    fn others_clocks(&self) -> impl Iterator<Item = Reason> {
        self.picture.skew.others_ms.iter().map(|(key, ahead_ms)| {
            let (name, wrong) = (self.name(key), off(*ahead_ms));
            let detail = format!("the clock of {name} is {wrong} that of this node");
            reason("why.clock", detail, &[*key])
        })
    }

    /// An old block says that something is wrong even where everybody seems to be there.
    fn stale(&self) -> Option<Reason> {
        let age_ms = self.age_ms;
        let detail = format!(
            "the last block is {age_ms} ms old, where an idle network makes one \
                              every {HEARTBEAT_MS} ms"
        );
        (age_ms > AGE_MS_MAX).then(|| reason("why.stale", detail, &[]))
    }

    /// What is going on when all is well.
    fn course(&self) -> Reason {
        let name = self.name(&self.picture.leader);
        if self.waits() {
            let count = self.picture.pending.count;
            let detail = format!("{count} transactions wait, and it is the turn of {name}");
            return reason("why.working", detail, &[self.picture.leader]);
        }
        let detail =
            format!("no transaction waits here; every {HEARTBEAT_MS} ms comes an empty block");
        reason("why.idle", detail, &[])
    }

    fn waits(&self) -> bool {
        self.picture.pending.count > 0
    }

    /// Validators that this node does not reach.
    fn missing(&self) -> Vec<PublicKey> {
        let peers = self.picture.peers.iter();
        let reached: Vec<_> =
            peers.filter(|peer| peer.reached_at.is_some()).map(|peer| peer.known.key).collect();
        let here = |key: &&PublicKey| **key == self.own || reached.contains(key);
        self.picture.validators.iter().filter(|key| !here(key)).copied().collect()
    }

    fn absent(&self, missing: &[PublicKey]) -> Reason {
        let names: Vec<_> = missing.iter().map(|key| self.name(key)).collect();
        let detail = format!("not connected with this node: {}", names.join(", "));
        reason("why.unreachable", detail, missing)
    }

    /// What people call a validator.
    fn name(&self, key: &PublicKey) -> String {
        if *key == self.own {
            return "this node".to_owned();
        }
        self.names.get(key).cloned().unwrap_or_else(|| format!("validator {key}"))
    }
}

/// How far a clock is off that is ahead by so many milliseconds, in words.
fn off(ahead_ms: i64) -> String {
    let side = if ahead_ms > 0 { "ahead of" } else { "behind" };
    format!("{} s {side}", (ahead_ms.unsigned_abs() + 500) / 1_000)
}

fn reason(code: &str, detail: String, about: &[PublicKey]) -> Reason {
    let validators = about.iter().map(|key| (*key).into()).collect();
    Reason { code: code.to_owned(), detail, validators }
}

#[cfg(test)]
mod tests;
