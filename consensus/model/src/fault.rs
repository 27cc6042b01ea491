//! What must never happen, and what must be seen to happen.

/// What no run may show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// Two validators deliver different blocks at one height, or one validator does.
    Disagreement,
    /// A block is delivered twice, or before the one below it.
    OutOfOrder,
    /// Two blocks of one view have a quorum of notarize votes.
    TwoNotarizations,
    /// A view has a quorum of finalize votes and one of nullify votes.
    FinalNullified,
    /// A correct validator finalizes and nullifies one view.
    FinalizedAndNullified,
    /// A correct validator notarizes two blocks in one view.
    NotarizedTwice,
    /// A correct validator notarizes a block whose parent has no quorum, or although a view since
    /// its parent has no quorum of nullify votes.
    Unjustified,
    /// A correct validator notarizes a block that execution refuses, or that is not one higher
    /// and later than its parent.
    Unfit,
    /// A correct validator notarizes a new block above the last one of the epoch.
    BoundaryExtended,
    /// A correct validator is accused.
    Slandered,
    /// A correct engine stops.
    Halted,
    /// A correct validator sends what does not verify.
    Unverifiable,
    /// An engine says that it does not want a message which then changes it.
    WantedAfterAll,
    /// A vote or proposal leaves before what it rests on is durable.
    NotDurable,
    /// A validator is, after a crash, in an earlier view than one it has voted in.
    PlaceLost,
}

/// What some run must show, or the model reaches too little.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sight {
    /// A block final in view 1.
    FinalInViewOne,
    /// View 1 nullified, and a block final in view 2.
    FinalAfterNullified,
    /// A quorum each of notarize and nullify votes in one view.
    BothInOneView,
    /// A block delivered by a validator that has crashed.
    FinalAfterCrash,
    /// A block delivered that the validator had to ask for.
    Fetched,
    /// Evidence against the traitor.
    Evidence,
    /// The last block of the epoch, final by a later view than the one it was made for.
    Reproposed,
}

macro_rules! set {
    ($(#[$doc:meta])* $name:ident of $member:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        pub struct $name(u32);

        impl $name {
            pub(crate) fn insert(&mut self, member: $member) {
                self.0 |= 1 << member as u32;
            }

            pub(crate) fn insert_if(&mut self, condition: bool, member: $member) {
                if condition {
                    self.insert(member);
                }
            }

            pub(crate) fn merge(&mut self, other: Self) {
                self.0 |= other.0;
            }

            pub(crate) fn has(self, member: $member) -> bool {
                self.0 & (1 << member as u32) != 0
            }
        }
    };
}

set!(
    /// Faults.
    Faults of Fault
);
set!(
    /// Sights.
    Sights of Sight
);

impl Faults {
    pub(crate) fn is_empty(self) -> bool {
        self == Self::default()
    }
}
