//! Holder operations: signed once, remembered before anybody else has them.

use super::account::{Account, LoginKey, Pending, Stage};
use super::error::WalletError;
use hefu_ledger::Transaction;
use hefu_ledger::author::{Terms, Unsigned};
use hefu_ledger::key::KeyBytes;
use hefu_ledger::operation::Payload;
use hefu_ledger::operation::control_rotate::ControlRotate;
use hefu_ledger::operation::did_deactivate::DidDeactivate;
use hefu_ledger::operation::did_update::DidUpdate;
use hefu_ledger::operation::holder::{ControlReveal, Held};
use hefu_ledger::operation::key_register::KeyRegister;
use hefu_ledger::operation::key_revoke::KeyRevoke;
use hefu_ledger::record::{ControlCommitment, KeyRevocationReason, Relationships};
use hefu_ledger::transaction::{Ordering, SignerRef, Subject};
use hefu_primitives::{BoundedVec, SecretKey, Timestamp, codec};

/// What a holder operation is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// `control.rotate`: other control keys, and nothing else.
    Rotate,
    /// `key.register`: the next login key of the account.
    Register {
        /// What it is for.
        relationships: Relationships,
        /// From this time on it is not in the document; stays if `None`.
        until: Option<Timestamp>,
    },
    /// `key.revoke`: a key of the document goes for good, also one that another wallet made.
    Revoke {
        /// Which.
        key: KeyBytes,
        /// Why.
        reason: KeyRevocationReason,
        /// Since when it is believed to be in other hands; only if that is the reason.
        compromised_since: Option<Timestamp>,
    },
    /// `did.update`: other services, names or controllers.
    Update(DidUpdate),
    /// `did.deactivate`: the DID ends for good.
    Deactivate,
}

/// The parts of an operation.
struct Parts {
    payload: Payload,
    signers: Vec<SignerRef>,
    keys: Vec<SecretKey>,
}

impl Account {
    /// Signs an operation that no longer applies from the block time `expires` on, and remembers it
    /// as under way.
    ///
    /// Where the wallet has a file, the file must hold this before the operation is submitted. No
    /// other operation is signed until this one is settled ([`Account::settle`]).
    pub fn prepare(
        &mut self,
        change: &Change,
        expires: Timestamp,
    ) -> Result<Transaction, WalletError> {
        let control = self.check_ready()?;
        let parts = self.parts(change, control)?;
        let transaction = self.sign(parts, expires)?;
        self.state.pending = Some(Pending::new(&transaction)?);
        Ok(transaction)
    }

    /// The number of the control key that signs, if an operation may be made.
    fn check_ready(&self) -> Result<u32, WalletError> {
        let did = self.did();
        match (self.state.stage, self.pending()) {
            (Stage::Requested, _) => return Err(WalletError::NotEnrolled(did)),
            (Stage::Ended, _) => return Err(WalletError::Ended(did)),
            (Stage::Active, Some(pending)) => {
                return Err(WalletError::Pending { id: pending.id, expires: pending.expires });
            }
            (Stage::Active, None) => {}
        }
        if self.state.controlled {
            return Err(WalletError::Controllers(did));
        }
        self.state.control.ok_or(WalletError::ControlUnknown(did))
    }

    fn parts(&self, change: &Change, control: u32) -> Result<Parts, WalletError> {
        let key = self.keys.control(control);
        let keys = BoundedVec::first_of([KeyBytes::from(&key.public_key())]);
        let next = match change {
            Change::Deactivate => ControlCommitment::default(),
            _ => self.keys.commitment(self.after(control)?),
        };
        let reveal = ControlReveal { keys, next };
        let mut parts = Parts {
            payload: self.payload(change, reveal)?,
            signers: vec![SignerRef::Control(0)],
            keys: vec![key],
        };
        if matches!(change, Change::Register { .. }) {
            parts.signers.push(SignerRef::Possession(0));
            parts.keys.push(self.keys.login(self.state.next_login));
        }
        Ok(parts)
    }

    pub(super) fn after(&self, number: u32) -> Result<u32, WalletError> {
        number.checked_add(1).ok_or(WalletError::UsedUp(self.did()))
    }

    fn payload(&self, change: &Change, reveal: ControlReveal) -> Result<Payload, WalletError> {
        Ok(match change {
            Change::Rotate => Payload::ControlRotate(held(reveal, ControlRotate)),
            Change::Deactivate => Payload::DidDeactivate(held(reveal, DidDeactivate)),
            Change::Update(update) => Payload::DidUpdate(held(reveal, update.clone())),
            Change::Register { relationships, until } => {
                let key = self.next_key(*relationships)?;
                let methods = BoundedVec::first_of([key.method(*until)]);
                Payload::KeyRegister(held(reveal, KeyRegister { methods }))
            }
            Change::Revoke { key, reason, compromised_since } => {
                let keys = BoundedVec::first_of([*key]);
                let (reason, compromised_since) = (*reason, *compromised_since);
                Payload::KeyRevoke(held(reveal, KeyRevoke { keys, reason, compromised_since }))
            }
        })
    }

    /// The login key that comes next.
    fn next_key(&self, relationships: Relationships) -> Result<LoginKey, WalletError> {
        let number = self.state.next_login;
        self.after(number)?;
        let key = KeyBytes::from(&self.keys.login(number).public_key());
        Ok(LoginKey { number, key, relationships })
    }

    fn sign(&self, parts: Parts, expires: Timestamp) -> Result<Transaction, WalletError> {
        let Parts { payload, signers, keys } = parts;
        let (genesis, subject) = (self.place().genesis, Subject::Did(self.did()));
        let (sequence, previous) = (self.after(self.state.sequence)?, self.state.previous);
        let ordering = Ordering::Holder { sequence, previous };
        let salt = self.keys.salt(&codec::encode(&(sequence, &payload, expires)));
        let terms = Terms { genesis, subject, ordering, expires };
        let unsigned = Unsigned::new(&terms, signers, payload, salt)?;
        Ok(unsigned.sign(&keys.iter().collect::<Vec<_>>()))
    }
}

fn held<T>(control: ControlReveal, change: T) -> Held<T> {
    Held { control, controllers: BoundedVec::default(), change }
}
