//! What is said of an error beside its sentence: how the command ends, a stable code, and what to do
//! next.

use crate::explain::advice;
use crate::node::Ended;
use crate::out::{Failure, Usage, sentence};
use anyhow::Error;
use hefu_client::{ClientError, Exit};
use hefu_keys::wallet::{PlatformError, WalletError, WalletFileError, WordsError};
use hefu_keys::{KeyFileError, PassphraseError, RandomError};
use hefu_ledger::genesis::{FoundersError, JoinError};
use hefu_ledger::json::JsonError;
use hefu_testnet::{NoNetwork, NoStrace, NotUnderstood};

/// What is said of an error.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Told {
    /// The exit code.
    pub(crate) exit: u8,
    /// The stable code that `hefu explain` expands.
    pub(crate) code: String,
    /// What to do next.
    pub(crate) next: String,
}

impl Told {
    /// What is said of this one.
    pub(crate) fn of(error: &Error) -> Self {
        if let Some(Failure { exit, code, next, .. }) = error.downcast_ref() {
            return Self { exit: exit.code(), code: (*code).to_owned(), next: next.clone() };
        }
        if let Some(error) = error.downcast_ref::<ClientError>() {
            let next = advice(error.code()).unwrap_or_else(|| error.advice());
            return Self::new(error.exit().code(), error.code(), next);
        }
        if let Some(ended) = error.downcast_ref::<Ended>() {
            return Self::coded(ended.exit(), ended.code());
        }
        if let Some(code) = secret_code(error) {
            return Self::coded(exit_of_secret(code).code(), code);
        }
        if let Some((exit, code)) = genesis_code(error) {
            return Self::coded(exit.code(), code);
        }
        if error.is::<NoNetwork>() {
            return Self::coded(Exit::Usage.code(), NoNetwork::CODE);
        }
        if error.is::<NoStrace>() {
            return Self::coded(Exit::Usage.code(), NoStrace::CODE);
        }
        let usage = error.is::<Usage>() || error.is::<NotUnderstood>();
        let (exit, code) = if usage { (Exit::Usage, "usage") } else { (Exit::Fault, "fault") };
        Self::coded(exit.code(), code)
    }

    /// What is said of a code that has nothing more to say than its explanation.
    pub(crate) fn coded(exit: u8, code: &str) -> Self {
        Self::new(exit, code, advice(code).unwrap_or("hefu explain says more of this code"))
    }

    fn new(exit: u8, code: &str, next: &str) -> Self {
        Self { exit, code: code.to_owned(), next: next.to_owned() }
    }
}

/// The error of a local network, which seldom has a code of its own.
pub(crate) fn of_testnet(error: Error) -> Error {
    let Told { code, .. } = Told::of(&error);
    if code != "fault" {
        return error;
    }
    let (code, what) = ("testnet.failed", sentence(&error));
    let next = advice(code).unwrap_or_default().to_owned();
    Failure { exit: Exit::Fault, code, what, next }.into()
}

/// The code of an error of wallets, key files and passphrases.
fn secret_code(error: &Error) -> Option<&'static str> {
    let file = error.downcast_ref().map(WalletFileError::code);
    let wallet = || error.downcast_ref().map(WalletError::code);
    let words = || error.downcast_ref().map(WordsError::code);
    let platform = || error.downcast_ref().map(PlatformError::code);
    let key = || error.downcast_ref().map(KeyFileError::code);
    let passphrase = || error.downcast_ref().map(PassphraseError::code);
    let random = || error.downcast_ref().map(RandomError::code);
    file.or_else(wallet)
        .or_else(words)
        .or_else(platform)
        .or_else(key)
        .or_else(passphrase)
        .or_else(random)
}

/// How a command ends that stumbles over a secret: most of them wait for a person.
fn exit_of_secret(code: &str) -> Exit {
    match code {
        "file.unreadable" | "file.unwritable" | "keys.random" | "keyfile.encrypting"
        | "wallet.damaged" | "wallet.lock" => Exit::Fault,
        "wallet.unknown_did" | "wallet.unknown_key" => Exit::NotFound,
        _ => Exit::Usage,
    }
}

/// What an error of a genesis file is called. Whom its founders do not vouch for is not believed.
fn genesis_code(error: &Error) -> Option<(Exit, &'static str)> {
    let founders =
        error.downcast_ref().map(|error: &FoundersError| (Exit::Unverified, error.code()));
    let join = || error.downcast_ref().map(|error: &JoinError| (Exit::Usage, error.code()));
    let json = || error.downcast_ref().map(|error: &JsonError| (Exit::Usage, error.code()));
    founders.or_else(join).or_else(json)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hefu_ledger::did::DidId;

    fn told(error: impl Into<Error>) -> (u8, String) {
        let Told { exit, code, next } = Told::of(&error.into());
        assert!(!next.is_empty(), "{code}");
        (exit, code)
    }

    #[test]
    fn each_kind_of_error_has_its_exit_code() {
        assert_eq!(told(NoStrace), (2, NoStrace::CODE.to_owned()));
        assert_eq!(told(Usage::of("x")), (2, "usage".to_owned()));
        assert_eq!(told(anyhow::anyhow!("x")), (1, "fault".to_owned()));
        let missing = ClientError::NotFound("x".to_owned());
        let inside = Error::from(missing).context("while looking");
        assert_eq!(told(inside), (4, "client.not_found".to_owned()));
        let unsigned = FoundersError::Missing(Vec::new());
        let inside = Error::from(unsigned).context("the genesis in a file");
        assert_eq!(told(inside), (5, "founders.missing".to_owned()));
    }

    #[test]
    fn what_a_wallet_lacks_is_not_found_and_what_it_forbids_is_usage() {
        let did = DidId::default();
        assert_eq!(told(WalletError::UnknownDid(did)).0, 4);
        assert_eq!(told(WalletError::UnknownKey(did)).0, 4);
        assert_eq!(told(WalletError::Enrolled(did)).0, 2);
        assert_eq!(told(WalletFileError::Wallet(WalletError::Ended(did))).0, 2);
        assert_eq!(told(WordsError::Checksum), (2, "words.checksum".to_owned()));
        assert_eq!(told(PassphraseError::Empty), (2, "passphrase.empty".to_owned()));
    }
}
