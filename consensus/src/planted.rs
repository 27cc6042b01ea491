//! Defects that can be planted in the engine, to show that its tests would find them.
//!
//! Without the feature `planted` no defect can be planted, except the one that simulated attackers
//! need: to go on after their own lies.

/// A defect. Each names the rule that it breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bug {
    /// R1: the certificate by which a view was entered is not sent on.
    EntryCertificateNotSent,
    /// R1: a finalization is not sent on.
    FinalizationNotSent,
    /// R1: a certificate of a view above the current one does not move us there.
    EntersOneViewAtATime,
    /// R2: a leader takes the highest notarized block although views above it are not nullified.
    ParentAnyNotarized,
    /// R2: a leader fills its block however far finality lags.
    FullBlockFarFromFinal,
    /// R3: votes for a proposal although views since its parent are not nullified.
    GapUnchecked,
    /// R3: votes for a proposal whose parent is not notarized.
    ParentUnchecked,
    /// R3: votes before the block has been executed.
    ExecutionUnchecked,
    /// R3: notarizes a second digest in a view.
    NotarizesTwice,
    /// R3: votes for a block at a wrong height.
    HeightUnchecked,
    /// R2: votes for a full block however far finality lags.
    FullBlockUnchecked,
    /// R4: finalizes a view that it has nullified.
    FinalizesAfterNullify,
    /// R4: never asks for the body of a notarized block.
    BodyNeverFetched,
    /// R5: nullifies a view that it has finalized.
    NullifiesAfterFinalize,
    /// R5: the leader's deadline is ignored.
    LeaderDeadlineIgnored,
    /// R5: goes on when a quorum certified a block that its own execution refuses.
    DivergenceIgnored,
    /// R6: delivers the finalized block without its ancestors.
    AncestorsNotDelivered,
    /// R6: delivers a block and its ancestors newest first.
    DeliversNewestFirst,
    /// R7: votes leave before they are durable.
    VoteNotDurable,
    /// R7: certificates are not made durable.
    CertificateNotDurable,
    /// R7: proposals and their bodies are not made durable.
    ProposalNotDurable,
    /// R7: own votes are forgotten at a restart.
    ActsForgotten,
    /// R8: votes for any view are kept.
    WindowUnbounded,
    /// R8: full certificates of nullified views stay in memory.
    NullificationsKept,
    /// A quorum is 2f + 1.
    QuorumTooSmall,
    /// A voter that votes twice counts twice.
    VoterCountedTwice,
    /// R9: contradictions go unnoticed.
    EvidenceMissed,
    /// R10: nothing is said again.
    NeverRepeats,
    /// R10: peers that are behind get no answer.
    LaggardsIgnored,
    /// R11: deadlines never grow.
    DeltaConstant,
    /// R11: a leader proposes although there is no work.
    ProposesWithoutWork,
    /// R11: no heartbeat.
    HeartbeatMissed,
    /// R12: a new block is proposed above an epoch's last one.
    BoundaryExtended,
    /// R12: votes of another epoch are counted.
    EpochUnchecked,
    /// R13: a block may be as old as its parent or older.
    TimeUnchecked,
    /// R13: a block may come from any future.
    FutureAccepted,
    /// R14: an own signature that we do not remember is taken for another duplicate.
    ForeignSignatureIgnored,
    /// R14: signs at once after a restart.
    SignsUnheard,
}

/// The defect of one engine, if it has one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Planted {
    attacker: bool,
    #[cfg(feature = "planted")]
    bug: Option<Bug>,
}

impl Planted {
    /// Plants `bug`.
    #[cfg(feature = "planted")]
    pub const fn new(bug: Bug) -> Self {
        Self { attacker: false, bug: Some(bug) }
    }

    /// Whether `bug` is planted.
    #[cfg(feature = "planted")]
    pub fn is(self, bug: Bug) -> bool {
        self.bug == Some(bug) || self.is_attackers(bug)
    }

    /// Whether `bug` is planted.
    #[cfg(not(feature = "planted"))]
    pub const fn is(self, bug: Bug) -> bool {
        self.is_attackers(bug)
    }

    /// What an attacker's engine needs: it goes on when others show it what the attacker signed
    /// besides. Only simulated attackers run with it.
    pub const fn attacker() -> Self {
        Self {
            attacker: true,
            #[cfg(feature = "planted")]
            bug: None,
        }
    }

    const fn is_attackers(self, bug: Bug) -> bool {
        self.attacker && matches!(bug, Bug::ForeignSignatureIgnored)
    }
}
