//! The defects that can be planted, by name.

use hefu_consensus::Bug;

/// All defects.
pub const BUGS: &[Bug] = &[
    Bug::EntryCertificateNotSent,
    Bug::FinalizationNotSent,
    Bug::EntersOneViewAtATime,
    Bug::ParentAnyNotarized,
    Bug::FullBlockFarFromFinal,
    Bug::GapUnchecked,
    Bug::ParentUnchecked,
    Bug::ExecutionUnchecked,
    Bug::NotarizesTwice,
    Bug::HeightUnchecked,
    Bug::FullBlockUnchecked,
    Bug::FinalizesAfterNullify,
    Bug::BodyNeverFetched,
    Bug::NullifiesAfterFinalize,
    Bug::LeaderDeadlineIgnored,
    Bug::DivergenceIgnored,
    Bug::AncestorsNotDelivered,
    Bug::DeliversNewestFirst,
    Bug::VoteNotDurable,
    Bug::CertificateNotDurable,
    Bug::ProposalNotDurable,
    Bug::ActsForgotten,
    Bug::WindowUnbounded,
    Bug::NullificationsKept,
    Bug::QuorumTooSmall,
    Bug::VoterCountedTwice,
    Bug::EvidenceMissed,
    Bug::NeverRepeats,
    Bug::LaggardsIgnored,
    Bug::DeltaConstant,
    Bug::ProposesWithoutWork,
    Bug::HeartbeatMissed,
    Bug::BoundaryExtended,
    Bug::EpochUnchecked,
    Bug::TimeUnchecked,
    Bug::FutureAccepted,
    Bug::ForeignSignatureIgnored,
    Bug::SignsUnheard,
];

/// The defect of a name.
pub fn named(name: &str) -> Option<Bug> {
    BUGS.iter().copied().find(|bug| format!("{bug:?}") == name)
}
