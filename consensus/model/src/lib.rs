//! A model checker over the real core of hefu's agreement protocol.

mod book;
mod disk;
mod driver;
mod event;
mod fault;
pub mod floors;
mod item;
mod keys;
mod memo;
mod menu;
mod model;
mod node;
pub mod run;
mod seen;
pub mod setup;
mod table;
mod walk;
mod world;

pub use event::{Event, Heard};
pub use fault::{Fault, Faults, Sight, Sights};
pub use item::{Ballot, Block, Item, Offer, Proof, Says, Signers};
pub use model::{Action, Agreement};
pub use run::{Limits, Method, Outcome, Violation, check, check_both};
pub use setup::Setup;
pub use world::World;
