//! `hefu node init`: makes a node's directory.

use super::args::InitArgs;
use super::ending::Ending;
use super::home::{incarnation, open_key, passphrase, read_genesis};
use crate::args::Common;
use crate::out;
use anyhow::{Context, Error, anyhow};
use data_encoding::HEXLOWER;
use hefu_keys::keyfile::{self, Protection};
use hefu_ledger::genesis::{Genesis, SignedGenesis, development};
use hefu_node::config::{FILE, Peer};
use hefu_node::home::Home;
use hefu_node::node::{Role, begin_incarnation};
use hefu_primitives::SecretKey;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use toml::{Table, Value};

const GENESIS: &str = "genesis.json";
const KEY: &str = "node.key.pem";

/// Makes the directory. What is half made when this fails can be removed; nothing was overwritten.
pub(super) fn main(args: &InitArgs, common: Common) -> Result<ExitCode, Error> {
    let signed = read_genesis(&args.genesis).map_err(|e| Ending::Setup.because(e))?;
    let directory = args.directory.as_path();
    let home = Home::create(directory).map_err(|e| Ending::Home.because(e))?;
    if directory.join(FILE).exists() {
        let taken = anyhow!("{} is a node's already; nothing was changed", directory.display());
        return Err(Ending::Home.because(taken));
    }
    let key = take_key(args, &signed.genesis).map_err(|e| Ending::Setup.because(e))?;
    let life = incarnation(&signed.genesis, args.role, &key.public_key());
    let life = life.map_err(|e| Ending::Setup.because(e))?;
    let begun = begin_incarnation(&home, &signed.genesis, &key, life);
    begun.map_err(|e| Ending::Acts.because(e))?;
    write_files(args, &signed).map_err(|e| Ending::Home.because(e))?;
    let digits = HEXLOWER.encode(key.public_key().as_bytes());
    out::data(&format!("{digits}\n"))?;
    common.tell(format_args!(
        "made {} {} of network {}; `hefu node start {}` runs it",
        args.role.word(),
        args.name,
        signed.genesis.network,
        directory.display()
    ));
    Ok(ExitCode::SUCCESS)
}

/// The key that was named, or one that is made.
fn take_key(args: &InitArgs, genesis: &Genesis) -> Result<SecretKey, Error> {
    let own = args.directory.join(KEY);
    if let Some(path) = &args.key {
        return open_key(path, genesis, args.passphrase_file.as_deref());
    }
    let key = match (args.development_validator, args.role) {
        (Some(number), _) => development_key(genesis, number)?,
        (None, Role::Follower) => keyfile::generate()?,
        (None, Role::Validator) => {
            return Err(anyhow!(
                "a validator's key is made before the genesis: name it with --key"
            ));
        }
    };
    if genesis.development {
        keyfile::create(&own, &key, Protection::None)?;
    } else {
        let passphrase = passphrase(&own, args.passphrase_file.as_deref())?.as_new()?;
        keyfile::create(&own, &key, Protection::Passphrase(&passphrase))?;
    }
    Ok(key)
}

/// The key that everybody knows, of a validator of a development network.
fn development_key(genesis: &Genesis, number: u8) -> Result<SecretKey, Error> {
    let count = u8::try_from(genesis.validators.len()).unwrap_or(u8::MAX);
    if !genesis.development {
        return Err(anyhow!("this is no development network, so its keys are not known"));
    }
    let known = development(genesis.network.clone(), count, genesis.start)?;
    let key = usize::from(number).checked_sub(1).and_then(|place| known.validators.get(place));
    let key = key.filter(|key| genesis.validators.index_of(&key.public_key()).is_some());
    key.cloned().ok_or_else(|| anyhow!("the network has validators 1 to {count}"))
}

/// Writes the genesis and, last of all, the configuration: without it this is no node's directory yet.
fn write_files(args: &InitArgs, signed: &SignedGenesis) -> Result<(), Error> {
    let directory = args.directory.as_path();
    write_new(&directory.join(GENESIS), &signed.to_file())?;
    write_new(&directory.join(FILE), &configuration(args)?)
}

fn write_new(path: &Path, text: &str) -> Result<(), Error> {
    let write = || {
        let mut file = fs::File::create_new(path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    };
    write().with_context(|| format!("writing {}", path.display()))
}

/// The text of `hefu.toml`.
fn configuration(args: &InitArgs) -> Result<String, Error> {
    let key = match &args.key {
        Some(path) => fs::canonicalize(path)?.display().to_string(),
        None => KEY.to_owned(),
    };
    let mut file = Table::new();
    let mut put = |key: &str, value: Value| drop(file.insert(key.to_owned(), value));
    put("name", args.name.clone().into());
    put("role", args.role.word().into());
    put("genesis", GENESIS.into());
    put("key", key.into());
    put("http", listener(args.http_listen.to_string()));
    put("admin", listener(args.admin_listen.to_string()));
    let mut peers = Table::new();
    peers.insert("listen".to_owned(), args.peers_listen.to_string().into());
    peers.insert("known".to_owned(), args.peers.iter().map(peer).collect::<Vec<_>>().into());
    put("peers", peers.into());
    Ok(toml::to_string(&file)?)
}

fn listener(address: String) -> Value {
    Table::from_iter([("listen".to_owned(), address.into())]).into()
}

fn peer(peer: &Peer) -> Value {
    let mut table = Table::new();
    table.insert("key".to_owned(), HEXLOWER.encode(peer.key.as_bytes()).into());
    table.insert("name".to_owned(), peer.name.clone().into());
    if let Some(address) = peer.address {
        table.insert("address".to_owned(), address.to_string().into());
    }
    table.into()
}
