//! A wallet in its file, which changes before anybody sees what follows from the change.

use super::account::State;
use super::error::{SealError, WalletError, WalletFileError};
use super::lock::Lock;
use super::platform::Place;
use super::sealed::{self, Hardness, Key, WALLET_BYTES_MAX};
use super::seed::Seed;
use super::{ACCOUNTS_MAX, Wallet};
use crate::files;
use crate::passphrase::Passphrase;
use crate::random;
use hefu_primitives::{BoundedVec, codec};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// A wallet in a file, which no other process uses as long as this lives.
#[derive(Debug)]
pub struct WalletFile {
    path: PathBuf,
    _lock: Lock,
    key: Key,
    wallet: Wallet,
}

/// What the encrypted part of the file is.
type Kept = ([u8; 32], BoundedVec<(Place, State), ACCOUNTS_MAX>);

impl WalletFile {
    /// Writes a wallet into a new file, durably. A file that is there stays.
    pub fn create(
        path: &Path,
        passphrase: &Passphrase,
        hardness: Hardness,
        wallet: Wallet,
    ) -> Result<Self, WalletFileError> {
        let lock = Lock::acquire(path)?;
        let seal_error = |error| seal_error(path, error);
        let key = Key::derive(passphrase, hardness, *random::bytes()?).map_err(seal_error)?;
        let bytes = key.seal(*random::bytes()?, &encode(&wallet)).map_err(seal_error)?;
        files::create_private(path, &bytes)?;
        Ok(Self { path: path.to_owned(), _lock: lock, key, wallet })
    }

    /// Opens the wallet in a file.
    pub fn open(path: &Path, passphrase: &Passphrase) -> Result<Self, WalletFileError> {
        // Before the lock, which would leave a file where there is no wallet.
        files::check_there(path)?;
        let lock = Lock::acquire(path)?;
        let bytes = files::read_private(path, WALLET_BYTES_MAX)?;
        let opened = sealed::open(&bytes, passphrase);
        let opened = opened.and_then(|(key, plain)| Ok((key, decode(&plain)?)));
        let (key, wallet) = opened.map_err(|error| seal_error(path, error))?;
        Ok(Self { path: path.to_owned(), _lock: lock, key, wallet })
    }

    /// The wallet.
    pub const fn wallet(&self) -> &Wallet {
        &self.wallet
    }

    /// Changes the wallet. What `change` gives comes out only once the file holds what it did; if
    /// anything fails, wallet and file are as before.
    pub fn change<T>(
        &mut self,
        change: impl FnOnce(&mut Wallet) -> Result<T, WalletError>,
    ) -> Result<T, WalletFileError> {
        let mut changed = self.wallet.clone();
        let given = change(&mut changed)?;
        let sealed = self.key.seal(*random::bytes()?, &encode(&changed));
        let bytes = sealed.map_err(|error| seal_error(&self.path, error))?;
        files::replace_private(&self.path, &bytes)?;
        self.wallet = changed;
        Ok(given)
    }

    /// Has another passphrase open the file from now on.
    pub fn change_passphrase(
        &mut self,
        passphrase: &Passphrase,
        hardness: Hardness,
    ) -> Result<(), WalletFileError> {
        let seal_error = |error| seal_error(&self.path, error);
        let key = Key::derive(passphrase, hardness, *random::bytes()?).map_err(seal_error)?;
        let bytes = key.seal(*random::bytes()?, &encode(&self.wallet)).map_err(seal_error)?;
        files::replace_private(&self.path, &bytes)?;
        self.key = key;
        Ok(())
    }
}

fn seal_error(path: &Path, error: SealError) -> WalletFileError {
    WalletFileError::Seal { path: path.display().to_string(), error }
}

/// What is encrypted: a [`Kept`], in a buffer that never grows and so leaves no copy of the seed.
fn encode(wallet: &Wallet) -> Zeroizing<Vec<u8>> {
    let (seed, states) = (wallet.seed().as_bytes(), codec::encode(&wallet.states()));
    let mut plain = Zeroizing::new(Vec::with_capacity(seed.len().saturating_add(states.len())));
    plain.extend(seed);
    plain.extend(states);
    plain
}

fn decode(plain: &[u8]) -> Result<Wallet, SealError> {
    let kept = codec::decode::<Kept>(plain, WALLET_BYTES_MAX).map_err(|_| SealError::Damaged)?;
    let seed = Seed::from_bytes(kept.0);
    Ok(Wallet::with_states(seed, kept.1.iter().cloned()))
}

#[cfg(test)]
mod tests;
