//! Executes nothing: a block is right if it stands on its parent.

use crate::application::{Opaque, Parcels, Sealed};
use crate::blocks::Blocks;
use hefu_consensus::Verdict;
use hefu_node::application::{Chain, Execute, Judged, Made, Shared};
use hefu_primitives::{Certificate, Digest, Header, Timestamp};
use std::collections::BTreeMap;
use std::io;
use std::sync::PoisonError;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::UnboundedSender;

/// A block that is not final.
struct Unfinal {
    header: Header,
    content: Parcels,
    /// When it was made, if it was made here.
    built: Option<Instant>,
}

/// A block that was written.
pub(crate) struct Written {
    pub(crate) content: Parcels,
    /// How long after its making, if it was made here.
    pub(crate) took: Option<Duration>,
}

/// The executor.
pub(crate) struct Machine {
    blocks: Shared<Blocks>,
    unfinal: BTreeMap<Digest, Unfinal>,
    written: UnboundedSender<Written>,
}

fn unknown(digest: &Digest) -> io::Error {
    io::Error::other(format!("block {digest} is not here"))
}

fn child(parent: &Header, time: Timestamp, content: &Parcels) -> Header {
    Header {
        height: parent.height.next(),
        parent: parent.digest(),
        time,
        transaction_root: content.root(),
        ..parent.clone()
    }
}

impl Machine {
    pub(crate) fn new(blocks: Shared<Blocks>, written: UnboundedSender<Written>) -> Self {
        Self { blocks, unfinal: BTreeMap::new(), written }
    }

    fn header(&self, digest: &Digest) -> io::Result<Header> {
        if let Some(block) = self.unfinal.get(digest) {
            return Ok(block.header.clone());
        }
        let last = self.blocks.read().unwrap_or_else(PoisonError::into_inner).last();
        if last.digest() == *digest { Ok(last) } else { Err(unknown(digest)) }
    }
}

impl Execute<Opaque> for Machine {
    fn build(
        &mut self,
        on: &Digest,
        time: Timestamp,
        candidates: Vec<Sealed>,
    ) -> io::Result<Made<Opaque>> {
        let built = Some(Instant::now());
        let content = Parcels::new(&candidates);
        let header = child(&self.header(on)?, time, &content);
        let block = Unfinal { header: header.clone(), content: content.clone(), built };
        self.unfinal.insert(header.digest(), block);
        Ok(Made { header, content, left_out: Vec::new() })
    }

    fn judge(
        &mut self,
        header: &Header,
        content: &Parcels,
        _: Vec<Option<Sealed>>,
    ) -> io::Result<Judged<Opaque>> {
        let right = child(&self.header(&header.parent)?, header.time, content) == *header;
        if right {
            let (header, content) = (header.clone(), content.clone());
            let block = Unfinal { header, content, built: None };
            self.unfinal.entry(block.header.digest()).or_insert(block);
        }
        let verdict = if right { Verdict::Valid } else { Verdict::Invalid };
        Ok(Judged { verdict, checked: Vec::new() })
    }

    fn write(
        &mut self,
        header: &Header,
        proof: &Certificate,
    ) -> io::Result<Vec<hefu_primitives::Hash>> {
        let digest = header.digest();
        let block = self.unfinal.remove(&digest).ok_or_else(|| unknown(&digest))?;
        let mut blocks = self.blocks.write().unwrap_or_else(PoisonError::into_inner);
        blocks.append(header, proof, &block.content)?;
        drop(blocks);
        self.unfinal.retain(|_, other| other.header.height > header.height);
        let ids = block.content.ids.to_vec();
        let took = block.built.map(|built| built.elapsed());
        // Whoever tells clients is gone only when the node stops.
        let _ = self.written.send(Written { content: block.content, took });
        Ok(ids)
    }

    fn close(&mut self) {}
}
