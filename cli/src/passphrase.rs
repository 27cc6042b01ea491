//! Where passphrases come from: a file that is named, a systemd credential, or a prompt. Never a
//! flag: every process of a machine can read those.

use crate::args::Common;
use crate::config::Settings;
use crate::network::Network;
use anyhow::Result;
use clap::Args;
use hefu_keys::{Passphrase, PassphraseError};
use std::env;
use std::io;
use std::path::{Path, PathBuf};

/// Where the passphrase is.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Secrets")]
pub(crate) struct PassphraseArgs {
    /// A file whose first line is the passphrase [default: `HEFU_PASSPHRASE_FILE`, the context's
    /// file, the systemd credential hefu-passphrase, or a prompt]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
}

/// Who can give passphrases.
#[derive(Clone, Debug)]
pub(crate) struct Passphrases {
    file: Option<PathBuf>,
    no_input: bool,
}

impl Passphrases {
    /// Those of a network's wallets and keys.
    pub(crate) fn of(args: &PassphraseArgs, network: &Network, common: Common) -> Self {
        let context = network.known.passphrase_file.as_deref();
        let context = context.map(|file| network.settings.path(file));
        Self::new(args, context, common)
    }

    /// Those that flags, settings and environment name, where no network is needed.
    pub(crate) fn read(args: &PassphraseArgs, settings: &Settings, common: Common) -> Self {
        let known = settings.network().ok().and_then(|(_, known)| known.passphrase_file.clone());
        Self::new(args, known.map(|file| settings.path(&file)), common)
    }

    /// That of a flag alone, or typed.
    pub(crate) fn alone(args: &PassphraseArgs, common: Common) -> Self {
        Self { file: args.passphrase_file.clone(), no_input: common.no_input }
    }

    fn new(args: &PassphraseArgs, context: Option<PathBuf>, common: Common) -> Self {
        let file = named(args.passphrase_file.as_deref()).or(context);
        Self { file, no_input: common.no_input }
    }

    /// The passphrase of something that is there already.
    pub(crate) fn ask(&self, what: &str) -> Result<Passphrase, PassphraseError> {
        match self.given() {
            Some(given) => given,
            None if self.no_input => Err(nobody()),
            None => Passphrase::ask(&format!("Passphrase of {what}: ")),
        }
    }

    /// The passphrase of something new.
    pub(crate) fn ask_new(&self, what: &str) -> Result<Passphrase, PassphraseError> {
        match self.given() {
            Some(given) => given?.as_new(),
            None if self.no_input => Err(nobody()),
            None => Passphrase::ask_new(&format!("New passphrase of {what}: "), "The same again: "),
        }
    }

    fn given(&self) -> Option<Result<Passphrase, PassphraseError>> {
        let file = self.file.as_deref().map(Passphrase::from_file);
        file.or_else(Passphrase::from_credential)
    }
}

/// The file that a flag names, or else the environment.
pub(crate) fn named(flag: Option<&Path>) -> Option<PathBuf> {
    let variable = || env::var_os("HEFU_PASSPHRASE_FILE").filter(|file| !file.is_empty());
    flag.map(Path::to_owned).or_else(|| variable().map(PathBuf::from))
}

fn nobody() -> PassphraseError {
    PassphraseError::NoTerminal(io::Error::other("--no-input"))
}
