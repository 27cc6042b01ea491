//! A model checker over the real core of hefu's agreement protocol.
//!
//! It does not check a description of the protocol but the engine itself: a state holds the
//! engines of all correct validators, with their disks and all that they have ever sent, and an
//! action lets one thing happen to one of them. [`stateright`] goes through the states, in breadth
//! from a few starts and along random walks, and holds fifteen properties against each of them.
//!
//! # What can happen
//!
//! - **Messages** come in any order, late, again, or never. What was sent lies on the wire for
//!   good, and whoever is to receive it may. A certificate that travels with a vote may come
//!   without it, and any two certificates that say the same are one.
//! - **A traitor** holds one place. In the views that it leads it proposes two blocks on every
//!   block that somebody has voted for, with whatever justification there is and also without,
//!   and shows them to whom it likes. It says everything of every view, to some and not to others,
//!   contradictions included, and makes certificates of what it has seen. Where
//!   [`setup::Votes`] travel singly, it also proposes blocks that break a rule by themselves and
//!   passes on the proposals of others without their attachments.
//! - **Timers** run out at any moment once they are set.
//! - **Disks** make durable what was written when they please, and what waits for that leaves
//!   then. After a crash a validator finds any prefix of what was not durable yet, the engine is
//!   made anew of it, and hears enough others to go on, of whom the traitor may be one.
//! - **Bodies** come with proposals, or on request.
//!
//! # What is left out
//!
//! - Views after the last one of a configuration: engines enter the next one and rest there.
//! - More than one traitor, more than two crashes, disks that come up with an old copy of
//!   themselves, and sets of validators that change. The simulator has all of them.
//! - Clocks: they stand still, blocks are a millisecond apart, and nothing is early or stale.
//!   Heartbeats, keep-alives and repetitions add nothing to a wire that forgets nothing.
//! - Liveness. That something good happens in the end is not claimed; that it can happen is, by
//!   what every configuration must show.
//! - Ed25519: mock signatures bind key and message, and nobody forges them.
//!
//! # How it keeps small
//!
//! A message that would change nothing is no action, so nothing needs to be remembered of what
//! has been received. Where votes come gathered, those that complete a quorum come together: the
//! others start deadlines, which run anyway. While nobody can crash any more, disks are durable at
//! once. A step is computed once for each state of the one validator that takes it, and states of
//! the whole are a few pointers.

mod book;
pub mod campaign;
mod disk;
mod driver;
mod event;
mod fault;
pub mod floors;
mod item;
mod judge;
mod keys;
mod memo;
mod menu;
mod model;
mod node;
#[cfg(feature = "planted")]
pub mod plants;
mod print;
pub mod run;
mod seen;
pub mod setup;
mod table;
mod walk;
mod world;

pub use campaign::Campaign;
pub use event::{Event, Heard};
pub use fault::{Fault, Faults, Sight, Sights};
pub use item::{Ballot, Block, Item, Offer, Proof, Says, Signers, Statement};
pub use model::{Action, Agreement};
pub use run::{Limits, Method, Outcome, Violation, check};
pub use setup::Setup;
pub use walk::walk;
pub use world::World;
