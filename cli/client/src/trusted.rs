//! What a client has from elsewhere or has found true: the genesis, and the last checkpoint.

mod state_file;

pub use state_file::StateError;

use hefu_ledger::bundle::{Accepted, Bundle, BundleError, Origin, Policy, Proven, verify};
use hefu_ledger::did::{Did, DidId};
use hefu_ledger::genesis::Genesis;
use hefu_ledger::limits::CHECKPOINT_AGE_MAX_MS;
use hefu_primitives::{Ed25519, GenesisHash, Timestamp};
use state_file::StateFile;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

/// The network that is meant, and how far its chain has been seen.
#[derive(Debug)]
pub struct Trusted {
    genesis: Genesis,
    origin: Origin,
    max_age_ms: Option<u64>,
    seen: Mutex<Option<Accepted>>,
    file: Option<StateFile>,
}

impl Trusted {
    /// Trusts this genesis and nothing else, and forgets what it sees when it is dropped.
    pub fn new(genesis: Genesis) -> Self {
        let origin = Origin::from(&genesis);
        let max_age_ms = Some(CHECKPOINT_AGE_MAX_MS);
        Self { genesis, origin, max_age_ms, seen: Mutex::new(None), file: None }
    }

    /// The same, which goes on from the checkpoint that `file` remembers and keeps later ones there.
    /// The file need not exist yet; its directory must.
    pub fn with_state(self, file: &Path) -> Result<Self, StateError> {
        let file = StateFile::new(file, self.origin.genesis);
        let seen = Mutex::new(file.read()?);
        Ok(Self { seen, file: Some(file), ..self })
    }

    /// The same, for which a checkpoint may be this old, in milliseconds; of any age with none.
    #[must_use]
    pub fn with_max_age(self, max_age_ms: Option<u64>) -> Self {
        Self { max_age_ms, ..self }
    }

    /// The genesis.
    pub const fn genesis(&self) -> &Genesis {
        &self.genesis
    }

    /// What names the network.
    pub const fn hash(&self) -> GenesisHash {
        self.origin.genesis
    }

    /// The DID of this network with this identifier.
    pub fn did(&self, id: &DidId) -> Did {
        Did { network: self.genesis.network.clone(), id: *id }
    }

    /// The last checkpoint that was accepted.
    pub fn seen(&self) -> Option<Accepted> {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the bytes of a bundle prove. `seen` is what was accepted before they were asked for:
    /// what another thread has accepted since may be newer.
    pub(crate) fn verify(
        &self,
        bytes: &[u8],
        seen: Option<Accepted>,
    ) -> Result<Proven, BundleError> {
        let policy = Policy { now: now(), max_age_ms: self.max_age_ms, not_before: seen };
        verify(Bundle::from_bytes(bytes)?, &self.origin, &policy, &Ed25519)
    }

    /// Never goes back behind this one any more.
    pub(crate) fn accept(&self, checkpoint: Accepted) -> Result<(), StateError> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.is_some_and(|seen| checkpoint.height <= seen.height) {
            return Ok(());
        }
        *seen = Some(checkpoint);
        self.file.as_ref().map_or(Ok(()), |file| file.write(&checkpoint))
    }
}

/// The time by this machine's clock.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::new(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}
