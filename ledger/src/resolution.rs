//! Resolving DIDs and dereferencing DID URLs, after DID Resolution 1.0 (docs/did-method.md, Read).
//!
//! Nothing here opens a socket or asks a clock: the ledger comes in as a store, the time as a
//! number. What a result means over HTTP is [`Resolution::http_status`]'s and
//! [`Dereferencing::http_status`]'s to say, and the node's to do.

mod accept;
mod dereference;
mod did_url;
mod error;
mod metadata;
mod options;
mod result;
mod version;

pub use accept::{MediaType, negotiate};
pub use did_url::{DidUrl, DidUrlError};
pub use error::{Missing, Problem, ResolutionError};
pub use metadata::{Checkpoint, DocumentMetadata};
pub use options::{Options, Selector};
pub use result::{Dereferencing, ProcessMetadata, Resolution, Resource};
pub use version::VersionId;

use crate::did::{Did, NetworkName};
use crate::document::Document;
use crate::state;
use crate::store::Store;
use hefu_primitives::Timestamp;
use version::Version;

/// A ledger, and the time at which it is asked.
pub struct Resolver<'a, S: ?Sized> {
    store: &'a S,
    network: &'a NetworkName,
    now: Timestamp,
}

/// A document that was found, or the news that its DID has ended.
struct Found {
    document: Option<Document>,
    metadata: DocumentMetadata,
}

impl<'a, S: Store + ?Sized> Resolver<'a, S> {
    /// What `store` says of the DIDs of `network` at `now`; a clock that is behind the ledger is
    /// taken to show the ledger's time.
    pub fn new(store: &'a S, network: &'a NetworkName, now: Timestamp) -> Self {
        Self { store, network, now: now.max(store.head().header.time) }
    }

    /// Resolves a DID (DID Resolution 1.0, 4).
    pub fn resolve(&self, did: &str, options: &Options) -> Resolution {
        let found = self.try_resolve(did, options);
        let (found, content_type) = match found {
            Ok((found, content_type)) => (found, content_type),
            Err(error) => return Resolution::failed(&error),
        };
        Resolution::found(found.document, found.metadata, self.process(content_type))
    }

    fn try_resolve(
        &self,
        did: &str,
        options: &Options,
    ) -> Result<(Found, MediaType), ResolutionError> {
        did_url::check_did(did).map_err(ResolutionError::InvalidDid)?;
        if options.verification_relationship.is_some() {
            let what = "the option verificationRelationship without a DID URL".to_owned();
            return Err(ResolutionError::FeatureNotSupported(what));
        }
        let content_type = options.content_type(&MediaType::OF_RESOLUTION)?;
        Ok((self.find(did, options)?, content_type))
    }

    /// The document that the options choose.
    fn find(&self, did: &str, options: &Options) -> Result<Found, ResolutionError> {
        let did = self.our_did(did)?;
        let selector = options.selector(self.now)?;
        let record = state::did(self.store, &did.id)?.ok_or(Missing::Did)?;
        let version = Version::select(self.store, &did.id, &record, selector, self.now)?;
        let document = Document::of(&did, &version.content, version.seen);
        let metadata = DocumentMetadata::of(&version, &record, self.now);
        Ok(Found { document, metadata })
    }

    /// The DID, if it is of this method and network.
    fn our_did(&self, text: &str) -> Result<Did, ResolutionError> {
        let method = did_url::method_of(text);
        if method != "hefu" {
            return Err(ResolutionError::MethodNotSupported(method.to_owned()));
        }
        let did: Did =
            text.parse().map_err(|error| ResolutionError::InvalidDid(format!("{error}")))?;
        if did.network != *self.network {
            let (asked, ours) = (did.network, self.network.clone());
            return Err(Missing::Network { asked, ours }.into());
        }
        Ok(did)
    }

    /// What is said of the process: in which form the result is, and how new the ledger was.
    fn process(&self, content_type: MediaType) -> ProcessMetadata {
        ProcessMetadata::of(content_type, Checkpoint::of(&self.store.head().header))
    }
}

#[cfg(test)]
mod tests;
