//! Validators that break the rules on purpose.

/// The names of all attackers.
pub const ATTACKERS: &[&str] = &[
    "conflicter",
    "equivocator",
    "forger",
    "impersonator",
    "nuller",
    "outdated",
    "silent",
    "withholder",
];
