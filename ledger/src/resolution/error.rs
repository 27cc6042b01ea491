//! Why nothing was found, in the words of DID Resolution 1.0, 11.

use super::version::VersionId;
use crate::ReadError;
use crate::did::NetworkName;
use crate::document::show_datetime;
use hefu_primitives::Timestamp;
use serde::Serialize;
use thiserror::Error;

/// Where types of errors stand that DID Resolution defines.
const DID: &str = "https://www.w3.org/ns/did#";
/// Where types of errors stand that Controlled Identifiers defines.
const SECURITY: &str = "https://w3id.org/security#";

/// Why a DID did not resolve, or a DID URL did not dereference.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ResolutionError {
    /// The input is no DID, or none that this method can have made.
    #[error("this is not a DID of this method: {0}")]
    InvalidDid(String),
    /// The input is no DID URL.
    #[error("this is not a DID URL: {0}")]
    InvalidDidUrl(String),
    /// The DID is one of another method.
    #[error("{0:?} is another method; DIDs that begin with did:hefu: resolve here")]
    MethodNotSupported(String),
    /// There is nothing of this name.
    #[error(transparent)]
    NotFound(#[from] Missing),
    /// Nothing can be shown in the form asked for.
    #[error("nothing can be shown as {accept:?}, but as {}", offered.join(", "))]
    RepresentationNotSupported {
        /// What was asked for.
        accept: String,
        /// What there is.
        offered: Vec<&'static str>,
    },
    /// An option contradicts another or has a value that it cannot have.
    #[error("{0}")]
    InvalidOptions(String),
    /// An option or parameter that this resolver does not know. Whoever asks for it may rely on
    /// it, so it is not passed over in silence.
    #[error("this resolver does not know {0}")]
    FeatureNotSupported(String),
    /// A key was expected, and something else or nothing is there.
    #[error("the DID URL does not lead to a verification method")]
    InvalidVerificationMethod,
    /// The key is there, for other purposes.
    #[error("the document does not list this verification method under {0}")]
    InvalidRelationship(String),
    /// The ledger cannot be read.
    #[error("the ledger cannot be read: {0}")]
    Internal(ReadError),
}

/// What is not there.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Missing {
    /// The DID belongs to another network.
    #[error("the DID is of the network {asked}, and this resolver reads the network {ours}")]
    Network {
        /// The network in the DID.
        asked: NetworkName,
        /// The network of the ledger.
        ours: NetworkName,
    },
    /// Nobody has enrolled the DID.
    #[error("the ledger has no such DID")]
    Did,
    /// The DID has no such version.
    #[error("the DID has no version {0}")]
    Version(VersionId),
    /// The DID did not exist at that time.
    #[error("the DID was created at {}", show_datetime(*created))]
    NotYet {
        /// When it was created.
        created: Timestamp,
    },
    /// The version was there and was erased. Its hash still stands in the log.
    #[error("version {0} was erased after the DID had ended; only its hash is kept")]
    Erased(VersionId),
    /// This method gives paths no meaning.
    #[error("DID URLs of this method have no path")]
    Path,
    /// No service was selected, or none with a URL.
    #[error("the document has no such service")]
    Service,
    /// The document has no part of that name.
    #[error("the document has no part with the fragment {0:?}")]
    Fragment(String),
}

/// An error as an object (RFC 9457).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// A URL that names the kind of error.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind of error in a few words.
    pub title: &'static str,
    /// What was wrong this time.
    pub detail: String,
    /// The status code of an HTTP response that carries it.
    pub status: u16,
}

impl ResolutionError {
    /// The error as an object.
    pub fn problem(&self) -> Problem {
        let (base, name, title, status) = self.kind();
        Problem { kind: format!("{base}{name}"), title, detail: self.to_string(), status }
    }

    /// Where its name stands, its name, its title, and its HTTP status (DID Resolution 1.0, 11
    /// and 12.1).
    const fn kind(&self) -> (&'static str, &'static str, &'static str, u16) {
        match self {
            Self::InvalidDid(_) => (DID, "INVALID_DID", "Invalid DID", 400),
            Self::InvalidDidUrl(_) => (DID, "INVALID_DID_URL", "Invalid DID URL", 400),
            Self::InvalidOptions(_) => (DID, "INVALID_OPTIONS", "Invalid options", 400),
            Self::NotFound(_) => (DID, "NOT_FOUND", "Not found", 404),
            Self::RepresentationNotSupported { .. } => {
                (DID, "REPRESENTATION_NOT_SUPPORTED", "Representation not supported", 406)
            }
            Self::MethodNotSupported(_) => {
                (DID, "METHOD_NOT_SUPPORTED", "DID method not supported", 501)
            }
            Self::FeatureNotSupported(_) => {
                (DID, "FEATURE_NOT_SUPPORTED", "Feature not supported", 501)
            }
            Self::InvalidVerificationMethod => {
                (SECURITY, "INVALID_VERIFICATION_METHOD", "Invalid verification method", 500)
            }
            Self::InvalidRelationship(_) => (
                SECURITY,
                "INVALID_RELATIONSHIP_FOR_VERIFICATION_METHOD",
                "Invalid relationship for verification method",
                500,
            ),
            Self::Internal(_) => (DID, "INTERNAL_ERROR", "Internal error", 500),
        }
    }
}

impl From<ReadError> for ResolutionError {
    fn from(error: ReadError) -> Self {
        Self::Internal(error)
    }
}
