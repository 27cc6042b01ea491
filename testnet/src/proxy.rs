//! A network between the nodes that can be made bad: every address that a node dials is a port here,
//! behind which bytes wait, crawl, or stop.
//!
//! It works with connections, not with packets, so nothing is lost or changes its order within one:
//! that would be the kernel's to mend anyway.

mod link;
mod pump;
mod transit;
mod weather;

pub use link::Link;
pub use weather::{Passage, Weather};

#[cfg(test)]
mod tests;
