//! How keys, nonces and salts follow from a seed.
//!
//! Each is a BLAKE3 hash in `derive_key` mode under a context of its own. The secret of an account
//! comes first; so whoever is given it, or everything that follows from it, learns nothing of the
//! seed or of other accounts.

use super::platform::Place;
use super::seed::Seed;
use hefu_ledger::key::KeyBytes;
use hefu_ledger::operation::holder::commit_to;
use hefu_ledger::record::ControlCommitment;
use hefu_ledger::transaction::Salt;
use hefu_primitives::{SecretKey, codec};
use std::fmt;
use zeroize::Zeroizing;

const ACCOUNT: &str = "hefu 2026-11 wallet account v1";
const LOGIN: &str = "hefu 2026-11 wallet login key v1";
const CONTROL: &str = "hefu 2026-11 wallet control key v1";
const NONCE: &str = "hefu 2026-11 wallet nonce v1";
const SALT: &str = "hefu 2026-11 wallet salt v1";

/// The secret of one account, from which its keys follow.
#[derive(Clone)]
pub(super) struct AccountKeys(Zeroizing<[u8; 32]>);

/// The hash of a secret followed by bytes.
fn derive(context: &str, secret: &[u8; 32], bytes: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut hasher = blake3::Hasher::new_derive_key(context);
    hasher.update(secret).update(bytes);
    Zeroizing::new(*hasher.finalize().as_bytes())
}

impl AccountKeys {
    /// Those of the account at a place.
    pub(super) fn derive(seed: &Seed, place: &Place) -> Self {
        Self(derive(ACCOUNT, seed.as_bytes(), &codec::encode(place)))
    }

    fn key(&self, context: &str, number: u32) -> SecretKey {
        SecretKey::from_seed(&derive(context, &self.0, &codec::encode(&number)))
    }

    /// The login key of this number.
    pub(super) fn login(&self, number: u32) -> SecretKey {
        self.key(LOGIN, number)
    }

    /// The control key of this number.
    pub(super) fn control(&self, number: u32) -> SecretKey {
        self.key(CONTROL, number)
    }

    /// What commits to it.
    pub(super) fn commitment(&self, number: u32) -> ControlCommitment {
        commit_to(&[KeyBytes::from(&self.control(number).public_key())], 1)
    }

    /// The nonce of the genesis operation.
    pub(super) fn nonce(&self) -> [u8; 32] {
        *derive(NONCE, &self.0, &[])
    }

    /// The salt of a payload. It follows from what the payload is and comes after, so that two
    /// payloads never share one.
    pub(super) fn salt(&self, operation: &[u8]) -> Salt {
        Salt::from_bytes(*derive(SALT, &self.0, operation))
    }
}

impl fmt::Debug for AccountKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccountKeys(…)")
    }
}

#[cfg(test)]
mod tests;
