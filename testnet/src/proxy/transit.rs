//! Bytes that are under way, and when each of them arrives.

use super::weather::Weather;
use bytes::Bytes;
use std::collections::VecDeque;
use tokio::time::Instant;

/// Bytes under way in one direction: 100 ms of a gigabit, so that a delay alone slows nothing down.
pub(super) const TRANSIT_BYTES_MAX: usize = 12 * 1024 * 1024;

/// What has entered a link and not yet left it, in order.
#[derive(Debug)]
pub(super) struct Transit {
    pieces: VecDeque<(Instant, Bytes)>,
    bytes: usize,
    /// Until when what has entered keeps the link busy.
    busy_until: Instant,
}

impl Transit {
    pub(super) const fn new(now: Instant) -> Self {
        Self { pieces: VecDeque::new(), bytes: 0, busy_until: now }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    pub(super) const fn has_room(&self) -> bool {
        self.bytes < TRANSIT_BYTES_MAX
    }

    /// Takes in a piece, which leaves when the link has carried all before it and itself.
    pub(super) fn push(&mut self, piece: Bytes, weather: &Weather, now: Instant) {
        self.busy_until = self.busy_until.max(now) + weather.busy(piece.len());
        self.bytes += piece.len();
        self.pieces.push_back((self.busy_until + weather.delay, piece));
    }

    /// When the next piece arrives.
    pub(super) fn due(&self) -> Option<Instant> {
        self.pieces.front().map(|(due, _)| *due)
    }

    /// The next piece.
    pub(super) fn pop(&mut self) -> Option<Bytes> {
        let (_, piece) = self.pieces.pop_front()?;
        self.bytes -= piece.len();
        Some(piece)
    }
}
