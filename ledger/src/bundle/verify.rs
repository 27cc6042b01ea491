//! Verification.

use super::chain::{ChainError, Epochs, FinalHeader, Origin, Which};
use super::fact::{Fact, Proven, ProvenCheckpoint};
use super::policy::Policy;
use super::{Bundle, BundleError, Claim};
use crate::state::StateKey;
use crate::state::StateValue;
use hefu_primitives::Verifier;
use std::sync::Arc;

/// What `bundle` proves to whoever has the origin of the network and accepts what `policy` says.
///
/// A checkpoint is found final before its age or a fork is told, so nobody can raise an alarm
/// without a quorum's signatures.
pub fn verify<V: Verifier>(
    bundle: Bundle,
    origin: &Origin,
    policy: &Policy,
    verifier: &V,
) -> Result<Proven, BundleError> {
    let Bundle { version: _, genesis, epochs, checkpoint, claim } = bundle;
    if genesis != origin.genesis {
        let (expected, got) = (origin.genesis, genesis);
        return Err(ChainError::OtherNetwork { expected, got }.into());
    }
    let epochs = Epochs::follow(origin, &epochs, policy, verifier)?;
    let newest = epochs.newest();
    let newest = epochs.check(Which::Checkpoint, newest, &checkpoint, verifier)?;
    policy.check_age(&newest.header)?;
    policy.check_validators(|epoch| epochs.validators(epoch))?;
    let fact = check(claim, &newest, &epochs, verifier)?;
    let FinalHeader { header, digest } = newest;
    let age_ms = policy.age_ms(&header);
    Ok(Proven { checkpoint: ProvenCheckpoint { header, digest, age_ms }, fact })
}

fn check<V: Verifier>(
    claim: Claim,
    checkpoint: &FinalHeader,
    epochs: &Epochs,
    verifier: &V,
) -> Result<Fact, BundleError> {
    let state = &checkpoint.header.state_root;
    Ok(match claim {
        Claim::Record(proof) => {
            proof.check(state)?;
            record(proof.key, proof.value)
        }
        Claim::Absence(proof) => {
            proof.check(state)?;
            Fact::Absent { key: proof.key }
        }
        Claim::KeyHolder(proof) => {
            let key = proof.key;
            let (did, record, holding) = proof.check(state)?;
            Fact::KeyHolder { key, did, record, holding }
        }
        Claim::Transaction(proof) => Fact::Transaction(Box::new(proof.check(checkpoint, epochs)?)),
        Claim::History(proof) => Fact::History(proof.check(checkpoint, epochs)?),
        Claim::Past(proof) => Fact::Past(Box::new(proof.check(checkpoint, epochs)?)),
        Claim::Consistency(claim) => {
            let FinalHeader { header, digest } = claim.check(checkpoint, epochs, verifier)?;
            Fact::Consistent { older: Box::new(header), digest }
        }
    })
}

fn record(key: StateKey, value: Arc<StateValue>) -> Fact {
    match (key, Arc::unwrap_or_clone(value)) {
        (StateKey::Did(did), StateValue::Did(record)) => Fact::Did { did, record },
        (key, value) => Fact::Shared { key, value: Arc::new(value) },
    }
}
