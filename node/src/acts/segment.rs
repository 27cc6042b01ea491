//! A segment: one file of frames behind a header.
//!
//! A segment is written under a name that marks it as unfinished, made durable, and then given its
//! own; so one with its own name is whole up to where appending began.

use super::binding::{Binding, HEADER_BYTES};
use super::disk::{Disk, DiskFile};
use super::entry::Entry;
use super::error::{ActsError, during};
use super::frame::{CHECK_BYTES, FrameKey, HEAD_BYTES, Head, Kind, OVERHEAD_BYTES};

const PREFIX: &str = "acts-";
const UNFINISHED: &str = ".new";
/// Bytes of memory that a quiet log keeps for what is to be written next.
const SPARE_BYTES: usize = 64 * 1024;
/// Bytes that are read at once in search of a head.
const WINDOW_BYTES: usize = 64 * 1024;

/// The name of the segment `number`. It has all digits, so that a listing shows them in order.
fn name(number: u64) -> String {
    format!("{PREFIX}{number:020}")
}

/// The segments of a directory, oldest first, and the files that never became segments.
pub(super) fn listed(names: &[String]) -> (Vec<u64>, Vec<&String>) {
    let number = |file: &String| file.strip_prefix(PREFIX)?.parse().ok();
    let is_own = |(number, file): &(u64, &String)| name(*number) == **file;
    let pairs = names.iter().filter_map(|file| Some((number(file)?, file)));
    let mut numbers: Vec<_> = pairs.filter(is_own).map(|(number, _)| number).collect();
    numbers.sort_unstable();
    let is_unfinished = |file: &&String| file.starts_with(PREFIX) && file.ends_with(UNFINISHED);
    (numbers, names.iter().filter(is_unfinished).collect())
}

/// Removes a segment.
pub(super) fn remove(disk: &dyn Disk, number: u64) -> Result<(), ActsError> {
    let name = name(number);
    disk.remove(&name).map_err(during("removing", &disk.path(&name)))
}

/// Where a frame lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) at: u64,
    pub(super) bytes: u64,
}

/// A frame that holds.
pub(super) struct Frame {
    pub(super) kind: Kind,
    pub(super) place: Place,
    payload: Vec<u8>,
}

impl Frame {
    pub(super) fn payload(&self) -> &[u8] {
        &self.payload[..self.payload.len() - CHECK_BYTES]
    }
}

/// A segment that is read, or written too.
pub(super) struct Segment {
    path: String,
    key: FrameKey,
    file: Box<dyn DiskFile>,
    /// How long it is, with what has yet to be written.
    length: u64,
    synced: u64,
    /// What a frame, or the name of the file, says of `synced`.
    stated: u64,
    pending: Vec<u8>,
}

impl Segment {
    /// Begins the segment `number`, which has no name of its own before `publish`.
    pub(super) fn begin(
        disk: &dyn Disk,
        binding: &Binding,
        number: u64,
    ) -> Result<Self, ActsError> {
        let name = name(number) + UNFINISHED;
        let path = disk.path(&name);
        let file = disk.create(&name).map_err(during("making", &path))?;
        let header = binding.header(number);
        let (key, length) = (FrameKey::of(&header), HEADER_BYTES as u64);
        Ok(Self { path, key, file, length, synced: 0, stated: 0, pending: header.to_vec() })
    }

    /// Makes the segment durable and gives it its name. From here on it counts.
    pub(super) fn publish(&mut self, disk: &dyn Disk, number: u64) -> Result<(), ActsError> {
        // True as soon as anybody reads it: nobody does before the file has its name.
        self.synced = self.length;
        self.put(Kind::Mark, &[]);
        self.sync()?;
        let own = name(number);
        let path = disk.path(&own);
        disk.rename(&(own.clone() + UNFINISHED), &own).map_err(during("naming", &path))?;
        disk.sync_names().map_err(during("syncing the directory of", &path))?;
        self.path = path;
        self.stated = self.synced;
        Ok(())
    }

    /// Opens the segment `number` to read it.
    pub(super) fn load(disk: &dyn Disk, binding: &Binding, number: u64) -> Result<Self, ActsError> {
        let name = name(number);
        let path = disk.path(&name);
        let file = disk.open(&name).map_err(during("opening", &path))?;
        let length = file.bytes().map_err(during("measuring", &path))?;
        let mut header = [0; HEADER_BYTES];
        if length < HEADER_BYTES as u64 {
            let what = "its header is cut short";
            return Err(ActsError::Damaged { file: path, offset: length, what });
        }
        file.read_at(0, &mut header).map_err(during("reading", &path))?;
        binding.check(number, &header, &path)?;
        let key = FrameKey::of(&header);
        Ok(Self { path, key, file, length, synced: length, stated: length, pending: Vec::new() })
    }

