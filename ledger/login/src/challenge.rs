//! Challenges: what a platform asks a holder to sign.

use crate::domain::Domain;
use crate::error::LoginError;
use crate::limits::{CHALLENGE_SPAN_MAX_MS, CLOCK_SKEW_MAX_MS};
use hefu_ledger::DidId;
use hefu_ledger::text::Title;
use hefu_primitives::{GenesisHash, Timestamp};
use serde::{Deserialize, Serialize};

/// The form of a challenge. A new form is a new variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChallengeVersion {
    /// The first.
    V1,
}

/// What a platform asks a holder to sign. It is made for one login and kept until that is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    /// The network whose DIDs are let in. It comes first, as in everything that is signed.
    pub network: GenesisHash,
    /// The form of the rest.
    pub version: ChallengeVersion,
    /// The platform's own DID.
    pub platform: DidId,
    /// Where the holder meets the platform. The holder's wallet compares it with where it is: else
    /// one site could pass on another's challenge and log in there.
    pub domain: Domain,
    /// Drawn at random for this challenge alone.
    pub nonce: [u8; 32],
    /// When it was made.
    pub issued: Timestamp,
    /// From this time on it is not answered.
    pub expires: Timestamp,
    /// What the holder is shown: what the login is for.
    pub purpose: Title,
}

/// What a holder's wallet knows of where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The network of the DID that is to log in.
    pub network: GenesisHash,
    /// The domain that the holder is at.
    pub domain: Domain,
    /// The platform that the DID is for, if the wallet knows its DID.
    pub platform: Option<DidId>,
}

impl Challenge {
    /// Refuses a challenge that no platform should make, or whose time is not now.
    pub(crate) fn check_time(&self, now: Timestamp) -> Result<(), LoginError> {
        let (issued, expires) = (self.issued, self.expires);
        let span_ms = expires.since(issued);
        if span_ms == 0 || span_ms > CHALLENGE_SPAN_MAX_MS {
            return Err(LoginError::Span { span_ms });
        }
        if issued.since(now) > CLOCK_SKEW_MAX_MS {
            return Err(LoginError::NotYet { issued, now });
        }
        if now >= expires {
            return Err(LoginError::Expired { expires, now });
        }
        Ok(())
    }

    /// Refuses, for a holder, a challenge of another place than the one where the holder is.
    pub fn check_place(&self, seen: &Seen) -> Result<(), LoginError> {
        self.check_network(seen.network)?;
        self.check_domain(&seen.domain)?;
        seen.platform.map_or(Ok(()), |platform| self.check_platform(platform))
    }

    /// Refuses another challenge than the `expected` one, and says what differs.
    pub(crate) fn check_same(&self, expected: &Self) -> Result<(), LoginError> {
        self.check_network(expected.network)?;
        self.check_domain(&expected.domain)?;
        self.check_platform(expected.platform)?;
        if self == expected { Ok(()) } else { Err(LoginError::OtherChallenge) }
    }

    pub(crate) fn check_network(&self, expected: GenesisHash) -> Result<(), LoginError> {
        let got = self.network;
        if got == expected { Ok(()) } else { Err(LoginError::OtherNetwork { expected, got }) }
    }

    fn check_domain(&self, expected: &Domain) -> Result<(), LoginError> {
        if self.domain == *expected {
            return Ok(());
        }
        Err(LoginError::OtherDomain { expected: expected.clone(), got: self.domain.clone() })
    }

    fn check_platform(&self, expected: DidId) -> Result<(), LoginError> {
        let got = self.platform;
        if got == expected { Ok(()) } else { Err(LoginError::OtherPlatform { expected, got }) }
    }
}
