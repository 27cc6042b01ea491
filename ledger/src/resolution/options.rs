//! What a caller asks for besides a DID (DID Resolution 1.0, 4.1 and 5.1).

use super::accept::{MediaType, negotiate};
use super::error::ResolutionError;
use super::version::VersionId;
use crate::document::{parse_datetime, show_datetime};
use hefu_primitives::Timestamp;

/// Options of resolution and dereferencing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Forms that the caller can read, as in an HTTP `Accept` header (RFC 9110, 12.5.1).
    pub accept: Option<String>,
    /// Which version is meant. Excludes [`Options::version_time`].
    pub version_id: Option<String>,
    /// When the version that is meant was the latest.
    pub version_time: Option<String>,
    /// For which relationship a key must be listed. Of dereferencing only.
    pub verification_relationship: Option<String>,
}

/// Which version is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selector {
    /// The latest.
    Latest,
    /// The one with this name.
    Id(VersionId),
    /// The latest at the end of the second that begins then.
    Time(Timestamp),
}

impl Options {
    /// Options as they stand in a query or a JSON object, by name.
    pub fn of<'a>(
        accept: Option<&str>,
        named: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, ResolutionError> {
        let mut options = Self { accept: accept.map(str::to_owned), ..Self::default() };
        named.into_iter().try_for_each(|(name, value)| options.set(name, value))?;
        Ok(options)
    }

    /// Sets an option that is not yet set.
    pub(super) fn set(&mut self, name: &str, value: &str) -> Result<(), ResolutionError> {
        let place = match name {
            "versionId" => &mut self.version_id,
            "versionTime" => &mut self.version_time,
            "verificationRelationship" => &mut self.verification_relationship,
            // Nothing is cached here, and no URL of a document is relative.
            "noCache" | "expandRelativeUrls" => return check_boolean(name, value),
            _ => {
                return Err(ResolutionError::FeatureNotSupported(format!(
                    "the option {:?}",
                    echo(name)
                )));
            }
        };
        if place.replace(value.to_owned()).is_some() {
            return Err(ResolutionError::InvalidOptions(format!("{name} is given twice")));
        }
        Ok(())
    }

    /// Which version is meant, when it is `now`.
    pub fn selector(&self, now: Timestamp) -> Result<Selector, ResolutionError> {
        match (&self.version_id, &self.version_time) {
            (Some(_), Some(_)) => Err(invalid("versionId and versionTime exclude each other")),
            (Some(id), None) => id.parse().map(Selector::Id).map_err(invalid),
            (None, Some(time)) => past(time, now).map(Selector::Time),
            (None, None) => Ok(Selector::Latest),
        }
    }

    /// The form of the result, among those that are offered.
    pub(super) fn content_type(
        &self,
        offered: &'static [MediaType],
    ) -> Result<MediaType, ResolutionError> {
        let accept = self.accept.as_deref().unwrap_or("*/*");
        negotiate(accept, offered).ok_or_else(|| ResolutionError::RepresentationNotSupported {
            accept: echo(accept),
            offered: offered.iter().map(|form| form.name()).collect(),
        })
    }
}

/// Characters of an input that an error repeats.
const ECHO_CHARS_MAX: usize = 128;

/// As much of an input as an error repeats.
pub(super) fn echo(text: &str) -> String {
    text.chars().take(ECHO_CHARS_MAX).collect()
}

/// A time that has come. An answer about later ones could turn out to be wrong.
fn past(text: &str, now: Timestamp) -> Result<Timestamp, ResolutionError> {
    let Some(time) = parse_datetime(text) else {
        return Err(invalid("versionTime is UTC in whole seconds, such as 2026-11-22T05:40:00Z"));
    };
    if time > now {
        let now = show_datetime(now);
        return Err(invalid(&format!("versionTime lies ahead: it is {now} here")));
    }
    Ok(time)
}

fn check_boolean(name: &str, value: &str) -> Result<(), ResolutionError> {
    match value {
        "true" | "false" => Ok(()),
        _ => Err(invalid(&format!("{name} is true or false"))),
    }
}

fn invalid(detail: &str) -> ResolutionError {
    ResolutionError::InvalidOptions(detail.to_owned())
}
