//! Transactions that were genuine before somebody edited them, or that their signers spoilt
//! before they signed.

use super::edit::{Elements, Field, Part, Spares, collect, edit_bytes, edit_part};
use super::oracle::check_genuine;
use super::town::{Act, town};
use arbitrary::{Result, Unstructured};
use hefu_fixtures::{Carried, Draft, REGISTRAR};
use hefu_ledger::key::KeyBytes;
use hefu_ledger::organisation::OrganisationId;
use hefu_ledger::transaction::{Ordering, Salt, SignerRef, Subject};
use hefu_ledger::{CheckedTransaction, Transaction};
use hefu_primitives::{Ed25519, GenesisHash, Hash, Timestamp, Verifier, codec};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::{Arc, LazyLock};

/// How many edits one input applies at most.
const EDITS_MAX: usize = 6;

/// How many signers an editor adds at most: a transaction has no more than 32.
const ADDED_MAX: usize = 4;

/// Target `check_transaction`: an edited transaction is accepted only if everybody whom it names
/// has signed it as it stands, and after edits that nobody has signed only if it is genuine.
///
/// # Panics
/// If it is accepted otherwise, or a genuine one is refused.
pub fn check_transaction(data: &[u8]) {
    let _ = verdict_on_transaction(data);
}

/// What becomes of the transaction that these bytes choose and edit: it is accepted, or refused
/// with a code.
///
/// # Panics
/// If it is accepted and should not be, or the other way round.
pub fn verdict_on_transaction(data: &[u8]) -> std::result::Result<(), &'static str> {
    let u = &mut Unstructured::new(data);
    let act = u.choose(&town().acts).unwrap_or(&town().acts[0]);
    let signed_anew = u.arbitrary().unwrap_or(false);
    let edited = if signed_anew { spoilt(u, act) } else { tampered(u, act) };
    judge(edited, signed_anew, &Ed25519)
}

fn judge<V: Verifier>(
    edited: Transaction,
    signed_anew: bool,
    verifier: &V,
) -> std::result::Result<(), &'static str> {
    let (genesis, genuine) = (&town().chain.world.hash, is_genuine(&edited));
    match CheckedTransaction::new(Arc::new(edited), genesis, verifier) {
        Ok(checked) => {
            check_genuine(checked.transaction(), genesis);
            check_unique(&checked);
            assert!(signed_anew || genuine, "{checked:?} is accepted");
            Ok(())
        }
        Err(error) => {
            assert!(!genuine, "a genuine transaction is refused: {error}");
            Err(error.code())
        }
    }
}

fn is_genuine(transaction: &Transaction) -> bool {
    town().acts.iter().any(|act| act.transaction == *transaction)
}

/// A verdict is remembered under identifier and signatures, so these must mean one transaction.
fn check_unique(checked: &CheckedTransaction) {
    for Act { transaction, .. } in &town().acts {
        let names = (transaction.envelope.id(), transaction.signatures_hash());
        if names == (checked.id(), checked.signatures_hash()) {
            assert_eq!(transaction, checked.transaction().as_ref(), "two have one name");
        }
    }
}

/// The transaction after edits that nobody signs.
fn tampered(u: &mut Unstructured, act: &Act) -> Transaction {
    static SPARES: LazyLock<Spares> = LazyLock::new(|| {
        let mut spares = Spares::new();
        let transactions = town().acts.iter().map(|act| act.transaction.clone());
        transactions.for_each(|mut one| collect(&mut spares, &parts(&mut one)));
        spares
    });
    let mut edited = act.transaction.clone();
    for _ in 0..EDITS_MAX {
        if u.is_empty() || edit_part(u, parts(&mut edited), &SPARES).is_err() {
            break;
        }
    }
    edited
}

fn parts(transaction: &mut Transaction) -> Vec<Box<dyn Part + '_>> {
    let envelope = &mut transaction.envelope;
    vec![
        Box::new(Field(&mut envelope.genesis)),
        Box::new(Field(&mut envelope.kind)),
        Box::new(Field(&mut envelope.subject)),
        Box::new(Field(&mut envelope.ordering)),
        Box::new(Elements(&mut envelope.signers)),
        Box::new(Field(&mut envelope.expires)),
        Box::new(Field(&mut envelope.payload_hash)),
        Box::new(Elements(&mut transaction.signatures)),
        Box::new(Field(&mut transaction.body)),
    ]
}

