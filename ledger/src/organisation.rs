//! Organisations: who may act by authority, in which roles, with which keys.

use crate::key::KeyBytes;
use crate::limits::ORGANISATION_KEYS_MAX;
use crate::text::Title;
use hefu_primitives::{BoundedVec, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What names an organisation within its network. Short, because it stands in every record.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct OrganisationId(u16);

impl OrganisationId {
    /// The organisation with this number.
    pub const fn new(number: u16) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl fmt::Display for OrganisationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An organisation of the network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// Its name for people.
    pub name: Title,
    /// What it may do.
    pub roles: Roles,
    /// Its signature keys, sorted. Any one of them signs for it.
    pub keys: BoundedVec<KeyBytes, ORGANISATION_KEYS_MAX>,
    /// Whether it may act.
    pub standing: Standing,
    /// When it was admitted, by block time.
    pub admitted: Timestamp,
}

/// Whether an organisation may act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Standing {
    /// It may.
    Good,
    /// It may not, until it is reinstated.
    Suspended,
    /// It has left or been excluded, for good.
    Left,
}

/// One thing that organisations are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Role {
    /// Has a say in how the network is governed, and may run a validator.
    Member,
    /// Attests enrolments.
    Registrar,
    /// Issues credentials.
    Issuer,
    /// Lets holders log in.
    Platform,
    /// Holds a share of what opens sealed identities.
    Opener,
    /// Checks the others.
    Auditor,
}

impl Role {
    /// Every role, with its word in files and on screens.
    pub const NAMED: [(Self, &'static str); 6] = [
        (Self::Member, "member"),
        (Self::Registrar, "registrar"),
        (Self::Issuer, "issuer"),
        (Self::Platform, "platform"),
        (Self::Opener, "opener"),
        (Self::Auditor, "auditor"),
    ];

    /// Its word.
    pub fn word(self) -> &'static str {
        Self::NAMED.iter().find(|row| row.0 == self).map_or("", |row| row.1)
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// The roles of an organisation, one bit each.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Roles(u8);

impl Roles {
    const ALL: u8 = 63;

    /// These roles.
    pub fn of(roles: impl IntoIterator<Item = Role>) -> Self {
        Self(roles.into_iter().fold(0, |bits, role| bits | role.bit()))
    }

    /// The set with these bits, whether or not they mean anything.
    pub(crate) const fn from_bits(bits: u8) -> Self {
        Self(bits)
    }

    /// The bits.
    pub(crate) const fn bits(self) -> u8 {
        self.0
    }

    /// Whether `role` is among them.
    pub const fn contain(self, role: Role) -> bool {
        self.0 & role.bit() != 0
    }

    /// Whether there is none, or bits that mean nothing are set.
    pub const fn is_malformed(self) -> bool {
        self.0 == 0 || self.0 & !Self::ALL != 0
    }
}

impl Organisation {
    /// Whether it may act in `role` and signs with `key`.
    pub fn acts(&self, role: Role, key: &KeyBytes) -> bool {
        self.standing == Standing::Good && self.roles.contain(role) && self.keys.contains(key)
    }
}
