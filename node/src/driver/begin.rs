//! Where engines begin: when the node starts, when an epoch does, and behind what was fetched by ranges.

use super::{Driver, Held, Inputs, Role, Running, Setup};
use crate::acts::Recovered;
use crate::application::{Application, Chain, Value};
use crate::wire::decode;
use hefu_consensus::{Anchor, Config, Engine, Input, Member, Planted, Record};
use hefu_primitives::{Committee, Digest, Header, Validator, ValidatorIndex};
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};
use tracing::info;

impl<A: Application> Driver<A> {
    /// R12: the last block of the epoch is final and written, and the engine of the next one begins.
    pub(super) fn begin_next_epoch(&mut self, inputs: &mut Inputs) {
        if !self.newest.engine.has_ended() || self.written != self.delivered {
            return;
        }
        let store = self.hands.store.read().unwrap_or_else(PoisonError::into_inner);
        let committee = store.committee(self.setup.genesis);
        drop(store);
        let committee = match committee {
            Ok(committee) => Arc::new(committee),
            Err(error) => return self.stop(&error),
        };
        let anchor = Anchor { header: self.delivered.clone(), finalization: None };
        let next = running(&self.setup, committee, anchor, &Recovered::default());
        let epoch = next.epoch();
        info!(%epoch, "an epoch begins");
        self.previous = Some(std::mem::replace(&mut self.newest, next));
        // Places in the set are other people's now, and views count anew.
        (self.forwarded, self.clocks) = <_>::default();
        inputs.push_back((epoch, Input::Start));
        inputs.extend(self.presences().into_iter().map(|input| (epoch, input)));
    }

    /// What the newest engine is told of the other validators: whom messages reach, and whom not.
    pub(super) fn presences(&self) -> Vec<Input> {
        let Running { committee, me, .. } = &self.newest;
        let others = committee.validators.iter().filter(|(index, _)| Some(*index) != *me);
        let presence = |(index, one): (ValidatorIndex, &Validator)| {
            if self.reachable.contains(&one.key) {
                Input::Reachable(index)
            } else {
                Input::Unreachable(index)
            }
        };
        others.map(presence).collect()
    }
}

/// Where an engine begins: at the last block that was written, with the proof that it is final, unless
/// it ends the epoch before.
pub(super) fn anchor<S: Chain>(
    store: &S,
    head: &Header,
    committee: &Committee,
) -> Result<Anchor, S::Error> {
    let proof = store.proof_at(head.height)?;
    let finalization = proof.filter(|proof| proof.epoch == committee.epoch).map(Arc::new);
    Ok(Anchor { header: head.clone(), finalization })
}

/// The engine of a committee, with what its log gave back.
pub(super) fn running(
    setup: &Setup,
    committee: Arc<Committee>,
    anchor: Anchor,
    recovered: &Recovered,
) -> Running {
    let own = setup.key.public_key();
    let me = committee.validators.index_of(&own).filter(|_| setup.role == Role::Validator);
    let member = me.map(|index| Member { index, key: setup.key.clone() });
    let (epoch, delta_ms, planted) = (committee.epoch, setup.delta_ms, Planted::default());
    let config =
        Config { committee: Arc::clone(&committee), me: member, delta_ms, anchor, planted };
    let records: Vec<_> = recovered.records_for(epoch).collect();
    let mut running = Running::new(Engine::new(config, records.clone()), committee, me);
    for record in &records {
        running.note(record);
    }
    running
}

/// The contents of blocks that were proposed or notarized before a restart.
pub(super) fn contents<C: Value>(recovered: &Recovered) -> BTreeMap<Digest, Held<C>> {
    let records = recovered.records.values().flatten();
    let proposals = records.filter_map(|record| match record {
        Record::Proposal(proposal) => Some(&proposal.header),
        Record::Act(_) | Record::Certificate(_) | Record::ForeignSignature(_) => None,
    });
    let held = proposals.filter_map(|header| {
        let bytes = recovered.bodies.get(&header.digest())?;
        let content = Arc::new(decode(bytes).ok()?);
        Some((header.digest(), Held { header: header.clone(), content }))
    });
    held.collect()
}
