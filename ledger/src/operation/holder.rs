//! What every holder operation shares: who may make it, and in which order.
//!
//! Control keys stand outside the document and are used once. Each operation is signed by keys
//! whose hashes the operation before committed to, and commits to the next. So whoever steals a
//! login key controls nothing, and whoever sees a control key sees it too late. Suspension does
//! not matter here: it touches resolution only.

use super::subject_did;
use crate::did::DidId;
use crate::key::KeyBytes;
use crate::limits::{CONTROL_KEYS_MAX, CONTROLLERS_MAX};
use crate::record::{Content, ControlCommitment, Controllers, Relationships};
use crate::rejection::{Refusal, Rejection};
use crate::state::StateReader;
use crate::step::Step;
use crate::transaction::{CheckedTransaction, Envelope, Ordering, SignerRef, TransactionError};
use hefu_primitives::{BoundedVec, Hash, Timestamp};
use serde::{Deserialize, Serialize};

/// A holder operation: its change, under the control keys and controllers that make it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held<T> {
    /// Which control keys sign, and which come next.
    pub control: ControlReveal,
    /// The controllers that agree, and the keys with which they do.
    pub controllers: BoundedVec<ControllerKey, CONTROLLERS_MAX>,
    /// What is to change.
    pub change: T,
}

/// Control keys that come to light, and a commitment to those that follow them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlReveal {
    /// The keys that sign, sorted. Their hashes stand in the record, and each signs as
    /// [`SignerRef::Control`] at its place.
    pub keys: BoundedVec<KeyBytes, CONTROL_KEYS_MAX>,
    /// Who may make the next holder operation; nobody after a deactivation.
    pub next: ControlCommitment,
}

/// A controller that agrees. It signs as [`SignerRef::Controller`] at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ControllerKey {
    /// The controller.
    pub did: DidId,
    /// A key under `capabilityInvocation` in its document.
    pub key: KeyBytes,
}

/// What one kind of holder operation does.
pub(crate) trait Change {
    /// Whether the DID goes on after it, so that it must commit to control keys.
    const GOES_ON: bool = true;

    /// Refuses what no state would allow.
    fn check(&self) -> Result<(), TransactionError>;

    /// The new keys, each of which signs as [`SignerRef::Possession`] at its place.
    fn new_keys(&self) -> Vec<(KeyBytes, Relationships)> {
        Vec::new()
    }

    /// Controllers that must agree besides, since they are only now named.
    fn new_controllers(&self) -> Option<&Controllers> {
        None
    }

    /// Changes the version.
    fn change<R: StateReader>(
        &self,
        id: DidId,
        content: &mut Content,
        step: &mut Step<'_, R>,
    ) -> Result<(), Refusal>;
}

impl ControlReveal {
    /// The key at a place.
    pub fn key(&self, place: u8) -> Option<KeyBytes> {
        self.keys.get(usize::from(place)).copied()
    }

    /// Refuses a reveal that no record could match.
    fn check(&self, goes_on: bool) -> Result<(), TransactionError> {
        let ends = self.next == ControlCommitment::default();
        if goes_on {
            self.next.check()?;
        } else if !ends {
            return Err(TransactionError::Malformed("a DID that ends has no next control keys"));
        }
        // One key at two places would count twice towards the threshold.
        if !is_strictly_sorted(&self.keys) {
            return Err(TransactionError::Malformed("revealed keys are sorted, each once"));
        }
        if self.keys.iter().any(|key| self.next.keys.contains(&key.control_hash())) {
            return Err(TransactionError::Malformed("a control key is used once"));
        }
        Ok(())
    }

    /// Refuses keys that are not those to which `committed` commits.
    fn match_commitment(&self, committed: &ControlCommitment) -> Result<(), Rejection> {
        let needed = usize::from(committed.threshold);
        let known = |key: &&KeyBytes| committed.keys.contains(&key.control_hash());
        let got = self.keys.iter().filter(known).count();
        if got < needed.max(1) || got < self.keys.len() {
            return Err(Rejection::Control { needed, got });
        }
        Ok(())
    }
}

impl ControlCommitment {
    /// Refuses a commitment that nobody could meet, or anybody.
    pub fn check(&self) -> Result<(), TransactionError> {
        let threshold = usize::from(self.threshold);
        if threshold == 0 || threshold > self.keys.len() {
            let wrong = "the threshold of control keys is between 1 and their number";
            return Err(TransactionError::Malformed(wrong));
        }
        if !is_strictly_sorted(&self.keys) {
            return Err(TransactionError::Malformed("control keys are sorted, each once"));
        }
        Ok(())
    }
}

impl Controllers {
    /// Refuses controllers that could never agree, or need not.
    pub fn check(&self) -> Result<(), TransactionError> {
        let threshold = usize::from(self.threshold);
        if (threshold == 0) != self.dids.is_empty() || threshold > self.dids.len() {
            let wrong = "the threshold of controllers is between 1 and their number, or both are 0";
            return Err(TransactionError::Malformed(wrong));
        }
        if !is_strictly_sorted(&self.dids) {
            return Err(TransactionError::Malformed("controllers are sorted, each once"));
        }
        Ok(())
    }
}

/// Whether each element is greater than the one before.
pub(crate) fn is_strictly_sorted<T: Ord>(elements: &[T]) -> bool {
    elements.iter().zip(elements.iter().skip(1)).all(|(first, second)| first < second)
}

/// Every place of a list of the payload.
pub(crate) fn places(count: usize) -> impl Iterator<Item = u8> {
    0..u8::try_from(count).unwrap_or(u8::MAX)
}

