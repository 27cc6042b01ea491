//! Verification of answers.

use crate::answer::{Answer, signed_bytes};
use crate::challenge::Challenge;
use crate::error::LoginError;
use crate::nonces::Nonces;
use hefu_ledger::DidId;
use hefu_ledger::bundle::{self, Bundle, Fact, Origin, Policy, ProvenCheckpoint, Query};
use hefu_ledger::key::KeyBytes;
use hefu_ledger::organisation::OrganisationId;
use hefu_ledger::record::{Assurance, Class, Content, Relationships, Status};
use hefu_ledger::state::StateKey;
use hefu_primitives::{Timestamp, Verifier};

/// What a platform holds an answer against.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The challenge that the platform itself made and kept; never the one in the answer.
    pub challenge: &'a Challenge,
    /// The network, from its genesis.
    pub origin: &'a Origin,
    /// The platform's clock, and how old a checkpoint may be.
    pub policy: Policy,
}

/// A holder who is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedIn {
    /// The DID. It is this holder's for this platform, and for no other.
    pub did: DidId,
    /// The key that signed.
    pub key: KeyBytes,
    /// What kind of subject it is.
    pub class: Class,
    /// How far the registrar checked the subject.
    pub assurance: Assurance,
    /// Which registrar did.
    pub registrar: OrganisationId,
    /// The checkpoint under which all this holds, for [`crate::Floor::accept`].
    pub checkpoint: ProvenCheckpoint,
}

/// Who logs in with `answer`.
///
/// The nonce is spent last, by an answer that holds in everything else: nobody can use up the
/// challenge of somebody else.
pub fn verify<V: Verifier>(
    answer: &Answer,
    expected: &Expected<'_>,
    nonces: &mut impl Nonces,
    verifier: &V,
) -> Result<LoggedIn, LoginError> {
    let now = expected.policy.now;
    answer.challenge.check_network(expected.origin.genesis)?;
    answer.challenge.check_same(expected.challenge)?;
    answer.challenge.check_time(now)?;
    check_signature(answer, verifier)?;
    let (content, checkpoint) = proven_content(answer, expected, verifier)?;
    // A clock that is a little behind the ledger's must not take a suspension for not begun yet.
    let moment = now.max(checkpoint.header.time);
    check_status(&content, moment)?;
    check_key(&content, &answer.key, moment)?;
    nonces.spend(&answer.challenge, now)?;
    let Content { class, assurance, registrar, .. } = content;
    Ok(LoggedIn { did: answer.did, key: answer.key, class, assurance, registrar, checkpoint })
}

fn check_signature<V: Verifier>(answer: &Answer, verifier: &V) -> Result<(), LoginError> {
    let key = answer.key.check().map_err(|_| LoginError::BadSignature)?;
    let bytes = signed_bytes(&answer.challenge, &answer.did);
    let holds = verifier.verify(&key, &bytes, &answer.signature);
    if holds { Ok(()) } else { Err(LoginError::BadSignature) }
}

/// What the ledger knows of the DID, as the stapled bundle proves.
fn proven_content<V: Verifier>(
    answer: &Answer,
    expected: &Expected<'_>,
    verifier: &V,
) -> Result<(Content, ProvenCheckpoint), LoginError> {
    let bundle = Bundle::from_bytes(answer.bundle.as_bytes())?;
    let proven = bundle::verify(bundle, expected.origin, &expected.policy, verifier)?;
    let query = Query::Record(StateKey::Did(answer.did));
    proven.check_answer(&query).map_err(LoginError::OtherFact)?;
    let checkpoint = proven.checkpoint().clone();
    match proven.into_fact() {
        Fact::Did { record, .. } => Ok((record.content, checkpoint)),
        _ => Err(LoginError::UnknownDid(answer.did)),
    }
}

fn check_status(content: &Content, moment: Timestamp) -> Result<(), LoginError> {
    match content.status(moment) {
        Status::Active => Ok(()),
        Status::Suspended => {
            let until = content.suspension.map_or(moment, |suspension| suspension.until);
            Err(LoginError::Suspended { until })
        }
        Status::Deactivated => Err(LoginError::Deactivated),
        Status::Revoked => Err(LoginError::Revoked),
    }
}

fn check_key(content: &Content, key: &KeyBytes, moment: Timestamp) -> Result<(), LoginError> {
    let method = content.method(key).ok_or(LoginError::KeyNotOfDid)?;
    if !method.relationships.contain(Relationships::AUTHENTICATION) {
        return Err(LoginError::KeyNotForAuthentication);
    }
    if !method.is_valid_at(moment) {
        return Err(LoginError::KeyNotValidNow);
    }
    Ok(())
}
