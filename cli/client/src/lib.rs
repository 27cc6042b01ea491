//! A client of hefu nodes that believes none of them.
//!
//! A [`Client`] has the genesis of its network from elsewhere ([`Trusted`]). Whatever it says of the
//! ledger it has verified from there: that a block is final, that the state or the history holds
//! what is said, that this is what was asked for, and that it is no older than what was accepted
//! before. A node can refuse to answer. It cannot deceive.
//!
//! Calls block. Each has a deadline, and no answer may be longer than what it could be.
//!
//! ```no_run
//! use hefu_client::{Client, Settings, Trusted};
//! use hefu_ledger::did::Did;
//! use hefu_ledger::genesis::Genesis;
//!
//! fn show(genesis: Genesis, did: &Did) -> Result<(), Box<dyn std::error::Error>> {
//!     let nodes = vec!["http://127.0.0.1:8001".parse()?];
//!     let client = Client::new(nodes, Trusted::new(genesis), Settings::default());
//!     match client.record(&did.id)?.value {
//!         Some(record) => println!("{:?}", record.content.methods),
//!         None => println!("there is no such DID, and there never was"),
//!     }
//!     Ok(())
//! }
//! ```

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test stops where something is wrong"))]

mod client;
mod error;
mod limits;
mod node_url;
mod pinned;
mod read;
mod route;
mod submit;
mod transport;
mod trusted;
mod unproved;
mod wait;

pub use client::{Client, Fetched, Settings};
pub use error::{ClientError, Exit};
pub use node_url::{NodeUrl, NodeUrlError};
pub use pinned::{PinError, fetch_genesis, parse_genesis, parse_genesis_hash};
pub use read::{KeyHolder, Proved};
pub use submit::Submission;
pub use trusted::{StateError, Trusted};
pub use unproved::{is_stuck, node_says};
pub use wait::Final;
