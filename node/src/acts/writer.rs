//! The thread that writes. While one sync is under way requests gather, and the next sync covers
//! them all. A certificate waits a moment for the act that most often follows, and shares its sync: nobody
//! waits for it, since only what rests on it must not leave before it is durable (R7).

use super::error::ActsError;
use super::floor::Floor;
use super::limits::{BATCH_BYTES, CERTIFICATES_PAUSE};
use super::log::Log;
use super::queue::Receiver;
use super::{Append, Report};
use hefu_primitives::{Certificate, Epoch, View};
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Instant;

/// What is asked of the thread.
pub(super) enum Request {
    Append(Vec<Append>),
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
    log: Log,
    requests: Receiver,
    report: Reporter,
    /// Since when something has waited that does not press.
    put_off: Option<Instant>,
}

impl Writer {
    pub(super) fn new(log: Log, requests: Receiver, report: Reporter) -> Self {
        Self { log, requests, report, put_off: None }
    }

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
            self.settle_in_time()?;
            self.log.prune()?;
        }
        self.log.close()
    }

    /// The next request. None means that there will be no more.
    fn next(&mut self) -> Result<Option<Request>, ActsError> {
        if let Some(request) = self.requests.try_next() {
            return Ok(Some(request));
        }
        if let Some(since) = self.put_off {
            let left = CERTIFICATES_PAUSE.saturating_sub(since.elapsed());
            if let Some(request) = self.requests.next_within(left) {
                return Ok(Some(request));
            }
            self.settle()?;
        }
        self.log.mark()?;
        Ok(self.requests.next())
    }

    fn take(&mut self, request: Request) -> Result<(), ActsError> {
        match request {
            Request::Append(appends) => appends.iter().for_each(|one| self.log.append(one)),
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

    /// Syncs if an act waits for it, or something else has waited for long.
    fn settle_in_time(&mut self) -> Result<(), ActsError> {
        let since = *self.put_off.get_or_insert_with(Instant::now);
        if self.log.presses() || since.elapsed() >= CERTIFICATES_PAUSE {
            return self.settle();
        }
        self.log.write()
    }

    fn settle(&mut self) -> Result<(), ActsError> {
        self.put_off = None;
        let durable = self.log.commit()?;
        if !durable.is_empty() {
            (self.report)(Report::Durable(durable));
        }
        Ok(())
    }
}
