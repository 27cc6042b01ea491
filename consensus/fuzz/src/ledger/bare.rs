//! What a bundle may leave out without becoming another: payloads, past versions, and the records
//! behind hashes that it shows. Two bundles that are equal without these prove the same, but for
//! absences: of those the name is left out, too.

use hefu_ledger::bundle::{Bundle, Carried, Chosen, Claim, HistoryProof, TransactionProof};
use hefu_ledger::effects::{Effects, Write, Written};
use hefu_ledger::state::StateKey;
use hefu_ledger::transaction::{BatchEntry, Body};
use hefu_primitives::BoundedVec;

/// The bundle without anything that it may leave out.
pub(crate) fn bare(bundle: &Bundle) -> Bundle {
    let mut bare = bundle.clone();
    match &mut bare.claim {
        Claim::Transaction(proof) => strip_transaction(proof),
        Claim::History(proof) => strip_history(proof),
        Claim::Past(proof) => {
            if let Chosen::First { version, transaction, .. } = &mut proof.chosen {
                *version = None;
                if let Some(proof) = transaction {
                    strip_transaction(proof);
                }
            }
        }
        // One proof shows that every name below the same leaf is absent.
        Claim::Absence(proof) => proof.key = StateKey::Rules,
        Claim::Record(_) | Claim::KeyHolder(_) | Claim::Consistency(_) => {}
    }
    bare
}

/// Whether every past version in the bundle is the one that the log names.
pub(crate) fn versions_hold(bundle: &Bundle) -> bool {
    match &bundle.claim {
        Claim::History(proof) => {
            let pairs = proof.versions.iter().zip(&proof.entries);
            pairs
                .filter_map(|(version, entry)| Some((version.as_ref()?, entry)))
                .all(|(version, entry)| version.content.hash(&version.blind) == entry.content)
        }
        Claim::Past(proof) => match (&proof.chosen, proof.entries.first()) {
            (Chosen::First { version: Some(version), .. }, Some(entry)) => {
                version.content.hash(&version.blind) == entry.content
            }
            _ => true,
        },
        _ => true,
    }
}

fn strip_history(proof: &mut HistoryProof) {
    proof.versions = BoundedVec::first_of(proof.versions.iter().map(|_| None));
    let Some(transactions) = &proof.transactions else { return };
    let stripped = transactions.iter().cloned().map(|mut transaction| {
        strip_transaction(&mut transaction);
        transaction
    });
    proof.transactions = Some(BoundedVec::first_of(stripped));
}

fn strip_transaction(proof: &mut TransactionProof) {
    match &mut proof.carried {
        Carried::Whole { body, effects } => {
            strip_body(body);
            strip_effects(effects);
        }
        Carried::Entry(entry) => {
            entry.entry.enrolment = entry.entry.enrolment.erased();
            entry.write.iter_mut().for_each(|(write, _)| *write = stripped(write));
        }
    }
}

fn strip_body(body: &mut Body) {
    match body {
        Body::Single(payload) => **payload = payload.erased(),
        Body::Batch(entries) => {
            let erased = |entry: &BatchEntry| BatchEntry {
                did: entry.did,
                enrolment: entry.enrolment.erased(),
            };
            *entries = BoundedVec::first_of(entries.iter().map(erased));
        }
    }
}

fn strip_effects(effects: &mut Effects) {
    effects.writes = BoundedVec::first_of(effects.writes.iter().map(stripped));
}

fn stripped(write: &Write) -> Write {
    let written = write.written.hash().map_or(Written::Removed, Written::Sealed);
    Write { key: write.key, written }
}
