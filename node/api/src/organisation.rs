//! Organisations.

use crate::hex::Hex32;
use crate::words::{word, words};
use hefu_ledger::organisation::{Organisation, OrganisationId};
use serde::{Deserialize, Serialize};

/// An organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrganisationView {
    /// Its number.
    pub id: u16,
    /// Its name for people.
    pub name: String,
    /// What it may do.
    pub roles: Vec<String>,
    /// Its signature keys.
    pub keys: Vec<Hex32>,
    /// `good`, `suspended` or `left`.
    pub standing: String,
    /// When it was admitted, by block time.
    pub admitted_ms: u64,
}

impl OrganisationView {
    /// What the ledger knows of the organisation with this number.
    pub fn of(id: OrganisationId, organisation: &Organisation) -> Self {
        Self {
            id: id.get(),
            name: organisation.name.to_string(),
            roles: words(&organisation.roles),
            keys: organisation.keys.iter().map(|key| Hex32::from(*key)).collect(),
            standing: word(&organisation.standing),
            admitted_ms: organisation.admitted.get(),
        }
    }
}
