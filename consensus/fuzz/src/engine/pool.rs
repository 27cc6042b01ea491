//! The few blocks that an input speaks of, so that what it says hangs together.

use super::START_MS;
use super::act::{Pick, Says, Shape};
use crate::people::{EPOCH, People};
use hefu_primitives::{Digest, Epoch, GenesisHash, Hash, Header, Height, Subject, Timestamp, View};

/// How many of them the input may make; the engine may ask for more.
const BLOCKS_MAX: usize = 48;

/// Headers with their digests, the oldest first. The first is the one that the epoch starts from.
pub(crate) struct Pool(Vec<(Digest, Header)>);

impl Pool {
    pub(crate) fn new(people: &People) -> Self {
        let validators = people.committee.validators.hash();
        let root = Header {
            protocol_version: 1,
            genesis: people.committee.genesis,
            epoch: Epoch::new(EPOCH.get() - 1),
            height: Height::new(10),
            parent: Digest::default(),
            time: Timestamp::new(START_MS),
            transaction_root: Header::empty_transaction_root(),
            state_root: Hash::default(),
            history_root: Hash::default(),
            validators: Hash::from_bytes([1; 32]),
            next_validators: validators,
        };
        Self(vec![(root.digest(), root)])
    }

    pub(crate) fn root(&self) -> &Header {
        &self.0[0].1
    }

    pub(crate) fn find(&self, digest: &Digest) -> Option<&Header> {
        self.0.iter().find(|(known, _)| known == digest).map(|(_, header)| header)
    }

    fn back(&self, count: u8) -> &Header {
        &self.0[self.0.len() - 1 - usize::from(count) % self.0.len()].1
    }

    /// The header that is meant. Strangers have none: the newest stands in for them.
    pub(crate) fn header(&mut self, pick: Pick) -> Header {
        match pick {
            Pick::Known(back) => self.back(back).clone(),
            Pick::New(back, _) if self.0.len() >= BLOCKS_MAX => self.back(back).clone(),
            Pick::New(back, shape) => {
                let header = make(self.back(back), shape);
                self.add(header.clone());
                header
            }
            Pick::Stranger(_) => self.back(0).clone(),
        }
    }

    /// The digest that is meant.
    pub(crate) fn digest(&mut self, pick: Pick) -> Digest {
        match pick {
            Pick::Stranger(name) => Digest::new(Hash::from_bytes([name; 32])),
            pick => self.header(pick).digest(),
        }
    }

    /// A block that fits its parent, as an honest leader builds it.
    pub(crate) fn child(&mut self, parent: &Digest, time_min: Timestamp, empty: bool) -> Header {
        let parent = self.find(parent).unwrap_or(self.root());
        let shape = if empty { Shape::Empty } else { Shape::Full(0) };
        let mut header = make(parent, shape);
        header.time = header.time.max(time_min);
        self.add(header.clone());
        header
    }

    fn add(&mut self, header: Header) {
        let digest = header.digest();
        if self.find(&digest).is_none() {
            self.0.push((digest, header));
        }
    }

    /// Whether the block stands one above its parent: what execution finds out about a header
    /// before it runs anything.
    pub(crate) fn is_in_place(&self, header: &Header) -> bool {
        let parent = self.find(&header.parent);
        parent.is_none_or(|parent| header.height == parent.height.next())
    }

    /// Whether `ancestor` is `digest` or stands below it.
    pub(crate) fn descends(&self, digest: Digest, ancestor: &Digest) -> bool {
        let mut next = digest;
        for _ in 0..=self.0.len() {
            if next == *ancestor {
                return true;
            }
            let Some(header) = self.find(&next) else {
                return false;
            };
            next = header.parent;
        }
        false
    }
}

fn make(parent: &Header, shape: Shape) -> Header {
    let full = Header {
        epoch: EPOCH,
        height: parent.height.next(),
        parent: parent.digest(),
        time: parent.time.saturating_add(1),
        transaction_root: Hash::from_bytes([7; 32]),
        validators: parent.next_validators,
        next_validators: parent.next_validators,
        ..parent.clone()
    };
    match shape {
        Shape::Full(salt) => Header { state_root: Hash::from_bytes([salt; 32]), ..full },
        Shape::Empty => Header { transaction_root: Header::empty_transaction_root(), ..full },
        Shape::LastOfEpoch => Header { next_validators: Hash::from_bytes([9; 32]), ..full },
        Shape::TooHigh => Header { height: full.height.next(), ..full },
        Shape::FarTooHigh => Header { height: full.height.saturating_add(10_000), ..full },
        Shape::NotHigher => Header { height: parent.height, ..full },
        Shape::OtherEpoch => Header { epoch: EPOCH.next(), ..full },
        Shape::OtherNetwork => Header { genesis: GenesisHash::default(), ..full },
        Shape::NotLater => Header { time: parent.time, ..full },
        Shape::FromTheFuture => Header { time: parent.time.saturating_add(60_000), ..full },
        Shape::Orphan => Header { parent: Digest::new(Hash::from_bytes([5; 32])), ..full },
    }
}

/// The subject with the block that it names put in.
pub(crate) fn subject(pool: &mut Pool, says: Says) -> Subject {
    match says {
        Says::Notarize(pick) => Subject::Notarize(pool.digest(pick)),
        Says::Nullify => Subject::Nullify,
        Says::Finalize(pick) => Subject::Finalize(pool.digest(pick)),
    }
}

/// The newest few of the views between two.
pub(crate) fn gap(low: View, high: View, count: u64) -> impl Iterator<Item = View> {
    let first = low.next().max(high.saturating_sub(count));
    (first.get()..high.get()).map(View::new)
}
