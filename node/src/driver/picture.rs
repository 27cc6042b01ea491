//! How it stands with a node, for people.

use super::{Driver, Skew};
use crate::application::{Application, Footprint, Pool};
use crate::net::PeerStatus;
use hefu_primitives::{Epoch, Height, PublicKey, View};

/// What a node is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It votes, in the epochs whose validators it is among.
    Validator,
    /// It only listens, and serves reads.
    Follower,
}

/// How it stands with a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture<F> {
    /// What it is to be.
    pub role: Role,
    /// Whether it is a validator of the current epoch.
    pub votes: bool,
    /// The epoch.
    pub epoch: Epoch,
    /// The view that it is in.
    pub view: View,
    /// How long it has been in this view, in milliseconds.
    pub in_view_ms: u64,
    /// Who leads this view.
    pub leader: PublicKey,
    /// The last block that was written.
    pub height: Height,
    /// The height that it is fetching blocks up to by ranges, if it is.
    pub catching_up_to: Option<Height>,
    /// Whether its disk has too little room, so that it takes no part.
    pub disk_low: bool,
    /// Which clocks are too far off to take part, by the proposals that came in this epoch.
    pub skew: Skew,
    /// The validators of the epoch.
    pub validators: Vec<PublicKey>,
    /// How many of them must sign.
    pub quorum: usize,
    /// The peers, validators or not.
    pub peers: Vec<PeerStatus>,
    /// What is pending.
    pub pending: F,
}

impl<A: Application> Driver<A> {
    pub(super) fn picture(&self) -> Picture<Footprint<A>> {
        let (committee, view) = (&self.newest.committee, self.newest.engine.view());
        let leader = committee.validators.get(committee.leader(view)).map(|one| one.key);
        Picture {
            role: self.setup.role,
            votes: self.newest.me.is_some(),
            epoch: committee.epoch,
            view,
            in_view_ms: u64::try_from(self.entered.elapsed().as_millis()).unwrap_or(u64::MAX),
            leader: leader.unwrap_or_else(|| self.setup.key.public_key()),
            height: self.written.height,
            catching_up_to: self.ranges.as_ref().map(super::Ranges::target),
            disk_low: self.low,
            skew: self.skew.clone(),
            validators: committee.validators.iter().map(|(_, one)| one.key).collect(),
            quorum: committee.validators.quorum(),
            peers: self.hands.network.peers(),
            pending: self.pool.footprint(),
        }
    }
}
