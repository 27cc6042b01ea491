//! A disk in memory that fails when it is told to, and forgets what was not synced.

use crate::acts::disk::{Disk, DiskFile};
use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, mpsc};

/// What of the writes since the last sync a power cut leaves.
#[derive(Clone, Debug)]
pub(super) struct Keep {
    /// How many changes of names.
    pub(super) names: usize,
    /// How many bytes of each file.
    pub(super) bytes: usize,
    /// What becomes of the bytes behind these.
    pub(super) rest: Rest,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rest {
    /// They are gone.
    Cut,
    /// The file has its length, and zeros in their place.
    Zeros,
    /// The first of them is lost, the others have arrived.
    Hole,
}

impl Keep {
    pub(super) fn nothing() -> Self {
        Self { names: 0, bytes: 0, rest: Rest::Cut }
    }

    pub(super) fn everything() -> Self {
        Self { names: usize::MAX, bytes: usize::MAX, rest: Rest::Cut }
    }
}

#[derive(Clone, Default)]
struct Content {
    bytes: Vec<u8>,
    synced: usize,
}

impl Content {
    fn left(&self, keep: &Keep) -> Self {
        let mut bytes = self.bytes.clone();
        let kept = self.synced.saturating_add(keep.bytes).min(bytes.len());
        match keep.rest {
            Rest::Cut => bytes.truncate(kept),
            Rest::Zeros => bytes[kept..].fill(0),
            Rest::Hole => bytes[kept..].iter_mut().take(1).for_each(|byte| *byte ^= 0x40),
        }
        Self { synced: bytes.len(), bytes }
    }
}

type Names = BTreeMap<String, usize>;

#[derive(Default)]
struct State {
    files: Vec<Content>,
    /// Which files there are: durably, and after each change since.
    names: Vec<Names>,
    operations: usize,
    syncs: usize,
    /// The operation that fails, and how.
    fault: Option<(usize, io::ErrorKind)>,
    /// Tells that a file's sync begins, and waits until it may.
    gate: Option<(mpsc::Sender<()>, mpsc::Receiver<()>)>,
}

/// The disk. Clones are the same disk.
#[derive(Clone, Default)]
pub(super) struct Memory(Arc<Mutex<State>>);

struct MemoryFile {
    memory: Memory,
    file: usize,
}

impl State {
    fn now(&self) -> Names {
        self.names.last().cloned().unwrap_or_default()
    }

    fn change(&mut self, names: Names) {
        if self.names.is_empty() {
            self.names.push(Names::new());
        }
        self.names.push(names);
    }
}

impl Memory {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// Counts an operation, and fails if it is the one that should.
    fn operate(&self) -> io::Result<MutexGuard<'_, State>> {
        let mut state = self.state();
        state.operations += 1;
        match state.fault {
            Some((at, kind)) if at + 1 == state.operations => Err(kind.into()),
            _ => Ok(state),
        }
    }

    /// Has the operation fail before which there are `after` more.
    pub(super) fn fail(&self, after: usize, kind: io::ErrorKind) {
        let mut state = self.state();
        state.fault = Some((state.operations + after, kind));
    }

    pub(super) fn operations(&self) -> usize {
        self.state().operations
    }

    /// How often a file was synced.
    pub(super) fn syncs(&self) -> usize {
        self.state().syncs
    }

    /// From now on a sync says when it begins, and waits until it may.
    pub(super) fn gate(&self) -> (mpsc::Receiver<()>, mpsc::Sender<()>) {
        let ((begins, begun), (go, may)) = (mpsc::channel(), mpsc::channel());
        self.state().gate = Some((begins, may));
        (begun, go)
    }

    /// The disk after a power cut.
    pub(super) fn crash(&self, keep: &Keep) -> Self {
        let state = self.state();
        let last = state.names.len().saturating_sub(1);
        let names = state.names.get(keep.names.min(last)).cloned().unwrap_or_default();
        let files = state.files.iter().map(|file| file.left(keep)).collect();
        Self(Arc::new(Mutex::new(State { files, names: vec![names], ..State::default() })))
    }

    /// The content of the only file.
    pub(super) fn content(&self) -> Vec<u8> {
        let state = self.state();
        let names = state.now();
        assert_eq!(names.len(), 1, "{names:?}");
        names.values().map(|file| state.files[*file].bytes.clone()).next().unwrap()
    }

    /// A disk with one file.
    pub(super) fn with(name: &str, bytes: Vec<u8>) -> Self {
        let files = vec![Content { synced: bytes.len(), bytes }];
        let names = vec![Names::from([(name.to_owned(), 0)])];
        Self(Arc::new(Mutex::new(State { files, names, ..State::default() })))
    }

    /// How many bytes all files have together.
    pub(super) fn bytes(&self) -> u64 {
        let state = self.state();
        state.now().values().map(|file| state.files[*file].bytes.len() as u64).sum()
    }
}

fn missing() -> io::Error {
    io::ErrorKind::NotFound.into()
}

impl Disk for Memory {
    fn path(&self, name: &str) -> String {
        format!("memory/{name}")
    }

    fn names(&self) -> io::Result<Vec<String>> {
        Ok(self.operate()?.now().into_keys().collect())
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        let mut state = self.operate()?;
        let (mut names, file) = (state.now(), state.files.len());
        if names.insert(name.to_owned(), file).is_some() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        state.files.push(Content::default());
        state.change(names);
        Ok(Box::new(MemoryFile { memory: self.clone(), file }))
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        let file = *self.operate()?.now().get(name).ok_or_else(missing)?;
        Ok(Box::new(MemoryFile { memory: self.clone(), file }))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let mut state = self.operate()?;
        let mut names = state.now();
        let file = names.remove(from).ok_or_else(missing)?;
        names.insert(to.to_owned(), file);
        state.change(names);
        Ok(())
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let mut state = self.operate()?;
        let mut names = state.now();
        names.remove(name).ok_or_else(missing)?;
        state.change(names);
        Ok(())
    }

    fn sync_names(&self) -> io::Result<()> {
        let mut state = self.operate()?;
        state.names = vec![state.now()];
        Ok(())
    }
}

impl DiskFile for MemoryFile {
    /// A write that fails has written some of its bytes.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let written = self.memory.operate().map(drop);
        let part = if written.is_ok() { bytes.len() } else { bytes.len() * 2 / 3 };
        self.memory.state().files[self.file].bytes.extend(&bytes[..part]);
        written
    }

    fn sync(&mut self) -> io::Result<()> {
        let mut state = self.memory.operate()?;
        state.syncs += 1;
        let content = &mut state.files[self.file];
        content.synced = content.bytes.len();
        let gate = state.gate.take();
        drop(state);
        if let Some((begins, may)) = gate {
            // The other end may be gone: then nobody wants to hold it up any more.
            let _ = begins.send(());
            let goes_on = may.recv().is_ok();
            self.memory.state().gate = goes_on.then_some((begins, may));
        }
        Ok(())
    }

    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<()> {
        let state = self.memory.operate()?;
        let bytes = &state.files[self.file].bytes;
        let at = usize::try_from(at).unwrap();
        let found = bytes.get(at..at + into.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
        into.copy_from_slice(found);
        Ok(())
    }

    fn bytes(&self) -> io::Result<u64> {
        Ok(self.memory.operate()?.files[self.file].bytes.len() as u64)
    }
}
