//! The acts log: what a validator has signed and must not contradict, on the disk before it is sent
//! (R7), and the guard against signing twice (R14).
//!
//! It holds the records of engines, the bodies of the blocks that were proposed or notarized, and
//! the floor: the last final block that the store once held. It is bound to a network, a validator
//! and an incarnation, and never made in passing; it is no part of a backup, since an old copy of
//! it is worse than none.
//!
//! | file | concern |
//! | --- | --- |
//! | `binding` | whose log it is, and the header of a segment |
//! | `frame`, `entry` | the bytes of a frame, and of what it holds |
//! | `segment` | one file of frames |
//! | `floor`, `kept` | what is still needed, and where it lies |
//! | `log` | one segment after another |
//! | `queue`, `writer` | the thread that writes, with many records to a sync |
//! | `disk` | the directory |
//!
//! What cannot be read was either torn or damaged, and only the first is harmless. Each frame says
//! how much of its segment was durable when it was written, and a quiet log ends with a mark that
//! says so. An unreadable place that a later frame calls durable is damage, and the log is not
//! opened. Any other is a tail that was never acknowledged, and is cut off. What is left is damage
//! to the last records before a power cut, which looks like a tail; then the others know what was
//! signed (R14).

mod binding;
mod disk;
mod entry;
mod error;
mod floor;
mod frame;
mod kept;
pub mod limits;
mod log;
mod queue;
mod recovered;
mod segment;
mod writer;

pub use binding::Binding;
pub use error::{ActsError, Refused};
pub use floor::Floor;
pub use recovered::Recovered;

use disk::{Directory, Disk};
use error::during;
use hefu_consensus::{Record, Sequence};
use hefu_primitives::limits::BODY_BYTES_MAX;
use hefu_primitives::{Certificate, Epoch, View};
use log::Log;
use queue::Sender;
use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use writer::{Question, Reporter, Request, Writer};

/// A record that is to become durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Append {
    /// The epoch of the engine that gave it out.
    pub epoch: Epoch,
    /// Its number.
    pub sequence: Sequence,
    /// What it is.
    pub record: Record,
    /// The encoded body of the block, with a proposal.
    pub body: Option<Arc<[u8]>>,
}

/// What comes of requests, in their order.
#[derive(Debug)]
pub enum Report {
    /// Of each epoch named, all records up to this one are durable.
    Durable(Vec<(Epoch, Sequence)>),
    /// The answer to [`ActsLog::recall`]. What was reported as durable before it belongs to the
    /// engines before it.
    Recalled(Recovered),
    /// The log has failed, and the process must end. Nothing is reported after this.
    Failed(ActsError),
}

/// An open log. Dropping it waits until all that was asked for is durable.
pub struct ActsLog {
    requests: Option<Sender>,
    thread: Option<JoinHandle<()>>,
}

impl ActsLog {
    /// Makes an empty log in a directory, which is made too unless it is there. To be done once,
    /// when the incarnation is drawn: an empty log claims that nothing was signed yet.
    pub fn create(directory: &Path, binding: &Binding) -> Result<(), ActsError> {
        Log::create(&Directory::make(directory)?, binding)
    }

    /// Opens the log in a directory, and gives what it holds. `report` is called on a thread of
    /// the log and must not wait for anything.
    pub fn open(
        directory: &Path,
        binding: Binding,
        report: impl FnMut(Report) + Send + 'static,
    ) -> Result<(Self, Recovered), ActsError> {
        let disk = Box::new(Directory::open(directory)?);
        Self::open_on(disk, binding, Box::new(report))
    }

    fn open_on(
        disk: Box<dyn Disk>,
        binding: Binding,
        report: Reporter,
    ) -> Result<(Self, Recovered), ActsError> {
        let place = disk.path("");
        let (log, recovered) = Log::open(disk, binding, limits::SEGMENT_BYTES)?;
        let (sender, requests) = queue::queue();
        let writer = Writer::new(log, requests, report);
        let thread = thread::Builder::new().name("acts".to_owned()).spawn(|| writer.run());
        let thread = thread.map_err(during("starting a thread for", &place))?;
        Ok((Self { requests: Some(sender), thread: Some(thread) }, recovered))
    }

    /// Has records written, with one sync. They are durable when a report says so. Certificates alone may
    /// wait a moment for an act, which cannot be sent without a sync.
    pub fn append(&self, appends: Vec<Append>) -> Result<(), Refused> {
        let bodies = appends.iter().filter_map(|append| append.body.as_ref());
        let too_long = bodies.map(|body| body.len()).find(|got| *got > BODY_BYTES_MAX as usize);
        too_long.map_or(Ok(()), |got| Err(Refused::BodyTooLong { got }))?;
        self.send(Request::Append(appends))
    }

    /// Says which final block the store holds durably now, so that what it settles can go (R7). A
    /// floor is durable with the first record after it; one that is not above the last is ignored.
    pub fn set_floor(&self, floor: Floor) -> Result<(), Refused> {
        self.send(Request::Floor(floor))
    }

    /// Asks for all that the log holds, what was appended before included: an engine that is made
    /// anew in a running process needs it. Answered by [`Report::Recalled`].
    pub fn recall(&self) -> Result<(), Refused> {
        self.send(Request::Recall)
    }

    /// Asks for certificates of an epoch's views, the newest first and at most `most`: the engine
    /// keeps no more than an index of them (R8). `answer` is called on the log's thread and must
    /// not wait for anything.
    pub fn certificates(
        &self,
        epoch: Epoch,
        views: RangeInclusive<View>,
        most: usize,
        answer: impl FnOnce(Vec<Arc<Certificate>>) + Send + 'static,
    ) -> Result<(), Refused> {
        let answer = Box::new(answer);
        self.send(Request::Certificates(Question { epoch, views, most, answer }))
    }

    /// Whether the disk keeps up. While it does not, the driver gives its engines no inputs other
    /// than what is durable; so it never meets [`Refused::Backlog`].
    pub fn has_room(&self) -> bool {
        self.requests.as_ref().is_some_and(Sender::has_room)
    }

    fn send(&self, request: Request) -> Result<(), Refused> {
        self.requests.as_ref().ok_or(Refused::Stopped)?.send(request)
    }
}

impl Drop for ActsLog {
    fn drop(&mut self) {
        // The thread ends when nobody can ask it for anything any more.
        self.requests = None;
        if let Some(thread) = self.thread.take() {
            // If it has panicked, the panic was printed, and there is nobody to tell.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests;
