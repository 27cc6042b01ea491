//! What has become of an operation that is under way.

use super::account::{Account, LoginKey, Stage};
use super::error::WalletError;
use hefu_ledger::operation::Payload;
use hefu_ledger::record::{DidRecord, VerificationMethod};
use hefu_ledger::transaction::{Body, Sealed};
use hefu_ledger::{Transaction, TransactionId};
use hefu_primitives::{BoundedVec, Timestamp};

/// What a wallet has learnt from a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// There was nothing under way, and the record is as the wallet knew it.
    Nothing,
    /// The operation was executed.
    Final(TransactionId),
    /// It was not executed, and may still be.
    Waiting(TransactionId),
    /// It was not executed and never will be: it has expired.
    Expired(TransactionId),
    /// The DID has ended.
    Ended,
}

impl Account {
    /// Takes in what the ledger knows of the DID at block time `now`, both from one proof.
    pub fn settle(&mut self, record: &DidRecord, now: Timestamp) -> Result<Settled, WalletError> {
        let last = record.content.last_holder_operation;
        let executed = self.pending().map(|pending| pending.id).filter(|id| last == *id.hash());
        if let Some(id) = &executed {
            self.confirm(id)?;
        }
        if record.content.end.is_some() {
            self.end(record);
            return Ok(executed.map_or(Settled::Ended, Settled::Final));
        }
        self.enrolled();
        self.check_unmoved(record)?;
        match (executed, self.pending().map(|pending| (pending.id, pending.expires))) {
            (Some(id), _) => Ok(Settled::Final(id)),
            (None, None) => Ok(Settled::Nothing),
            (None, Some((id, expires))) if now < expires => Ok(Settled::Waiting(id)),
            (None, Some((id, _))) => self.abandon(&id, now).map(|()| Settled::Expired(id)),
        }
    }

    /// Refuses a record with operations that this wallet has not made.
    pub(super) fn check_unmoved(&self, record: &DidRecord) -> Result<(), WalletError> {
        let (known, got) = (self.state.sequence, record.content.sequence);
        if got != known || record.content.last_holder_operation != self.state.previous {
            return Err(WalletError::Elsewhere { did: self.did(), known, got });
        }
        Ok(())
    }

    /// Takes the operation that is under way for executed. It must be final.
    pub fn confirm(&mut self, id: &TransactionId) -> Result<(), WalletError> {
        let transaction = self.under_way(id)?;
        let control = self.state.control.map(|number| self.after(number)).transpose()?;
        self.state.sequence = self.after(self.state.sequence)?;
        self.state.previous = *id.hash();
        self.state.control = control;
        self.state.pending = None;
        if let Body::Single(sealed) = &transaction.body
            && let Sealed::Open { value, .. } = sealed.as_ref()
        {
            self.apply(value)?;
        }
        Ok(())
    }

    /// Gives the operation that is under way up. It must have expired by the time of a block that
    /// does not have it, nor any block before.
    pub fn abandon(&mut self, id: &TransactionId, now: Timestamp) -> Result<(), WalletError> {
        let expires = self.under_way(id)?.envelope.expires;
        if now < expires {
            return Err(WalletError::NotExpired { expires, now });
        }
        self.state.pending = None;
        Ok(())
    }

    fn under_way(&self, id: &TransactionId) -> Result<Transaction, WalletError> {
        let pending = self.pending().filter(|pending| pending.id == *id);
        let transaction = pending.and_then(super::account::Pending::transaction);
        transaction.ok_or(WalletError::NotPending(*id))
    }

    /// Changes the keys as an executed operation does.
    fn apply(&mut self, payload: &Payload) -> Result<(), WalletError> {
        match payload {
            Payload::KeyRegister(held) => self.add(&held.change.methods),
            Payload::KeyRevoke(held) => {
                let gone = &held.change.keys;
                let staying = self.state.login.iter().filter(|ours| !gone.contains(&ours.key));
                self.state.login = BoundedVec::first_of(staying.copied().collect::<Vec<_>>());
                Ok(())
            }
            Payload::DidUpdate(held) => {
                let controllers = held.change.controllers.as_ref();
                self.state.controlled =
                    controllers.map_or(self.state.controlled, |named| named.threshold > 0);
                Ok(())
            }
            Payload::DidDeactivate(_) => {
                self.close();
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Adds the login key that was registered.
    fn add(&mut self, methods: &[VerificationMethod]) -> Result<(), WalletError> {
        let number = self.state.next_login;
        self.state.next_login = self.after(number)?;
        let new = methods.iter().filter_map(|method| {
            let key = *method.key.signature_key()?;
            Some(LoginKey { number, key, relationships: method.relationships })
        });
        let all = self.state.login.iter().copied().chain(new);
        self.state.login = BoundedVec::new(all.collect())?;
        Ok(())
    }

    /// Takes the DID for ended as the record says, by whomever.
    fn end(&mut self, record: &DidRecord) {
        self.state.sequence = record.content.sequence;
        self.state.previous = record.content.last_holder_operation;
        self.close();
    }

    fn close(&mut self) {
        self.state.stage = Stage::Ended;
        self.state.login = BoundedVec::default();
        self.state.control = None;
        self.state.pending = None;
    }
}
