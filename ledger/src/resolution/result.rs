//! Results as they are shown (DID Resolution 1.0, 9 and 10).

use super::accept::MediaType;
use super::error::{Problem, ResolutionError};
use super::metadata::{Checkpoint, DocumentMetadata};
use crate::document::{Document, Multikey, ServiceEntry};
use serde::{Serialize, Serializer};

/// The result of resolving a DID.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Resolution {
    /// The document; `None` after an error or the DID's end.
    pub did_document: Option<Document>,
    /// What is said of the process.
    pub did_resolution_metadata: ProcessMetadata,
    /// What is said of the document; `None`, shown as `{}`, after an error.
    #[serde(serialize_with = "or_empty")]
    pub did_document_metadata: Option<DocumentMetadata>,
}

/// The result of dereferencing a DID URL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Dereferencing {
    /// What the URL means; `None` after an error or the DID's end.
    pub content: Option<Resource>,
    /// What is said of the process.
    pub dereferencing_metadata: ProcessMetadata,
    /// What is said of the document that the content is from; `None`, shown as `{}`, after an
    /// error.
    #[serde(serialize_with = "or_empty")]
    pub content_metadata: Option<DocumentMetadata>,
}

/// What a DID URL means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Resource {
    /// A document, perhaps with fewer services.
    Document(Box<Document>),
    /// A key of a document.
    Method(Part<Multikey>),
    /// A service of a document.
    Service(Part<ServiceEntry>),
    /// Endpoints of services.
    Endpoints(Vec<String>),
}

/// A part of a document, with the contexts that define its terms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Part<T> {
    /// The document's contexts.
    #[serde(rename = "@context")]
    pub context: Vec<&'static str>,
    /// The part.
    #[serde(flatten)]
    pub part: T,
}

/// What is said of a process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProcessMetadata {
    /// The form of the document or content.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<&'static str>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Problem>,
    /// What this method adds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hefu: Option<Read>,
}

/// What this method says of a process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Read {
    /// How new the ledger was that was read.
    pub checkpoint: Checkpoint,
}

/// Nothing, shown as an object without members.
#[derive(Serialize)]
struct Empty {}

#[expect(clippy::ref_option, reason = "serde calls it with the field")]
fn or_empty<S: Serializer>(
    metadata: &Option<DocumentMetadata>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match metadata {
        Some(metadata) => metadata.serialize(serializer),
        None => Empty {}.serialize(serializer),
    }
}

impl ProcessMetadata {
    pub(super) fn of(content_type: MediaType, checkpoint: Checkpoint) -> Self {
        let content_type = Some(content_type.within().name());
        Self { content_type, error: None, hefu: Some(Read { checkpoint }) }
    }

    fn failed(error: &ResolutionError) -> Self {
        Self { content_type: None, error: Some(error.problem()), hefu: None }
    }

    /// The status of an HTTP response after this, where the content's metadata are `metadata`
    /// (DID Resolution 1.0, 12.1).
    fn http_status(&self, metadata: Option<&DocumentMetadata>) -> u16 {
        match (&self.error, metadata.and_then(|metadata| metadata.deactivated)) {
            (Some(error), _) => error.status,
            (None, Some(true)) => 410,
            (None, _) if self.content_type == Some(MediaType::UriList.name()) => 303,
            (None, _) => 200,
        }
    }
}

impl Resolution {
    pub(super) const fn found(
        did_document: Option<Document>,
        metadata: DocumentMetadata,
        did_resolution_metadata: ProcessMetadata,
    ) -> Self {
        let did_document_metadata = Some(metadata);
        Self { did_document, did_resolution_metadata, did_document_metadata }
    }

    /// The result after an error, also after one that was met before the resolver was asked.
    pub fn failed(error: &ResolutionError) -> Self {
        let did_resolution_metadata = ProcessMetadata::failed(error);
        Self { did_document: None, did_resolution_metadata, did_document_metadata: None }
    }

    /// The status of an HTTP response that carries this.
    pub fn http_status(&self) -> u16 {
        self.did_resolution_metadata.http_status(self.did_document_metadata.as_ref())
    }
}

impl Dereferencing {
    /// The result after an error, also after one that was met before the resolver was asked.
    pub fn failed(error: &ResolutionError) -> Self {
        let dereferencing_metadata = ProcessMetadata::failed(error);
        Self { content: None, dereferencing_metadata, content_metadata: None }
    }

    /// The status of an HTTP response that carries this. With 303 it has the first endpoint as
    /// its `Location`, and no body.
    pub fn http_status(&self) -> u16 {
        self.dereferencing_metadata.http_status(self.content_metadata.as_ref())
    }
}
