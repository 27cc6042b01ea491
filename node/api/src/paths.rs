//! Paths: as the node declares them, with parameters in braces, and as a client asks for them.

use hefu_ledger::did::Did;
use hefu_ledger::key::KeyBytes;
use hefu_ledger::organisation::OrganisationId;
use hefu_ledger::transaction::TransactionId;
use hefu_primitives::Height;

/// Submits a transaction.
pub const TRANSACTIONS: &str = "/v1/transactions";
/// What became of a transaction.
pub const TRANSACTION: &str = "/v1/transactions/{id}";
/// The proof that a transaction is in the chain.
pub const TRANSACTION_BUNDLE: &str = "/v1/transactions/{id}/bundle";
/// The record of a DID.
pub const DID: &str = "/v1/dids/{did}";
/// Its log.
pub const DID_HISTORY: &str = "/v1/dids/{did}/history";
/// Its proof.
pub const DID_BUNDLE: &str = "/v1/dids/{did}/bundle";
/// Which DID has a key, or had it.
pub const KEY: &str = "/v1/keys/{key}";
/// The proof of that.
pub const KEY_BUNDLE: &str = "/v1/keys/{key}/bundle";
/// The organisations.
pub const ORGANISATIONS: &str = "/v1/organisations";
/// One of them.
pub const ORGANISATION: &str = "/v1/organisations/{id}";
/// Its proof.
pub const ORGANISATION_BUNDLE: &str = "/v1/organisations/{id}/bundle";
/// The proof of a record of which there is one.
pub const RECORD_BUNDLE: &str = "/v1/records/{name}/bundle";
/// The newest checkpoint.
pub const CHECKPOINT_LATEST: &str = "/v1/checkpoints/latest";
/// The proof that it grew out of an older one.
pub const CHECKPOINT_LATEST_BUNDLE: &str = "/v1/checkpoints/latest/bundle";
/// The checkpoint at a height.
pub const CHECKPOINT: &str = "/v1/checkpoints/{height}";
/// The blocks.
pub const BLOCKS: &str = "/v1/blocks";
/// One of them.
pub const BLOCK: &str = "/v1/blocks/{height}";
/// Who votes.
pub const VALIDATORS: &str = "/v1/validators";
/// Transactions by DID, organisation or kind.
pub const SEARCH: &str = "/v1/search";
/// All transactions, one a line.
pub const EXPORT: &str = "/v1/export";
/// Final blocks as they come.
pub const EVENTS: &str = "/v1/events";
/// How the node is.
pub const STATUS: &str = "/v1/status";
/// Why no block comes.
pub const WHY: &str = "/v1/why";
/// The signed genesis file.
pub const GENESIS: &str = "/genesis";
/// The description of this API.
pub const OPENAPI: &str = "/openapi.json";
/// What is where, for a person.
pub const INDEX: &str = "/";
/// DID resolution. What is asked for is the rest of the path: a DID or a DID URL.
pub const IDENTIFIER: &str = "/1.0/identifiers/{did}";
/// On the administration's address: what Prometheus reads.
pub const METRICS: &str = "/metrics";

/// A record of which there is one, by the name in [`RECORD_BUNDLE`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Single {
    /// The validators of this epoch and the next.
    Validators,
    /// The authority rules.
    Rules,
    /// The parameters.
    Parameters,
    /// The version of the rules of execution.
    Protocol,
}

impl Single {
    /// Each of them with its name.
    pub const NAMED: [(Self, &'static str); 4] = [
        (Self::Validators, "validators"),
        (Self::Rules, "rules"),
        (Self::Parameters, "parameters"),
        (Self::Protocol, "protocol"),
    ];

    /// The name.
    pub fn name(self) -> &'static str {
        Self::NAMED.iter().find(|row| row.0 == self).map_or("", |row| row.1)
    }
}

/// Asks what became of a transaction.
pub fn transaction(id: &TransactionId) -> String {
    format!("{TRANSACTIONS}/{id}")
}

/// Asks for a transaction's bundle.
pub fn transaction_bundle(id: &TransactionId) -> String {
    format!("{TRANSACTIONS}/{id}/bundle")
}

