//! The server over a real store. What a running node does besides is played by [`rig::Fake`].

mod events;
mod reads;
mod rig;
mod server;
mod submit;

pub(super) use rig::{Reply, Rig, picture};
