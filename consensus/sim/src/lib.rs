//! A seeded simulator that attacks hefu's agreement protocol.
//!
//! A [`Scenario`] describes a run: how many validators there are, what goes wrong and who breaks
//! the rules on purpose. A [`World`] runs it, in one thread and without a clock: the same scenario
//! always takes the same course, and [`World::hash`] tells whether it did. While it runs, oracles
//! that know nothing of the engine's insides watch every message, write and delivery, and report
//! each rule that they see broken as a [`Violation`].
//!
//! ```
//! use hefu_sim::{Scenario, World};
//!
//! let mut world = World::new(Scenario::calm(4, 7))?;
//! while world.run_until(world.now_ms() + 100) {
//!     for event in world.events() {
//!         let _line = event.to_string();
//!     }
//! }
//! assert!(world.violations().is_empty());
//! # Ok::<(), hefu_sim::ScenarioError>(())
//! ```

pub mod event;
pub mod plan;
#[cfg(feature = "planted")]
pub mod planted;
pub mod scenario;
pub mod shrink;
pub mod summary;
pub mod trace;
pub mod twins;
pub mod violation;
pub mod world;

mod attack;
mod chronicle;
mod counts;
mod disk;
mod keys;
mod ledger;
mod node;
mod oracle;
mod packet;
mod queue;
mod random;
mod scene;
mod weather;

pub use attack::ATTACKERS;
pub use event::{Event, What};
pub use plan::Family;
pub use scenario::{
    Attack, Delay, Fault, Load, Network, NodeId, Scenario, ScenarioError, SetChange, Signatures,
    Stop,
};
pub use shrink::shrink;
pub use summary::{Cause, Spread, Summary, Traffic};
pub use trace::{Trace, TraceError, replay};
pub use violation::Violation;
pub use world::{NodeState, NodeView, World};
