//! A holder's wallet at the command line: which it is, and opening it.

use crate::args::Common;
use crate::config::{NetworkArgs, Settings};
use crate::network::{Network, make_directory};
use crate::out::{Failure, Usage};
use crate::passphrase::{PassphraseArgs, Passphrases};
use anyhow::Result;
use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use hefu_client::Exit;
use hefu_keys::wallet::{Account, Hardness, Platform, Seed, Stage, Wallet, WalletFile};
use hefu_ledger::did::{Did, DidId};
use std::path::{Path, PathBuf};

/// Which DID of which wallet.
#[derive(Clone, Debug, Args)]
pub(crate) struct HolderArgs {
    /// The wallet: a name, such as alice, or a file
    #[arg(value_name = "WALLET", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) wallet: String,
    /// The platform that the DID is for
    #[arg(long, value_name = "NAME")]
    pub(crate) platform: Option<Platform>,
    /// The DID, if the platform does not tell it
    #[arg(long, value_name = "DID", conflicts_with = "platform")]
    pub(crate) did: Option<Did>,
    #[command(flatten)]
    pub(crate) passphrase: PassphraseArgs,
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}

/// A wallet that is open, and the DID of it that is meant.
#[derive(Debug)]
pub(crate) struct Holder {
    /// The network.
    pub(crate) network: Network,
    /// The wallet.
    pub(crate) file: WalletFile,
    /// The DID.
    pub(crate) did: DidId,
}

impl Holder {
    /// Opens the wallet and finds the DID that is meant.
    pub(crate) fn open(args: &HolderArgs, common: Common) -> Result<Self> {
        let network = Network::open(&args.network)?;
        let passphrases = Passphrases::of(&args.passphrase, &network, common);
        let file = open(&path(&network.settings, &args.wallet), &passphrases)?;
        let did = chosen(&network, file.wallet(), args)?;
        Ok(Self { network, file, did })
    }

    /// What the wallet knows of the DID.
    pub(crate) fn account(&self) -> Result<&Account> {
        Ok(self.file.wallet().account(&self.did)?)
    }
}

/// Where the wallet lies that a person names: a file, or a name in the directory of settings.
pub(crate) fn path(settings: &Settings, named: &str) -> PathBuf {
    if named.contains('/') || named.contains('.') {
        return PathBuf::from(named);
    }
    directory(settings).join(format!("{named}.wallet"))
}

/// Where wallets lie that have names.
pub(crate) fn directory(settings: &Settings) -> PathBuf {
    settings.home.value.join("wallets")
}

/// Opens the wallet in a file.
pub(crate) fn open(path: &Path, passphrases: &Passphrases) -> Result<WalletFile> {
    if !path.exists() {
        let what = format!("there is no wallet {}", path.display());
        let next = "hefu wallet list shows them, hefu wallet create makes one".to_owned();
        return Err(Failure { exit: Exit::Usage, code: "wallet.missing", what, next }.into());
    }
    let passphrase = passphrases.ask(&path.display().to_string())?;
    Ok(WalletFile::open(path, &passphrase)?)
}

/// Makes a wallet with this seed, in a new file.
pub(crate) fn create(path: &Path, seed: Seed, passphrases: &Passphrases) -> Result<WalletFile> {
    if let Some(directory) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        make_directory(directory)?;
    }
    let passphrase = passphrases.ask_new(&path.display().to_string())?;
    let wallet = Wallet::in_memory(seed);
    Ok(WalletFile::create(path, &passphrase, Hardness::default(), wallet)?)
}

/// The DID that is named, that of the platform, or the only one that is in force.
fn chosen(network: &Network, wallet: &Wallet, args: &HolderArgs) -> Result<DidId> {
    if let Some(did) = &args.did {
        return network.did(did);
    }
    let genesis = network.client.trusted().hash();
    let account = match &args.platform {
        Some(platform) => wallet.latest(genesis, platform),
        None => only(wallet.accounts().filter(|account| {
            account.place().genesis == genesis && account.stage() != Stage::Ended
        }))?,
    };
    account.map(Account::did).ok_or_else(|| {
        let what = "the wallet has no such DID in this network".to_owned();
        let next = "hefu wallet show lists what it has; hefu enrol makes one".to_owned();
        Failure { exit: Exit::NotFound, code: "wallet.no_did", what, next }.into()
    })
}

fn only<'a>(mut accounts: impl Iterator<Item = &'a Account>) -> Result<Option<&'a Account>> {
    let first = accounts.next();
    match (first, accounts.next()) {
        (Some(one), Some(other)) => {
            let (one, other) = (one.platform(), other.platform());
            Err(Usage::of(format!(
                "the wallet has several DIDs: name a --platform ({one}, {other}, …)"
            )))
        }
        (first, _) => Ok(first),
    }
}