/// The transaction as its own signers sign it after edits of what they sign.
fn spoilt(u: &mut Unstructured, act: &Act) -> Transaction {
    let mut draft = act.draft.clone();
    for _ in 0..EDITS_MAX {
        if u.is_empty() || spoil(u, &mut draft).is_err() {
            break;
        }
    }
    draft.sign()
}

/// Edits what a transaction says, or who signs it.
pub(crate) fn spoil(u: &mut Unstructured, draft: &mut Draft) -> Result<()> {
    match u.int_in_range(0..=7)? {
        0 => draft.terms.expires = Timestamp::new(u.arbitrary()?),
        1 => draft.terms.subject = subject(u)?,
        2 => draft.terms.ordering = ordering(u)?,
        3 => draft.terms.genesis = GenesisHash::new(Hash::from_bytes(u.arbitrary()?)),
        4 => spoil_signers(u, draft)?,
        _ => spoil_carried(u, &mut draft.carried)?,
    }
    Ok(())
}

fn subject(u: &mut Unstructured) -> Result<Subject> {
    let town = town();
    let dids = [town.anna.did, town.child.did, town.office.did, town.batch[0].did];
    let subjects = dids.map(Subject::Did);
    if u.arbitrary()? { Ok(Subject::Organisation(REGISTRAR)) } else { Ok(*u.choose(&subjects)?) }
}

fn ordering(u: &mut Unstructured) -> Result<Ordering> {
    Ok(match u.int_in_range(0..=2)? {
        0 => Ordering::Creation,
        1 => Ordering::Holder {
            sequence: u.arbitrary()?,
            previous: Hash::from_bytes([u.arbitrary()?; 32]),
        },
        _ => Ordering::Authority { reference: [u.arbitrary()?; 16] },
    })
}

fn spoil_signers(u: &mut Unstructured, draft: &mut Draft) -> Result<()> {
    let signers = &mut draft.signers;
    if signers.is_empty() {
        return Ok(());
    }
    let at = u.choose_index(signers.len())?;
    let place = u.int_in_range(0..=3)?;
    let (_, key) = signers[at].clone();
    match u.int_in_range(0..=4)? {
        0 => drop(signers.remove(at)),
        1 if signers.len() <= ADDED_MAX => signers.push((SignerRef::Control(place), key)),
        2 if signers.len() <= ADDED_MAX => signers.push((SignerRef::Possession(place), key)),
        3 if signers.len() <= ADDED_MAX => signers.push((SignerRef::Controller(place), key)),
        _ => {
            signers[at].0 = SignerRef::Organisation {
                organisation: OrganisationId::new(u.int_in_range(0..=10)?),
                key: KeyBytes::from(&key.public_key()),
            }
        }
    }
    Ok(())
}

fn spoil_carried(u: &mut Unstructured, carried: &mut Carried) -> Result<()> {
    match carried {
        Carried::Single(payload, salt) => {
            if u.ratio(1, 8)? {
                *salt = Salt::from_bytes(u.arbitrary()?);
            }
            edit_value(u, payload.as_mut())
        }
        Carried::Batch(entries) if !entries.is_empty() => {
            let (at, other) = (u.choose_index(entries.len())?, u.choose_index(entries.len())?);
            match u.int_in_range(0..=3)? {
                0 => drop(entries.remove(at)),
                1 if entries.len() <= ADDED_MAX => entries.push(entries[other].clone()),
                2 => entries.swap(at, other),
                _ => edit_value(u, &mut entries[at].1)?,
            }
            Ok(())
        }
        Carried::Batch(_) => Ok(()),
    }
}

fn edit_value<T: Serialize + DeserializeOwned>(u: &mut Unstructured, value: &mut T) -> Result<()> {
    let mut bytes = codec::encode(value);
    edit_bytes(u, &mut bytes)?;
    if let Ok(other) = codec::decode(&bytes, usize::MAX) {
        *value = other;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::blocks::Trusting;
    use hefu_primitives::{BoundedVec, Signature};

    #[test]
    #[should_panic(expected = "Control(0)")]
    fn a_signature_that_nobody_made_is_seen() {
        let rotation = town().acts.last().expect("somebody has acted");
        let mut forged = rotation.transaction.clone();
        let none = forged.signatures.iter().map(|_| Signature::from_bytes([0; 64]));
        forged.signatures = BoundedVec::first_of(none);
        let _ = judge(forged, false, &Trusting);
    }

    #[test]
    fn every_genuine_transaction_is_accepted() {
        for act in &town().acts {
            assert_eq!(judge(act.transaction.clone(), false, &Ed25519), Ok(()));
            assert_eq!(judge(act.draft.clone().sign(), true, &Ed25519), Ok(()));
        }
    }
}
