//! The wallet of a holder: one seed, from which every key of every DID follows, and what its DIDs
//! have come to.
//!
//! A holder has one DID a platform, and nothing on the ledger ties two of them together: their
//! keys, nonces and salts are derived from the seed under different names, so that only who has the
//! seed can tell. The seed is written down once, as 24 words. What else a wallet knows can be found
//! again on the ledger ([`Wallet::resume`]).
//!
//! Every operation is made in two steps. [`Account::prepare`] signs it and remembers it; it is
//! submitted only once the wallet's file holds it ([`WalletFile::change`]). Until the ledger has
//! taken it or it has expired ([`Account::settle`]), no other is signed. So no crash lets one
//! control key sign two operations.
//!
//! [`Wallet::in_memory`] has no file and hashes no passphrase: for whoever makes many.

mod account;
mod derive;
mod error;
mod file;
mod lock;
mod operation;
mod platform;
mod resume;
mod sealed;
mod seed;
mod settle;

pub use account::{Account, LoginKey, Pending, Stage};
pub use error::{SealError, WalletError, WalletFileError};
pub use file::WalletFile;
pub use lock::LockError;
pub use operation::Change;
pub use platform::{Place, Platform, PlatformError};
pub use sealed::Hardness;
pub use seed::{Seed, WordsError};
pub use settle::Settled;

use account::State;
use derive::AccountKeys;
use hefu_ledger::DidId;
use hefu_ledger::enrolment::EnrolmentRequest;
use hefu_ledger::key::KeyBytes;
use hefu_ledger::organisation::OrganisationId;
use hefu_ledger::record::{Class, DidRecord};
use hefu_primitives::GenesisHash;
use std::collections::BTreeMap;

/// DIDs of one wallet. A person has some hundred platforms.
pub const ACCOUNTS_MAX: usize = 1_024;

/// A holder's seed, with what its DIDs have come to.
#[derive(Clone, Debug)]
pub struct Wallet {
    seed: Seed,
    accounts: BTreeMap<Place, Account>,
}

impl Wallet {
    /// The wallet of a seed, which knows of no DID yet.
    pub const fn in_memory(seed: Seed) -> Self {
        Self { seed, accounts: BTreeMap::new() }
    }

    /// The seed.
    pub const fn seed(&self) -> &Seed {
        &self.seed
    }

    /// All that it knows of, by network and platform.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.values()
    }

    /// What it knows of a DID.
    pub fn account(&self, did: &DidId) -> Result<&Account, WalletError> {
        let mut all = self.accounts.values();
        all.find(|account| account.did() == *did).ok_or(WalletError::UnknownDid(*did))
    }

    /// The same, to make operations.
    pub fn account_mut(&mut self, did: &DidId) -> Result<&mut Account, WalletError> {
        let mut all = self.accounts.values_mut();
        all.find(|account| account.did() == *did).ok_or(WalletError::UnknownDid(*did))
    }

    /// The latest DID for a platform, whether or not it has been enrolled or has ended.
    pub fn latest(&self, genesis: GenesisHash, platform: &Platform) -> Option<&Account> {
        let place = |index| Place { genesis, platform: platform.clone(), index };
        self.accounts.range(place(0)..=place(u32::MAX)).next_back().map(|(_, account)| account)
    }

    /// What to hand to a registrar to get a DID for a platform. Asked once more, it is the same as
    /// long as the DID is not enrolled; another registrar, another class, or a DID that has ended
    /// makes it another DID with keys of its own.
    pub fn request(
        &mut self,
        genesis: GenesisHash,
        platform: &Platform,
        registrar: OrganisationId,
        class: Class,
    ) -> Result<(DidId, EnrolmentRequest), WalletError> {
        let index = match self.latest(genesis, platform) {
            None => 0,
            Some(last) if last.stage() == Stage::Active => {
                return Err(WalletError::Enrolled(last.did()));
            }
            Some(last) if last.is_request_to(registrar, class) => last.place().index,
            Some(last) => last.place().index.saturating_add(1),
        };
        let place = Place { genesis, platform: platform.clone(), index };
        let keys = AccountKeys::derive(&self.seed, &place);
        let (account, request) = Account::begin(place, keys, registrar, class);
        let did = account.did();
        self.keep(account)?;
        Ok((did, request))
    }

    /// The first key of the DID at a place. Whose it is on the ledger, if anybody's, is the DID
    /// that this wallet had there: a restored wallet asks for each platform, and at each platform
    /// for index 0, 1 and so on.
    pub fn first_key(&self, place: &Place) -> KeyBytes {
        KeyBytes::from(&AccountKeys::derive(&self.seed, place).login(0).public_key())
    }

    /// Takes up the DID at a place again from what the ledger knows of it. An operation that is under
    /// way and may still be executed is not forgotten over it.
    pub fn resume(
        &mut self,
        place: Place,
        did: DidId,
        record: &DidRecord,
    ) -> Result<&Account, WalletError> {
        self.accounts.get(&place).map_or(Ok(()), |known| known.check_superseded(record))?;
        let keys = AccountKeys::derive(&self.seed, &place);
        let account = Account::resume(place, keys, did, record)?;
        self.keep(account)?;
        self.account(&did)
    }

    fn keep(&mut self, account: Account) -> Result<(), WalletError> {
        if self.accounts.len() >= ACCOUNTS_MAX && !self.accounts.contains_key(account.place()) {
            return Err(WalletError::Full);
        }
        self.accounts.insert(account.place().clone(), account);
        Ok(())
    }

    /// What there is to keep besides the seed.
    fn states(&self) -> Vec<(&Place, &State)> {
        self.accounts.values().map(|account| (account.place(), account.state())).collect()
    }

    /// The wallet that kept these.
    fn with_states(seed: Seed, states: impl IntoIterator<Item = (Place, State)>) -> Self {
        let account = |(place, state): (Place, State)| {
            let keys = AccountKeys::derive(&seed, &place);
            (place.clone(), Account::new(place, keys, state))
        };
        let accounts = states.into_iter().map(account).collect();
        Self { seed, accounts }
    }
}

#[cfg(test)]
mod tests;