/// Refuses signers that are not exactly the expected ones, of whom `all` says who they are. The
/// envelope's are sorted, each once.
pub(crate) fn check_exactly(
    envelope: &Envelope,
    expected: &[SignerRef],
    all: &'static str,
) -> Result<(), TransactionError> {
    if let Some(at) = envelope.signers.iter().position(|signer| !expected.contains(signer)) {
        return Err(TransactionError::Signer { at, kind: envelope.kind });
    }
    if envelope.signers.len() < expected.len() {
        return Err(TransactionError::SignerMissing(all));
    }
    Ok(())
}

#[expect(private_bounds, reason = "which changes there are is this crate's affair")]
impl<T: Change> Held<T> {
    /// Refuses what no state would allow: a reveal or a change that makes no sense, or signers
    /// that are not exactly its control keys, controllers and new keys.
    pub(crate) fn check(&self, envelope: &Envelope) -> Result<(), TransactionError> {
        self.control.check(T::GOES_ON)?;
        self.change.check()?;
        if !is_strictly_sorted(&self.controllers) {
            return Err(TransactionError::Malformed("agreeing controllers are sorted, each once"));
        }
        let control = places(self.control.keys.len()).map(SignerRef::Control);
        let controllers = places(self.controllers.len()).map(SignerRef::Controller);
        let new = places(self.change.new_keys().len()).map(SignerRef::Possession);
        let expected: Vec<_> = control.chain(controllers).chain(new).collect();
        let all = "every control key, controller and new key of the payload";
        check_exactly(envelope, &expected, all)
    }
}

/// Executes a holder operation.
pub(crate) fn apply<T: Change, R: StateReader>(
    held: &Held<T>,
    transaction: &CheckedTransaction,
    step: &mut Step<'_, R>,
) -> Result<(), Refusal> {
    let (id, salt) = subject_did(transaction)?;
    let record = step.living(&id)?;
    let (mut content, log) = (record.content, record.log);
    advance(&mut content, transaction)?;
    held.control.match_commitment(&content.control)?;
    check_controllers(held, &content, step)?;
    content.control = held.control.next.clone();
    held.change.change(id, &mut content, step)?;
    step.write_version(id, log, content, salt);
    Ok(())
}

/// Refuses an operation that is out of order, and moves the record's order on.
fn advance(content: &mut Content, transaction: &CheckedTransaction) -> Result<(), Rejection> {
    let Ordering::Holder { sequence, previous } = transaction.envelope().ordering else {
        return Err(Rejection::Replayed);
    };
    let expected = content.sequence.saturating_add(1);
    if sequence != expected {
        return Err(Rejection::Sequence { expected, got: sequence });
    }
    if previous != content.last_holder_operation {
        let expected = content.last_holder_operation;
        return Err(Rejection::Previous { expected, got: previous });
    }
    content.sequence = sequence;
    content.last_holder_operation = *transaction.id().hash();
    Ok(())
}

/// Refuses unless enough of the record's controllers agree, and all who are newly named.
fn check_controllers<T: Change, R: StateReader>(
    held: &Held<T>,
    content: &Content,
    step: &Step<'_, R>,
) -> Result<(), Refusal> {
    let now = step.now();
    for agreeing in &held.controllers {
        check_acts_for(step, &agreeing.did, &agreeing.key, now)?;
    }
    let agrees = |did: &&DidId| held.controllers.iter().any(|agreeing| agreeing.did == **did);
    let got = content.controllers.dids.iter().filter(agrees).count();
    let needed = usize::from(content.controllers.threshold).min(living(content, step)?);
    if got < needed {
        return Err(Rejection::Controllers { needed, got }.into());
    }
    let named = held.change.new_controllers().map(|named| &named.dids[..]).unwrap_or_default();
    let silent = named.iter().find(|did| !content.controllers.dids.contains(did) && !agrees(did));
    silent.map_or(Ok(()), |did| Err(Rejection::Controller(*did).into()))
}

/// How many of a record's controllers have not ended. Those that have can never agree again, and must
/// not lock the holder out for ever.
fn living<R: StateReader>(content: &Content, step: &Step<'_, R>) -> Result<usize, Refusal> {
    let mut living: usize = 0;
    for did in &content.controllers.dids {
        let lives =
            crate::state::did(step, did)?.is_some_and(|record| record.content.end.is_none());
        living = living.saturating_add(usize::from(lives));
    }
    Ok(living)
}

/// Refuses a key that does not act for the controller `did` at `now`. A DID that has ended has no key.
pub(crate) fn check_acts_for<R: StateReader>(
    step: &Step<'_, R>,
    did: &DidId,
    key: &KeyBytes,
    now: Timestamp,
) -> Result<(), Refusal> {
    let record = crate::state::did(step, did)?;
    let acts = record.is_some_and(|record| {
        let method = record.content.method(key).filter(|method| method.is_valid_at(now));
        method.is_some_and(|m| m.relationships.contain(Relationships::CAPABILITY_INVOCATION))
    });
    if acts { Ok(()) } else { Err(Rejection::Controller(*did).into()) }
}

impl<T> Held<T> {
    /// The key of the controller at a place.
    pub fn controller(&self, place: u8) -> Option<KeyBytes> {
        self.controllers.get(usize::from(place)).map(|controller| controller.key)
    }
}

/// What a commitment hides: hashes of `keys`, sorted, of which `threshold` must sign.
pub fn commit_to(keys: &[KeyBytes], threshold: u8) -> ControlCommitment {
    let mut hashes: Vec<Hash> = keys.iter().map(KeyBytes::control_hash).collect();
    hashes.sort_unstable();
    ControlCommitment { threshold, keys: BoundedVec::first_of(hashes) }
}
