//! Parcels that wait, in the order of their arrival.

use crate::PAYLOAD_BYTES;
use crate::application::{Opaque, Parcel, Parcels, Sealed};
use crate::blocks::Blocks;
use hefu_node::application::{Considered, DiskLow, Pool, Source};
use hefu_primitives::{GenesisHash, Hash, Timestamp};
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;

/// Bytes that may wait: three times what one validator's clients have under way at most.
const BYTES_MAX: usize = 128 << 20;

/// Final parcels that are remembered, so that a late copy is not taken up again.
const FINAL_KEPT: usize = 65_536;

/// Encoded bytes of a parcel beside its own, with its hash.
const AROUND_BYTES: usize = 40;

/// Why a parcel is not taken up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// Too much waits.
    Full,
    /// The disk is nearly full.
    DiskLow,
}

impl From<DiskLow> for Refused {
    fn from(_: DiskLow) -> Self {
        Self::DiskLow
    }
}

/// What waits.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    parcels: BTreeMap<u64, (Sealed, Timestamp)>,
    places: HashMap<Hash, u64>,
    arrived: u64,
    bytes: usize,
    finals: HashSet<Hash>,
    oldest: VecDeque<Hash>,
}

impl Waiting {
    fn remove(&mut self, id: &Hash) {
        let place = self.places.remove(id);
        if let Some((sealed, _)) = place.and_then(|place| self.parcels.remove(&place)) {
            self.bytes -= sealed.parcel.bytes().len();
        }
    }

    fn note_final(&mut self, id: Hash) {
        if self.finals.insert(id) {
            self.oldest.push_back(id);
        }
        if self.oldest.len() > FINAL_KEPT
            && let Some(id) = self.oldest.pop_front()
        {
            self.finals.remove(&id);
        }
    }
}

impl Pool<Opaque> for Waiting {
    type Ticket = Arc<Parcel>;
    type Outcome = Sealed;
    type Refusal = Refused;
    type Rejection = ();
    type Status = bool;
    type Footprint = usize;

    fn consider(
        &mut self,
        parcel: Arc<Parcel>,
        bytes: usize,
        _: Source,
        _: Timestamp,
    ) -> Result<Considered<Arc<Parcel>, Hash>, Refused> {
        if self.bytes + bytes > BYTES_MAX {
            return Err(Refused::Full);
        }
        Ok(Considered::Check(parcel))
    }

    fn check(parcel: Arc<Parcel>, _: &GenesisHash, _: &Blocks) -> Sealed {
        Sealed { id: parcel.id(), parcel }
    }

    fn accept(&mut self, sealed: Sealed, now: Timestamp) -> Result<Hash, Refused> {
        let id = sealed.id;
        if !self.places.contains_key(&id) && !self.finals.contains(&id) {
            self.bytes += sealed.parcel.bytes().len();
            self.places.insert(id, self.arrived);
            self.parcels.insert(self.arrived, (sealed, now));
            self.arrived += 1;
        }
        Ok(id)
    }

    /// What is shorter than a payload goes into a block of its own, so that blocks without a load can be
    /// counted.
    fn candidates(&self, bytes: u32, excluded: &dyn Fn(&Hash) -> bool) -> Vec<Sealed> {
        let mut left = bytes as usize;
        let waiting = self.parcels.values().map(|(sealed, _)| sealed);
        let mut alone = false;
        let fits = |one: &&Sealed| {
            let size = one.parcel.bytes().len();
            let fits = !alone && left >= size + AROUND_BYTES;
            alone = size < PAYLOAD_BYTES;
            left = left.saturating_sub(size + AROUND_BYTES);
            fits
        };
        waiting.filter(|one| !excluded(&one.id)).take_while(fits).cloned().collect()
    }

    fn older_than(&self, before: Timestamp, count_max: usize) -> Vec<Sealed> {
        let old = self.parcels.values().take_while(|(_, arrived)| *arrived < before);
        old.take(count_max).map(|(sealed, _)| sealed.clone()).collect()
    }

    fn waiting(&self, id: &Hash) -> Option<&Sealed> {
        self.places.get(id).and_then(|place| self.parcels.get(place)).map(|(sealed, _)| sealed)
    }

    fn count(&self) -> usize {
        self.parcels.len()
    }

    fn known(&self, _: &Parcels) -> Vec<Option<Sealed>> {
        Vec::new()
    }

    fn remember(&mut self, _: Vec<Sealed>) {}

    fn left_out(&mut self, _: &Hash, (): (), _: Timestamp) {}

    fn executed(&mut self, ids: Vec<Hash>) {
        for id in ids {
            self.remove(&id);
            self.note_final(id);
        }
    }

    fn expire(&mut self, _: Timestamp) {}

    fn status(&self, id: &Hash) -> bool {
        self.finals.contains(id)
    }

    fn footprint(&self) -> usize {
        self.bytes
    }
}