/// Asks for the record of a DID.
pub fn did(did: &Did) -> String {
    format!("/v1/dids/{did}")
}

/// Asks for a DID's log.
pub fn did_history(did: &Did) -> String {
    format!("/v1/dids/{did}/history")
}

/// Asks for a DID's bundle.
pub fn did_bundle(did: &Did) -> String {
    format!("/v1/dids/{did}/bundle")
}

/// Asks for the holder of a key.
pub fn key(key: &KeyBytes) -> String {
    format!("/v1/keys/{key}")
}

/// Asks for the bundle of a key.
pub fn key_bundle(key: &KeyBytes) -> String {
    format!("/v1/keys/{key}/bundle")
}

/// Asks for an organisation.
pub fn organisation(id: OrganisationId) -> String {
    format!("{ORGANISATIONS}/{id}")
}

/// Asks for an organisation's bundle.
pub fn organisation_bundle(id: OrganisationId) -> String {
    format!("{ORGANISATIONS}/{id}/bundle")
}

/// Asks for the bundle of a record of which there is one.
pub fn record_bundle(record: Single) -> String {
    format!("/v1/records/{}/bundle", record.name())
}

/// Asks for the checkpoint at a height.
pub fn checkpoint(height: Height) -> String {
    format!("/v1/checkpoints/{height}")
}

/// Asks for a block.
pub fn block(height: Height) -> String {
    format!("{BLOCKS}/{height}")
}

/// Resolves a DID or a DID URL, whose parameters it percent-encodes the way the path needs it:
/// `?`, `#` and `%` would end the path or be undone within it.
pub fn identifier(did_url: &str) -> String {
    let escaped = did_url.chars().fold(String::new(), |mut path, c| {
        match c {
            '%' => path.push_str("%25"),
            '?' => path.push_str("%3F"),
            '#' => path.push_str("%23"),
            _ => path.push(c),
        }
        path
    });
    format!("/1.0/identifiers/{escaped}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use hefu_primitives::Hash;

    /// The template with `value` in place of its parameter.
    fn filled(template: &str, value: &str) -> String {
        let (before, rest) = template.split_once('{').unwrap();
        let (_, after) = rest.split_once('}').unwrap();
        format!("{before}{value}{after}")
    }

    #[test]
    fn what_is_asked_for_is_what_is_declared() {
        let id = TransactionId::new(Hash::from_bytes([3; 32]));
        let key_bytes = KeyBytes::from_bytes([4; 32]);
        let text = "did:hefu:test:kjaa24g3e7uarycdtmcbj4jkppqajfnpv6z5r2b3vjp4q2ofzlqq";
        let some: Did = text.parse().unwrap();
        let office = OrganisationId::new(7);
        let hex = id.to_string();
        for (asked, declared, value) in [
            (transaction(&id), TRANSACTION, hex.as_str()),
            (transaction_bundle(&id), TRANSACTION_BUNDLE, &hex),
            (did(&some), DID, text),
            (did_history(&some), DID_HISTORY, text),
            (did_bundle(&some), DID_BUNDLE, text),
            (key(&key_bytes), KEY, &key_bytes.to_string()),
            (key_bundle(&key_bytes), KEY_BUNDLE, &key_bytes.to_string()),
            (organisation(office), ORGANISATION, "7"),
            (organisation_bundle(office), ORGANISATION_BUNDLE, "7"),
            (record_bundle(Single::Rules), RECORD_BUNDLE, "rules"),
            (checkpoint(Height::new(9)), CHECKPOINT, "9"),
            (block(Height::new(9)), BLOCK, "9"),
            (identifier(text), IDENTIFIER, text),
        ] {
            assert_eq!(asked, filled(declared, value));
        }
    }

    #[test]
    fn a_did_url_stays_within_the_path() {
        let path = identifier("did:hefu:test:x?versionTime=2026-01-01T00:00:00Z&a=%20#key");
        let end = "did:hefu:test:x%3FversionTime=2026-01-01T00:00:00Z&a=%2520%23key";
        assert_eq!(path, format!("/1.0/identifiers/{end}"));
    }
}
