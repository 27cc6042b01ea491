//! The organisations whose keys a context holds: opening key files, and choosing who signs.

use crate::args::Common;
use crate::network::Network;
use crate::out::{Failure, Usage};
use crate::passphrase::{PassphraseArgs, Passphrases};
use anyhow::Result;
use hefu_client::Exit;
use hefu_keys::keyfile::{self, Unprotected};
use hefu_ledger::genesis::{Genesis, development};
use hefu_ledger::key::KeyBytes;
use hefu_ledger::organisation::{Organisation, OrganisationId, Standing};
use hefu_primitives::SecretKey;
use std::path::Path;

/// The organisations whose keys are at hand.
#[derive(Debug)]
pub(crate) struct Offices<'a> {
    network: &'a Network,
    passphrases: Passphrases,
}

impl<'a> Offices<'a> {
    /// Those of the context.
    pub(crate) fn of(network: &'a Network, args: &PassphraseArgs, common: Common) -> Self {
        Self { network, passphrases: Passphrases::of(args, network, common) }
    }

    /// Their numbers.
    pub(crate) fn numbers(&self) -> Vec<OrganisationId> {
        let numbers = self.network.known.keys.keys().filter_map(|number| number.parse().ok());
        let known = well_known(self.network.genesis()).into_iter().map(|(id, _)| id);
        let mut numbers: Vec<_> = numbers.map(OrganisationId::new).chain(known).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    /// The key of an organisation.
    pub(crate) fn key(&self, id: OrganisationId) -> Result<SecretKey> {
        let file = self.network.known.keys.get(&id.to_string());
        let known = || well_known(self.network.genesis()).into_iter().find(|(own, _)| *own == id);
        if let (None, Some((_, key))) = (file, known()) {
            return Ok(key);
        }
        let file = file.ok_or_else(|| {
            let what = format!("the context has no key of organisation {id}");
            let next = format!("hefu context add … --key {id}=FILE names its file");
            Failure { exit: Exit::Usage, code: "context.no_key", what, next }
        })?;
        self.open(&self.network.settings.path(file))
    }

    /// The key in a file. One of a development network needs no passphrase.
    pub(crate) fn open(&self, file: &Path) -> Result<SecretKey> {
        let development = self.network.genesis().development;
        let unprotected =
            if development { Unprotected::InDevelopment } else { Unprotected::Refused };
        let mut ask = || self.passphrases.ask(&file.display().to_string());
        Ok(keyfile::open(file, unprotected, &mut ask)?)
    }

    /// The organisation of this number, if it may act.
    pub(crate) fn good(&self, id: OrganisationId) -> Result<Organisation> {
        let found = self.network.client.organisation(id)?.value;
        let organisation = found.ok_or_else(|| {
            let what = format!("there is no organisation {id}");
            let next = "hefu org list shows them".to_owned();
            Failure { exit: Exit::NotFound, code: "organisation.absent", what, next }
        })?;
        if organisation.standing == Standing::Good {
            return Ok(organisation);
        }
        Err(Usage::of(format!("organisation {id} may not act: its standing is not good")))
    }
}

/// The keys of the organisations of a development network, which follow from its name. Founders with
/// keys of their own are not among them.
fn well_known(genesis: &Genesis) -> Vec<(OrganisationId, SecretKey)> {
    let Ok(validators) = u8::try_from(genesis.validators.len()) else { return Vec::new() };
    if !genesis.development {
        return Vec::new();
    }
    let made = development(genesis.network.clone(), validators, genesis.start);
    let keys = made.map(|made| made.organisations).unwrap_or_default();
    let founded = |id: &OrganisationId, key: &SecretKey| {
        let founder = genesis.organisations.iter().find(|founder| founder.id == *id);
        founder.is_some_and(|founder| founder.keys.contains(&public(key)))
    };
    keys.into_iter().filter(|(id, key)| founded(id, key)).collect()
}

/// The public half of a key as the ledger keeps it.
pub(crate) fn public(key: &SecretKey) -> KeyBytes {
    KeyBytes::from(&key.public_key())
}
