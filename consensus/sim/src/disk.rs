//! A machine's disk: what is durable, and the writes that are under way.

use crate::ledger::Block;
use crate::random::Dice;
use hefu_consensus::{Record, Sequence};
use hefu_primitives::{Certificate, Digest, Epoch, Header, Subject, View, Vote};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// A final block with the certificate that proves it, or a descendant of it, final.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Final {
    pub(crate) block: Arc<Block>,
    pub(crate) proof: Arc<Certificate>,
}

impl Final {
    /// The view of the block's own finalization, if the proof is that.
    pub(crate) fn own_view(&self) -> Option<View> {
        let own = self.proof.subject == Subject::Finalize(self.block.digest);
        own.then_some(self.proof.view)
    }
}

/// What is written, in one order.
#[derive(Clone, Debug)]
pub(crate) enum Write {
    /// A record of an epoch's engine; with a proposal, its block.
    Record { epoch: Epoch, sequence: Sequence, record: Record, block: Option<Arc<Block>> },
    /// A final block.
    Final(Final),
}

/// A record as it lies on the disk.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) record: Record,
    pub(crate) block: Option<Arc<Block>>,
}

/// What survives when a machine stops.
#[derive(Clone, Debug, Default)]
pub(crate) struct Durable {
    chain: Vec<Final>,
    heights: BTreeMap<Digest, usize>,
    logs: BTreeMap<Epoch, Vec<Entry>>,
    foreign: Vec<(Epoch, Record)>,
}

impl Durable {
    /// The last final block; `None` if that is the genesis block.
    pub(crate) fn tip(&self) -> Option<&Final> {
        self.chain.last()
    }

    pub(crate) fn height(&self) -> u64 {
        self.chain.len() as u64
    }

    /// The final block of this digest.
    pub(crate) fn block(&self, digest: &Digest) -> Option<&Arc<Block>> {
        let at = self.heights.get(digest)?;
        self.chain.get(*at).map(|entry| &entry.block)
    }

    /// Final blocks from `height` on: `most`, and as many more as it takes to the next one that
    /// proves itself, since those before it are proved by that.
    pub(crate) fn proved_range(&self, height: u64, most: usize) -> Vec<Final> {
        let from = usize::try_from(height.saturating_sub(1)).unwrap_or(usize::MAX);
        let own = |entry: &Final| entry.own_view().is_some();
        let rest = self.chain.get(from..).unwrap_or_default();
        let proving = rest.iter().skip(most.saturating_sub(1)).position(own);
        let end = proving.map_or(rest.len(), |more| most + more);
        rest.iter().take(end).cloned().collect()
    }

    /// At most `most` final blocks from `height` on.
    pub(crate) fn range(&self, height: u64, most: usize) -> Vec<Final> {
        let from = usize::try_from(height.saturating_sub(1)).unwrap_or(usize::MAX);
        self.chain.iter().skip(from).take(most).cloned().collect()
    }

    /// The records of an epoch, oldest first.
    pub(crate) fn log(&self, epoch: Epoch) -> &[Entry] {
        self.logs.get(&epoch).map_or(&[], |log| log)
    }

    /// The header of the last final block and what proves it final, if that was in `epoch`.
    pub(crate) fn anchor(
        &self,
        genesis: &Header,
        epoch: Epoch,
    ) -> (Header, Option<Arc<Certificate>>) {
        let Some(tip) = self.tip() else {
            return (genesis.clone(), None);
        };
        let proof = Arc::clone(&tip.proof);
        (tip.block.header.clone(), (proof.epoch == epoch).then_some(proof))
    }

    /// The epochs in which a foreign signature was met (R14), with the records that say so.
    pub(crate) fn foreign(&self) -> &[(Epoch, Record)] {
        &self.foreign
    }

    /// The votes in the logs.
    pub(crate) fn votes(&self) -> impl Iterator<Item = &Vote> {
        self.logs.values().flatten().filter_map(|entry| match &entry.record {
            Record::Act(vote) => Some(vote),
            _ => None,
        })
    }

    pub(crate) fn add(&mut self, write: Write) {
        match write {
            Write::Record { epoch, record: record @ Record::ForeignSignature(_), .. } => {
                self.foreign.push((epoch, record));
            }
            Write::Record { epoch, record, block, .. } => {
                self.logs.entry(epoch).or_default().push(Entry { record, block });
            }
            Write::Final(entry) => self.append(entry),
        }
    }

    /// Adds a final block, and drops the records that it settles (R7).
    fn append(&mut self, entry: Final) {
        let (epoch, height) = (entry.block.header.epoch, entry.block.height());
        let view = entry.own_view();
        self.heights.insert(entry.block.digest, self.chain.len());
        self.chain.push(entry);
        self.logs = self.logs.split_off(&Epoch::new(epoch.get().saturating_sub(1)));
        if let (Some(log), Some(view)) = (self.logs.get_mut(&epoch), view) {
            log.retain(|entry| is_above(&entry.record, view, height));
        }
    }
}

fn is_above(record: &Record, view: View, height: u64) -> bool {
    match record {
        Record::Proposal(proposal) => {
            proposal.signed.statement.view > view || proposal.header.height.get() > height
        }
        Record::Act(vote) => vote.view > view,
        Record::Certificate(certificate) => certificate.view > view,
        Record::ForeignSignature(_) => true,
    }
}

/// A disk with the writes that are under way.
#[derive(Default)]
pub(crate) struct Disk {
    pub(crate) durable: Durable,
    under_way: VecDeque<Write>,
    /// How many of them the current sync covers.
    syncing: usize,
}

impl Disk {
    pub(crate) fn write(&mut self, write: Write) {
        self.under_way.push_back(write);
    }

    /// A final block, durable or on its way to be.
    pub(crate) fn block(&self, digest: &Digest) -> Option<&Arc<Block>> {
        let under_way = self.under_way.iter().find_map(|write| match write {
            Write::Final(entry) if entry.block.digest == *digest => Some(&entry.block),
            _ => None,
        });
        under_way.or_else(|| self.durable.block(digest))
    }

    /// Begins a sync of all that is under way, if there is something and none has begun: gives
    /// how many writes it covers.
    pub(crate) fn begin_sync(&mut self) -> Option<usize> {
        if self.syncing > 0 || self.under_way.is_empty() {
            return None;
        }
        self.syncing = self.under_way.len();
        Some(self.syncing)
    }

    /// The current sync ends: gives what is durable now.
    pub(crate) fn end_sync(&mut self) -> Vec<Write> {
        let writes: Vec<_> = self.under_way.drain(..self.syncing).collect();
        self.syncing = 0;
        for write in &writes {
            self.durable.add(write.clone());
        }
        writes
    }

    /// Everything under way becomes durable at once.
    pub(crate) fn flush(&mut self) -> Vec<Write> {
        self.syncing = self.under_way.len();
        self.end_sync()
    }

    /// The power goes. Of the writes under way the first few may have reached the disk; the one
    /// after them may be torn, and a torn record is known by its checksum and dropped. Gives what
    /// survived, how many did not, and whether one was torn.
    pub(crate) fn lose_power(&mut self, dice: &mut Dice) -> (Vec<Write>, usize, bool) {
        let survivors = dice.place(self.under_way.len() + 1);
        let lost = self.under_way.len() - survivors;
        let torn = lost > 0 && dice.coin();
        self.under_way.truncate(survivors);
        (self.flush(), lost, torn)
    }
}
