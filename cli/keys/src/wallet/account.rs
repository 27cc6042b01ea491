//! One DID of a wallet: what it has come to, and the keys that follow from the seed.

use super::derive::AccountKeys;
use super::error::WalletError;
use super::platform::{Place, Platform};
use hefu_ledger::author;
use hefu_ledger::enrolment::{EnrolmentRequest, GenesisOperation};
use hefu_ledger::key::KeyBytes;
use hefu_ledger::limits::{METHODS_MAX, TRANSACTION_BYTES_MAX};
use hefu_ledger::organisation::OrganisationId;
use hefu_ledger::record::{Class, Controllers, MethodKey, Relationships, VerificationMethod};
use hefu_ledger::{DidId, Transaction, TransactionId};
use hefu_primitives::{BoundedVec, Hash, SecretKey, Timestamp};
use serde::{Deserialize, Serialize};

/// A DID of a wallet.
#[derive(Clone, Debug)]
pub struct Account {
    place: Place,
    pub(super) keys: AccountKeys,
    pub(super) state: State,
}

/// What a wallet keeps of a DID. Nothing of it is secret, and all of it can be found again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct State {
    pub(super) did: DidId,
    pub(super) class: Class,
    pub(super) registrar: OrganisationId,
    pub(super) stage: Stage,
    /// The keys of the document that are this wallet's.
    pub(super) login: BoundedVec<LoginKey, METHODS_MAX>,
    /// The number of the next login key that has never been registered.
    pub(super) next_login: u32,
    /// The number of the control key that signs next, if the DID's control keys are this wallet's.
    pub(super) control: Option<u32>,
    /// Whether controllers must agree to operations.
    pub(super) controlled: bool,
    /// How many holder operations there were.
    pub(super) sequence: u32,
    /// The last of them; the identifier if there was none.
    pub(super) previous: Hash,
    /// The operation that is under way.
    pub(super) pending: Option<Pending>,
}

/// How far a DID has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// A registrar was asked, or is to be asked, to enrol it.
    Requested,
    /// The ledger has it.
    Active,
    /// It has ended.
    Ended,
}

/// A key of a document that is this wallet's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoginKey {
    /// Its number among the login keys of the account.
    pub number: u32,
    /// The public half.
    pub key: KeyBytes,
    /// What it is for.
    pub relationships: Relationships,
}

/// An operation that was signed, and of which the wallet does not yet know whether it was executed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// What names it.
    pub id: TransactionId,
    /// From this block time on it no longer applies.
    pub expires: Timestamp,
    bytes: BoundedVec<u8, TRANSACTION_BYTES_MAX>,
}

impl Pending {
    pub(super) fn new(transaction: &Transaction) -> Result<Self, WalletError> {
        let bytes = BoundedVec::new(hefu_primitives::codec::encode(transaction))?;
        let envelope = &transaction.envelope;
        Ok(Self { id: envelope.id(), expires: envelope.expires, bytes })
    }

    /// The operation, byte for byte as it was signed: to submit it again does no harm.
    pub fn transaction(&self) -> Option<Transaction> {
        Transaction::from_bytes(&self.bytes).ok()
    }
}

impl Account {
    pub(super) const fn new(place: Place, keys: AccountKeys, state: State) -> Self {
        Self { place, keys, state }
    }

    /// A DID that is to be enrolled, with the request for it.
    pub(super) fn begin(
        place: Place,
        keys: AccountKeys,
        registrar: OrganisationId,
        class: Class,
    ) -> (Self, EnrolmentRequest) {
        let secret = keys.login(0);
        let login = first_key(&secret);
        let operation = genesis_operation(&keys, &login, registrar, class);
        let did = operation.did(&place.genesis);
        let request = author::request(&place.genesis, operation, &[&secret], Vec::new());
        let state = State {
            did,
            class,
            registrar,
            stage: Stage::Requested,
            login: BoundedVec::first_of([login]),
            next_login: 1,
            control: Some(0),
            controlled: false,
            sequence: 0,
            previous: *did.hash(),
            pending: None,
        };
        (Self { place, keys, state }, request)
    }

    /// What it is for.
    pub const fn place(&self) -> &Place {
        &self.place
    }

    /// The platform that it is for.
    pub const fn platform(&self) -> &Platform {
        &self.place.platform
    }

    pub(super) const fn state(&self) -> &State {
        &self.state
    }

    /// The DID.
    pub const fn did(&self) -> DidId {
        self.state.did
    }

    /// Of what class it is.
    pub const fn class(&self) -> Class {
        self.state.class
    }

    /// Who attests it, or has attested it.
    pub const fn registrar(&self) -> OrganisationId {
        self.state.registrar
    }

    /// How far it has come, as far as the wallet knows.
    pub const fn stage(&self) -> Stage {
        self.state.stage
    }

    /// How many holder operations were executed, as far as the wallet knows.
    pub const fn sequence(&self) -> u32 {
        self.state.sequence
    }

    /// The keys of its document that are this wallet's, in the order of their numbers.
    pub fn login_keys(&self) -> &[LoginKey] {
        &self.state.login
    }

    /// The operation that is under way.
    pub const fn pending(&self) -> Option<&Pending> {
        self.state.pending.as_ref()
    }

    /// The secret half of the first key for `purpose`, with which to log in
    /// ([`Relationships::AUTHENTICATION`]) or to act.
    pub fn secret_for(&self, purpose: Relationships) -> Result<SecretKey, WalletError> {
        let mut suited = self.state.login.iter().filter(|key| key.relationships.contain(purpose));
        let first = suited.next().ok_or(WalletError::UnknownKey(self.did()))?;
        Ok(self.keys.login(first.number))
    }

    /// The secret half of one of its keys.
    pub fn secret_of(&self, key: &KeyBytes) -> Result<SecretKey, WalletError> {
        let found = self.state.login.iter().find(|ours| ours.key == *key);
        let ours = found.ok_or(WalletError::UnknownKey(self.did()))?;
        Ok(self.keys.login(ours.number))
    }

    /// Takes it for enrolled. Whoever has the record calls [`Account::settle`] instead.
    pub fn enrolled(&mut self) {
        if self.state.stage == Stage::Requested {
            self.state.stage = Stage::Active;
        }
    }

    pub(super) fn is_request_to(&self, registrar: OrganisationId, class: Class) -> bool {
        let State { stage, registrar: asked, class: wanted, .. } = self.state;
        stage == Stage::Requested && (asked, wanted) == (registrar, class)
    }
}

fn first_key(secret: &SecretKey) -> LoginKey {
    let key = KeyBytes::from(&secret.public_key());
    LoginKey { number: 0, key, relationships: Relationships::AUTHENTICATION }
}

fn genesis_operation(
    keys: &AccountKeys,
    login: &LoginKey,
    registrar: OrganisationId,
    class: Class,
) -> GenesisOperation {
    GenesisOperation {
        class,
        registrar,
        methods: BoundedVec::first_of([login.method(None)]),
        control: keys.commitment(0),
        controllers: Controllers::default(),
        recovery: None,
        nonce: keys.nonce(),
    }
}

impl LoginKey {
    /// The key as it stands in a document, in force at once and until a time.
    pub(super) const fn method(&self, until: Option<Timestamp>) -> VerificationMethod {
        let (key, relationships) = (MethodKey::Ed25519(self.key), self.relationships);
        VerificationMethod { key, relationships, from: None, until }
    }
}
