//! Which bundle a path asks for: the other way round from what the client does.

use hefu_ledger::TransactionId;
use hefu_ledger::bundle::{At, Operations, Query};
use hefu_ledger::did::{Did, DidId};
use hefu_ledger::json::{Json, Value};
use hefu_ledger::key::KeyBytes;
use hefu_ledger::organisation::OrganisationId;
use hefu_ledger::state::StateKey;
use hefu_primitives::{Hash, Height, Timestamp};
use std::collections::BTreeMap;

/// The query of a path that ends in `/bundle`.
pub(crate) fn query_of(path: &str) -> Option<Query> {
    let (path, options) = path.split_once('?').unwrap_or((path, ""));
    let options: BTreeMap<_, _> =
        options.split('&').filter_map(|one| one.split_once('=')).collect();
    let (kind, name) = path.strip_prefix("/v1/")?.strip_suffix("/bundle")?.split_once('/')?;
    Some(match kind {
        "dids" => of_did(did(name), &options),
        "organisations" => {
            Query::Record(StateKey::Organisation(OrganisationId::new(name.parse().unwrap())))
        }
        "records" => Query::Record(single(name)),
        "keys" => Query::KeyHolder(KeyBytes::from_bytes(*hash(name).as_bytes())),
        "transactions" => {
            let of = options.get("of").map(|of| did(of));
            Query::Transaction { id: TransactionId::new(hash(name)), of }
        }
        "checkpoints" => Query::Consistency { older: Height::new(number(options["since"])) },
        _ => return None,
    })
}

fn of_did(did: DidId, options: &BTreeMap<&str, &str>) -> Query {
    let operations = match options.get("operations") {
        Some(&"proved") => Operations::Proved,
        _ => Operations::Named,
    };
    if let Some(height) = options.get("at_height") {
        return Query::Past { did, at: At::Height(Height::new(number(height))), operations };
    }
    if let Some(time) = options.get("at_time_ms") {
        return Query::Past { did, at: At::Time(Timestamp::new(number(time))), operations };
    }
    match options.get("claim") {
        Some(&"history") => Query::History { did, operations },
        _ => Query::Record(StateKey::Did(did)),
    }
}

fn single(name: &str) -> StateKey {
    match name {
        "rules" => StateKey::Rules,
        "parameters" => StateKey::Parameters,
        "validators" => StateKey::Validators,
        "protocol" => StateKey::Protocol,
        other => panic!("no record {other}"),
    }
}

fn did(text: &str) -> DidId {
    text.parse::<Did>().unwrap().id
}

fn hash(text: &str) -> Hash {
    Hash::read(&Value::Text(text.to_owned())).unwrap()
}

fn number(text: &str) -> u64 {
    text.parse().unwrap()
}
