//! The agreement protocol of hefu: Simplex as a pure state machine.
//!
//! n validators, of which f = ⌊(n − 1) / 3⌋ may be faulty, agree on a chain of blocks, view by view.
//! A quorum is n − f of them; two quorums share a correct validator. An [`Engine`] is one
//! validator's part in it. It takes an [`Input`], changes its state and answers with [`Output`]s; it
//! has no clock, no disk and no network, so equal inputs give equal outputs, and the simulator, the
//! model checker and the node run the same code. The whole of the protocol, with reasons, the bytes
//! on the wire and the full argument, is in `docs/protocol.md`. In brief:
//!
//! | rule | |
//! | --- | --- |
//! | R1 enter | a certificate of view v moves to v + 1, and is passed on to all |
//! | R2 propose | leaders take turns; each extends the highest notarized block, and shows why it may |
//! | R3 notarize | one digest a view, justified, executed, and only in the current view |
//! | R4 finalize | what is notarized, unless its view was nullified |
//! | R5 nullify | an overdue or invalid view, unless it was finalized |
//! | R6 final | a finalization delivers its block and all below it, oldest first |
//! | R7 persist | nothing leaves before what it rests on is durable |
//! | R8 bounds | a window of views, one vote a kind, an index in place of certificates |
//! | R9 evidence | contradictions are handed out as objects that anyone can check |
//! | R10 repeat | what may have been lost is said again; who is behind is told |
//! | R11 work | without work no block; deadlines grow while nothing becomes final |
//! | R12 epochs | above an epoch's last block only that block again, until it is final |
//! | R13 time | blocks later than their parents, and near the voters' clocks |
//! | R14 incarnation | who starts first hears what it has signed; a foreign signature ends its signing |
//!
//! ```text
//!                 work · votes of f + 1 · a valid proposal
//!    view v, idle ────────────────────────────────────────► view v, deadlines run
//!                                                             │              │
//!                                  proposal ► notarize (R3)   │              │ too late (R5)
//!                                                             ▼              ▼
//!        finalization ◄── finalize (R4) ◄────────────── notarization      nullify
//!             │                                               │              │
//!             ▼                                               ▼              ▼
//!     delivered (R6)                                     view v + 1 ◄── nullification
//! ```
//!
//! It is safe because a correct validator notarizes one digest a view, so no two are notarized;
//! because it promises either to finalize or to nullify a view, so one that is final is never skipped;
//! and because skipping a view takes its nullification, so what comes later stands on what is final.
//!
//! A validator that is alone is its own quorum, and leads every view:
//!
//! ```
//! use hefu_consensus::{Anchor, Config, Engine, Input, Member, Output, Planted};
//! use hefu_primitives::{
//!     Committee, Header, Incarnation, SecretKey, Timestamp, Validator, ValidatorIndex, ValidatorSet,
//! };
//! use std::sync::Arc;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let genesis: Header = hefu_primitives::codec::decode(&[0; 252], 252)?;
//! let key = SecretKey::from_seed(&[7; 32]);
//! let alone = Validator { key: key.public_key(), incarnation: Incarnation::default() };
//! let committee = Committee {
//!     genesis: genesis.genesis,
//!     epoch: genesis.epoch,
//!     validators: ValidatorSet::new(vec![alone])?,
//! };
//! let config = Config {
//!     committee: Arc::new(committee),
//!     me: Some(Member { index: ValidatorIndex::new(0), key }),
//!     delta_ms: 300,
//!     anchor: Anchor { header: genesis, finalization: None },
//!     planted: Planted::default(),
//! };
//! let mut engine = Engine::new(config, []);
//!
//! let (now, view, mut out) = (Timestamp::new(1_000), engine.view(), Vec::new());
//! engine.step(now, Input::Start, &mut out);
//! engine.step(now, Input::Pending { view, waiting: true }, &mut out);
//! assert!(matches!(out.last(), Some(Output::Build { .. })));
//! # Ok(())
//! # }
//! ```

#![deny(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::float_arithmetic,
    clippy::expect_used
)]
#![cfg_attr(
    test,
    allow(
        clippy::arithmetic_side_effects,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unwrap_used,
        reason = "a test that fails may panic"
    )
)]

pub mod engine;
pub mod limits;
pub mod message;
pub mod planted;
pub mod port;

pub use engine::{Anchor, Config, Engine, Footprint, Member};
pub use message::{Justification, Message, MessageError, Proposal, ProposalError, Status};
pub use planted::{Bug, Planted};
pub use port::{Fetch, Halt, Input, Output, Record, Sequence, Timer, To, Verdict};
