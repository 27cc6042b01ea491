//! What lies in a node's directory, read and checked.

use super::args::PlaceArgs;
use super::ending::Ending;
use crate::out::{self, Usage};
use crate::passphrase::named;
use anyhow::{Context, Error, anyhow};
use hefu_keys::keyfile::{self, Unprotected};
use hefu_keys::passphrase::{Passphrase, PassphraseError};
use hefu_ledger::genesis::{Genesis, SignedGenesis};
use hefu_ledger::limits::GENESIS_BYTES_MAX;
use hefu_node::acts::ActsError;
use hefu_node::clock::Clock;
use hefu_node::config::{Config, Settings};
use hefu_node::home::Home;
use hefu_node::node::{Role, begin_incarnation};
use hefu_primitives::{Ed25519, Incarnation, PublicKey, SecretKey};
use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Everything that a node starts with, but for its address book.
pub(super) struct Found {
    pub(super) settings: Settings,
    pub(super) genesis: SignedGenesis,
    pub(super) key: SecretKey,
    pub(super) incarnation: Incarnation,
    pub(super) clock: Clock,
}

/// Reads configuration, genesis and key.
pub(super) fn find(args: &PlaceArgs) -> Result<Found, Error> {
    let directory = args.directory.as_path();
    let settings = settings(directory, &args.set)?;
    let Config { role, genesis, key, .. } = &settings.config;
    let genesis = read_genesis(&directory.join(genesis)).map_err(|e| Ending::Setup.because(e))?;
    let key = directory.join(key);
    let key = open_key(&key, &genesis.genesis, args.passphrase_file.as_deref());
    let key = key.map_err(|e| Ending::Setup.because(e))?;
    let incarnation = incarnation(&genesis.genesis, *role, &key.public_key());
    let incarnation = incarnation.map_err(|e| Ending::Setup.because(e))?;
    let clock = settings.config.clock(&genesis.genesis).map_err(|e| Ending::Setup.because(e))?;
    Ok(Found { settings, genesis, key, incarnation, clock })
}

/// Opens the directory. A follower's acts log that is gone, or was never whole, is begun anew: it signs
/// nothing, so that there is nothing to guard.
pub(super) fn open(directory: &Path, found: &Found) -> Result<Home, Error> {
    let home = Home::open(directory).map_err(|e| Ending::Home.because(e))?;
    if found.settings.config.role == Role::Follower {
        let Found { genesis, key, incarnation, .. } = found;
        match begin_incarnation(&home, &genesis.genesis, key, *incarnation) {
            Ok(()) => out::note(
                "there was no acts log; a follower signs nothing, and has begun a new one",
            ),
            Err(ActsError::Exists { .. }) => {}
            Err(error) => return Err(Ending::Acts.because(error)),
        }
    }
    Ok(home)
}

/// The settings of a node's directory.
pub(super) fn settings(directory: &Path, flags: &[(String, String)]) -> Result<Settings, Error> {
    if !directory.is_dir() {
        let missing =
            anyhow!("there is no directory {}; `hefu node init` makes one", directory.display());
        return Err(Ending::Home.because(missing));
    }
    let named = |(name, value): (OsString, OsString)| {
        Some((name.into_string().ok()?, value.into_string().ok()?))
    };
    let environment: BTreeMap<String, String> = env::vars_os().filter_map(named).collect();
    Settings::load(directory, &environment, flags).map_err(|e| Ending::Setup.because(e))
}

/// The genesis in a file, with founders' signatures that are complete and hold.
pub(super) fn read_genesis(path: &Path) -> Result<SignedGenesis, Error> {
    let signed = parse_genesis(path)?;
    signed.verify(&Ed25519).with_context(|| format!("the genesis in {}", path.display()))?;
    Ok(signed)
}

/// What a genesis file says. Nothing of it is checked but its form.
pub(crate) fn parse_genesis(path: &Path) -> Result<SignedGenesis, Error> {
    let mut text = String::new();
    let most = u64::try_from(GENESIS_BYTES_MAX).unwrap_or(u64::MAX);
    let read = File::open(path).and_then(|file| file.take(most).read_to_string(&mut text));
    read.map_err(|error| Usage::of(format!("{} cannot be read: {error}", path.display())))?;
    let signed = SignedGenesis::from_file(&text);
    signed.with_context(|| format!("{} is no genesis file", path.display()))
}

/// The key in a file. The passphrase, if it takes one, comes from a file that the line or the
/// environment names, from the service manager, or from whoever sits at the terminal.
pub(crate) fn open_key(
    path: &Path,
    genesis: &Genesis,
    passphrase_file: Option<&Path>,
) -> Result<SecretKey, Error> {
    let unprotected =
        if genesis.development { Unprotected::InDevelopment } else { Unprotected::Refused };
    let mut ask = || passphrase(path, passphrase_file);
    Ok(keyfile::open(path, unprotected, &mut ask)?)
}

pub(super) fn passphrase(
    path: &Path,
    passphrase_file: Option<&Path>,
) -> Result<Passphrase, PassphraseError> {
    match named(passphrase_file) {
        Some(file) => Passphrase::from_file(&file),
        None => Passphrase::from_credential()
            .unwrap_or_else(|| Passphrase::ask(&format!("Passphrase of {}: ", path.display()))),
    }
}

/// The incarnation of a node's key: a validator has the genesis' for it, a follower signs nothing and
/// needs none.
pub(super) fn incarnation(
    genesis: &Genesis,
    role: Role,
    key: &PublicKey,
) -> Result<Incarnation, Error> {
    let found = genesis.validators.index_of(key).and_then(|at| genesis.validators.get(at));
    match (role, found) {
        (Role::Validator, Some(validator)) => Ok(validator.incarnation),
        (Role::Validator, None) => Err(anyhow!(
            "the key is not of a validator of this network; with the role follower it needs not be"
        )),
        (Role::Follower, None) => Ok(Incarnation::from_bytes([0; 16])),
        (Role::Follower, Some(_)) => Err(anyhow!(
            "the key is a validator's; a follower must have one of its own, or it would take the \
             validator's place on the network"
        )),
    }
}
