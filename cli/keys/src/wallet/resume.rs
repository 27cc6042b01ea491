//! A DID taken up again from what the ledger knows of it.
//!
//! Numbers of keys are no secret worth keeping: they are found by deriving keys until one fits.

use super::account::{Account, LoginKey, Stage, State};
use super::derive::AccountKeys;
use super::error::WalletError;
use super::platform::Place;
use hefu_ledger::DidId;
use hefu_ledger::key::KeyBytes;
use hefu_ledger::limits::FORMER_KEYS_MAX;
use hefu_ledger::record::{Content, DidRecord};
use hefu_primitives::BoundedVec;

/// Login keys that are tried: a DID has at most so many in its life, and each that was registered
/// has a number of its own.
const LOGIN_KEYS_TRIED: usize = FORMER_KEYS_MAX;

/// Control keys that are tried beside the expected one, on either side. Its number is that of the
/// operations before, unless another program has used the seed.
const CONTROL_KEYS_TRIED: u32 = 64;

impl Account {
    /// The account that this record of `did` is the state of. The DID has, or had, a key of it.
    pub(super) fn resume(
        place: Place,
        keys: AccountKeys,
        did: DidId,
        record: &DidRecord,
    ) -> Result<Self, WalletError> {
        let content = &record.content;
        let (login, next_login) = login_keys(&keys, content).ok_or(WalletError::NotOurs(did))?;
        let ended = content.end.is_some();
        let state = State {
            did,
            class: content.class,
            registrar: content.registrar,
            stage: if ended { Stage::Ended } else { Stage::Active },
            login: BoundedVec::first_of(login),
            next_login,
            control: control_number(&keys, content),
            controlled: content.controllers.threshold > 0,
            sequence: content.sequence,
            previous: content.last_holder_operation,
            pending: None,
        };
        Ok(Self::new(place, keys, state))
    }

    /// Refuses to forget an operation that may still be executed on top of the record: its control
    /// key would sign a second one.
    pub(super) fn check_superseded(&self, record: &DidRecord) -> Result<(), WalletError> {
        let lives = record.content.end.is_none() && self.check_unmoved(record).is_ok();
        match self.pending() {
            Some(pending) if lives => {
                Err(WalletError::Pending { id: pending.id, expires: pending.expires })
            }
            _ => Ok(()),
        }
    }
}

/// The keys of the document that are ours, and the number that comes next; none if no key is or
/// was ours.
fn login_keys(keys: &AccountKeys, content: &Content) -> Option<(Vec<LoginKey>, u32)> {
    let (mut login, mut last) = (Vec::new(), None);
    for number in (0..).take(LOGIN_KEYS_TRIED) {
        let key = KeyBytes::from(&keys.login(number).public_key());
        let method = content.method(&key);
        let former = || content.former_keys.iter().any(|former| former.key == key.hash());
        if method.is_some() || former() {
            last = Some(number);
        }
        login.extend(method.map(|m| LoginKey { number, key, relationships: m.relationships }));
    }
    last.map(|last| (login, last.saturating_add(1)))
}

/// The number of the control key to which the record commits, if it is ours.
fn control_number(keys: &AccountKeys, content: &Content) -> Option<u32> {
    let expected = content.sequence;
    let near =
        expected.saturating_sub(CONTROL_KEYS_TRIED)..=expected.saturating_add(CONTROL_KEYS_TRIED);
    let fits = |number: &u32| keys.commitment(*number) == content.control;
    [expected].into_iter().chain(near).find(fits)
}