    /// Adds a frame, which is written at the next `flush`.
    pub(super) fn put(&mut self, kind: Kind, payload: &[&[u8]]) -> Place {
        let (at, before) = (self.length, self.pending.len());
        self.key.encode(at, (kind, self.synced), payload, &mut self.pending);
        let bytes = (self.pending.len() - before) as u64;
        self.length += bytes;
        self.stated = self.synced;
        Place { at, bytes }
    }

    /// Writes how much is durable, unless the last frame says so.
    pub(super) fn mark(&mut self) -> Result<(), ActsError> {
        if self.synced > self.stated {
            self.put(Kind::Mark, &[]);
        }
        self.flush()
    }

    /// Writes what was added.
    pub(super) fn flush(&mut self) -> Result<(), ActsError> {
        if self.pending.is_empty() {
            return Ok(());
        }
        self.file.append(&self.pending).map_err(during("writing", &self.path))?;
        self.pending.clear();
        self.pending.shrink_to(SPARE_BYTES);
        Ok(())
    }

    /// Makes durable what was added.
    pub(super) fn sync(&mut self) -> Result<(), ActsError> {
        self.flush()?;
        self.file.sync().map_err(during("syncing", &self.path))?;
        self.synced = self.length;
        Ok(())
    }

    /// How long it is, with what has yet to be written.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// How many bytes have yet to be written.
    pub(super) fn pending_bytes(&self) -> usize {
        self.pending.len()
    }

    /// The frame at `at`; none if there is no whole one.
    pub(super) fn frame(&self, at: u64) -> Result<Option<Frame>, ActsError> {
        let mut head = [0; HEAD_BYTES];
        if !self.fill(at, &mut head)? {
            return Ok(None);
        }
        let Some(Head { payload_bytes, kind, .. }) = self.key.head(at, &head) else {
            return Ok(None);
        };
        // A head that holds states a length within the limit.
        let mut payload = vec![0; usize::try_from(payload_bytes).unwrap_or(0) + CHECK_BYTES];
        let is_there = self.fill(at + HEAD_BYTES as u64, &mut payload)?;
        let holds = is_there && self.key.holds(at, &head, &payload);
        let place = Place { at, bytes: payload_bytes + OVERHEAD_BYTES };
        Ok(holds.then_some(Frame { kind, place, payload }))
    }

    /// The entry of a frame that held when it was written, or read before.
    pub(super) fn entry(&self, place: Place) -> Result<Entry, ActsError> {
        let frame = self.frame(place.at)?;
        let frame = frame.ok_or_else(|| self.damaged(place.at, "a frame has changed"))?;
        self.decode(&frame)
    }

    pub(super) fn decode(&self, frame: &Frame) -> Result<Entry, ActsError> {
        let what = "a frame is whole but holds no entry that this program knows";
        let entry = Entry::decode(frame.kind, frame.payload());
        entry.ok_or_else(|| self.damaged(frame.place.at, what))
    }

    /// Whether the head of a later frame says that the byte at `broken` was durable.
    pub(super) fn is_vouched(&self, broken: u64) -> Result<bool, ActsError> {
        let mut from = broken + 1;
        while let Some(window) = self.window(from)? {
            let heads = (from..).zip(window.array_windows::<HEAD_BYTES>());
            let mut heads = heads.filter_map(|(at, bytes)| self.key.head(at, bytes));
            if heads.any(|head| head.synced > broken) {
                return Ok(true);
            }
            from += (window.len() - HEAD_BYTES + 1) as u64;
        }
        Ok(false)
    }

    /// Some bytes from `from` on, if a head fits there.
    fn window(&self, from: u64) -> Result<Option<Vec<u8>>, ActsError> {
        let left = usize::try_from(self.length.saturating_sub(from)).unwrap_or(usize::MAX);
        if left < HEAD_BYTES {
            return Ok(None);
        }
        let mut window = vec![0; left.min(WINDOW_BYTES)];
        self.fill(from, &mut window)?;
        Ok(Some(window))
    }

    pub(super) fn damaged(&self, offset: u64, what: &'static str) -> ActsError {
        ActsError::Damaged { file: self.path.clone(), offset, what }
    }

    /// Reads bytes; false if the file ends before.
    fn fill(&self, at: u64, into: &mut [u8]) -> Result<bool, ActsError> {
        if at + into.len() as u64 > self.length {
            return Ok(false);
        }
        self.file.read_at(at, into).map_err(during("reading", &self.path))?;
        Ok(true)
    }
}
