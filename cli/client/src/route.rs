//! Where a node answers which question.

use hefu_api::paths::{self, Single};
use hefu_ledger::bundle::{At, Operations, Query};
use hefu_ledger::did::{Did, DidId, NetworkName};
use hefu_ledger::state::StateKey;

/// The path of the bundle that answers `query` in a network; none if nodes are not asked for such.
pub(crate) fn of(query: &Query, network: &NetworkName) -> Option<String> {
    let did = |id: &DidId| Did { network: network.clone(), id: *id };
    Some(match query {
        Query::Record(StateKey::Did(id)) => paths::did_bundle(&did(id)),
        Query::Record(StateKey::Organisation(id)) => paths::organisation_bundle(*id),
        Query::Record(key) => paths::record_bundle(single(key)?),
        Query::KeyHolder(key) => paths::key_bundle(key),
        Query::Transaction { id, of: None } => paths::transaction_bundle(id),
        Query::Transaction { id, of: Some(entry) } => {
            format!("{}?of={}", paths::transaction_bundle(id), did(entry))
        }
        Query::History { did: id, operations } => {
            let bundle = paths::did_bundle(&did(id));
            format!("{bundle}?claim=history&operations={}", word(*operations))
        }
        Query::Past { did: id, at, operations } => {
            let bundle = paths::did_bundle(&did(id));
            format!("{bundle}?{}&operations={}", when(*at), word(*operations))
        }
        Query::Consistency { older } => {
            format!("{}?since={older}", paths::CHECKPOINT_LATEST_BUNDLE)
        }
    })
}

fn when(at: At) -> String {
    match at {
        At::Height(height) => format!("at_height={height}"),
        At::Time(time) => format!("at_time_ms={time}"),
    }
}

const fn word(operations: Operations) -> &'static str {
    match operations {
        Operations::Named => "named",
        Operations::Proved => "proved",
    }
}

const fn single(key: &StateKey) -> Option<Single> {
    match key {
        StateKey::Rules => Some(Single::Rules),
        StateKey::Parameters => Some(Single::Parameters),
        StateKey::Validators => Some(Single::Validators),
        StateKey::Protocol => Some(Single::Protocol),
        _ => None,
    }
}
