//! What goes into the engine and what comes out: the whole of its dealings with the world.
//!
//! Each engine numbers its own records. Before an engine is made anew in the same process, every
//! record that the old one gave out must be in the log that the new one gets, and what the old one
//! has not sent yet must not be sent any more.

use crate::message::{Message, Proposal, Status};
use hefu_primitives::{
    Certificate, Digest, Epoch, Evidence, Header, Height, Timestamp, ValidatorIndex, Verified,
    View, Vote,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Input {
    /// The engine has been given all records and may begin. Comes first, and once.
    Start,
    /// A leader's proposal whose body has the root that its header claims; with another body it
    /// is as good as without, and must not be put in. The driver keeps the body for `Validate` as
    /// long as [`crate::Engine::holds`] the block.
    Proposal(Verified<Arc<Proposal>>),
    /// A validator's vote.
    Vote(Verified<Vote>),
    /// A certificate, from a peer or from block sync.
    Certificate(Verified<Arc<Certificate>>),
    /// What another validator says of itself.
    Status {
        /// Who says it.
        from: ValidatorIndex,
        /// What it says.
        status: Verified<Status>,
    },
    /// A block that was asked for by `Fetch::Block`, its body having the root that the header
    /// claims. The driver keeps the body for `Validate`.
    Block(Header),
    /// The block that `Build` asked for. The driver keeps its body.
    Built {
        /// The view it was built for.
        view: View,
        /// Its header: a child of the given parent, later than it.
        header: Header,
    },
    /// The answer to `Validate`.
    Validated {
        /// The block.
        digest: Digest,
        /// Whether its execution gives what its header claims.
        verdict: Verdict,
    },
    /// All records up to this one are durable.
    Persisted(Sequence),
    /// A timer has run out.
    Timer(Timer),
    /// Whether the driver holds a transaction that applies on the current tip and that it has
    /// sent to the leader of this view (R11). False again at every `Entered`.
    Pending {
        /// The view whose leader has it.
        view: View,
        /// Whether there is one.
        waiting: bool,
    },
    /// No message can reach this validator now.
    Unreachable(ValidatorIndex),
    /// Messages reach this validator again.
    Reachable(ValidatorIndex),
}

/// Whether a block is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Executing its body on its parent gives the roots that its header claims.
    Valid,
    /// They differ, or the body breaks a rule of the ledger. A verdict on execution alone: a body
    /// that has not the root which the header claims says nothing about the block.
    Invalid,
}

/// The number of a record within a run, from 1; 0 stands for "nothing to wait for".
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Sequence(u64);

impl Sequence {
    /// Nothing to wait for.
    pub const NONE: Self = Self(0);

    /// The one after this. Saturates: 2⁶⁴ records outlast any disk.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// The number.
    pub const fn get(self) -> u64 {
        self.0
    }
}

/// What must be durable (R7). The driver writes records in order and gives back, when the engine
/// is made anew, those above the last final block.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Record {
    /// A proposal that we made or notarized. The driver writes its body with it.
    Proposal(Arc<Proposal>),
    /// A vote of ours.
    Act(Vote),
    /// A certificate that we learnt.
    Certificate(Arc<Certificate>),
    /// There is a signature of ours about this view that we did not make: this incarnation signs
    /// nothing any more (R14). The driver never prunes it, and gives it to every later engine of
    /// this incarnation, in later epochs too.
    ForeignSignature(View),
}

/// Who is to get a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum To {
    /// All other validators.
    All,
    /// One of them.
    One(ValidatorIndex),
}

/// What wakes the engine. Setting a timer again replaces it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Timer {
    /// The leader of this view should have proposed (R5).
    Leader(View),
    /// This view should have ended (R5).
    View(View),
    /// The block notarized in this view should be final (R11).
    Unfinal(View),
    /// An empty block is due (R11).
    Heartbeat,
    /// It is time to say again what was said in this view (R10).
    Repeat(View),
    /// It is time to tell the others where we are (R10).
    KeepAlive,
    /// The proposal of this view is no longer from the future (R13).
    Early(View),
}

/// What the driver should get from others.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Fetch {
    /// The header and body of a certified block; comes back as `Input::Block`.
    Block {
        /// Which one.
        digest: Digest,
        /// Who vouched for it and so is likely to hold it; nobody named means anybody.
        from: Vec<ValidatorIndex>,
    },
    /// All certificates of these views that a peer holds, at most
    /// [`crate::limits::CERTIFICATES_PER_FETCH`] views; they come back as `Input::Certificate`.
    Certificates {
        /// The first view.
        first: View,
        /// The last view.
        last: View,
    },
}

/// Why the engine has stopped for good.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Halt {
    /// A quorum certified a block that our own execution refuses: one of us is wrong, and more of
    /// the same would make it worse (R5).
    Diverged {
        /// The block.
        digest: Digest,
    },
    /// There is a signature of ours that we do not remember making (R14): our acts log is older
    /// than our last act, or somebody else has our key.
    ForeignSignature {
        /// The epoch of the statement.
        epoch: Epoch,
        /// The view of the statement.
        view: View,
    },
    /// Two certificates contradict each other: more validators are faulty than can be tolerated.
    Forked {
        /// The view of the second one.
        view: View,
    },
}

/// What the driver must do, in the order given.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Output {
    /// Make durable; say so with `Input::Persisted`.
    Persist {
        /// Its number.
        sequence: Sequence,
        /// What it is.
        record: Record,
    },
    /// Send, once all records up to `after` are durable (R7).
    Send {
        /// To whom.
        to: To,
        /// What.
        message: Message,
        /// What must be durable before.
        after: Sequence,
    },
    /// Give `Input::Timer` when this time has passed on a clock that never jumps.
    SetTimer {
        /// Which one.
        timer: Timer,
        /// In how many milliseconds.
        after_ms: u64,
    },
    /// Make a block; answer with `Input::Built`.
    Build {
        /// For this view.
        view: View,
        /// On this block, which has been executed.
        parent: Digest,
        /// Its header's time: the driver's clock, or this if the clock is behind it (R13).
        time_min: Timestamp,
        /// How long its body may be; 0 asks for an empty one (R2).
        body_bytes_max: u32,
    },
    /// Execute a block whose header and body the driver holds and whose parent has been executed;
    /// answer with `Input::Validated`.
    Validate {
        /// Which block.
        header: Arc<Header>,
    },
    /// Get what is missing. Asked again at every keep-alive while it is.
    Fetch(Fetch),
    /// The block is irrevocable. Blocks come once each, in the order of their heights (R6).
    Finalize {
        /// Which block.
        header: Arc<Header>,
        /// The finalization of it or of a descendant.
        proof: Arc<Certificate>,
    },
    /// A validator has contradicted itself (R9). Once an offender, view and kind of statement.
    Evidence(Evidence),
    /// The engine is in this view now: pending transactions go to its leader.
    Entered(View),
    /// The network is final further ahead than the engine walks: fetch blocks by range, and make
    /// the engine anew from the last of them.
    Behind {
        /// A certified block has this height.
        height: Height,
    },
    /// The engine has stopped and signs nothing any more.
    Halted(Halt),
}
