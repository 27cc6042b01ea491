//! The thread that writes. While one sync is under way requests gather, and the next sync covers
//! them all.

use super::error::ActsError;
use super::floor::Floor;
use super::limits::BATCH_BYTES;
use super::log::Log;
use super::queue::Receiver;
use super::{Append, Report};
use hefu_primitives::{Certificate, Epoch, View};
use std::ops::RangeInclusive;
use std::sync::Arc;

/// What is asked of the thread.
pub(super) enum Request {
    Append(Append),
    Floor(Floor),
    Recall,
    Certificates(Question),
}

/// What certificates are asked for, and by whom.
pub(super) struct Question {
    pub(super) epoch: Epoch,
    pub(super) views: RangeInclusive<View>,
    pub(super) most: usize,
    pub(super) answer: Box<dyn FnOnce(Vec<Arc<Certificate>>) + Send>,
}

/// Who is told.
pub(super) type Reporter = Box<dyn FnMut(Report) + Send>;

/// The thread's state.
pub(super) struct Writer {
    pub(super) log: Log,
    pub(super) requests: Receiver,
    pub(super) report: Reporter,
}

impl Writer {
    /// Serves requests until nobody can make one any more. After the first error nobody knows what
    /// the disk holds, and trying again would not tell: the kernel forgets a failed sync. So
    /// nothing is written or reported after it.
    pub(super) fn run(mut self) {
        if let Err(error) = self.serve() {
            (self.report)(Report::Failed(error));
        }
    }

    fn serve(&mut self) -> Result<(), ActsError> {
        while let Some(first) = self.next()? {
            self.take(first)?;
            while self.log.pending_bytes() < BATCH_BYTES
                && let Some(request) = self.requests.try_next()
            {
                self.take(request)?;
            }
            self.settle()?;
            self.log.prune()?;
        }
        self.log.close()
    }

    /// The next request. None means that there will be no more.
    fn next(&mut self) -> Result<Option<Request>, ActsError> {
        if let Some(request) = self.requests.try_next() {
            return Ok(Some(request));
        }
        self.log.mark()?;
        Ok(self.requests.next())
    }

    fn take(&mut self, request: Request) -> Result<(), ActsError> {
        match request {
            Request::Append(append) => self.log.append(&append),
            Request::Floor(floor) => self.log.set_floor(floor),
            Request::Recall => {
                self.settle()?;
                (self.report)(Report::Recalled(self.log.recall()?));
            }
            Request::Certificates(question) => {
                self.settle()?;
                let Question { epoch, views, most, answer } = question;
                answer(self.log.certificates(epoch, &views, most)?);
            }
        }
        Ok(())
    }

    fn settle(&mut self) -> Result<(), ActsError> {
        let durable = self.log.commit()?;
        if !durable.is_empty() {
            (self.report)(Report::Durable(durable));
        }
        Ok(())
    }
}
