//! Tests of the engine, rule by rule: one validator, and the test playing all others.

mod bounds;
mod durability;
mod epochs;
mod messages;
mod pace;
mod presence;
mod proposals;
mod sandbox;
mod views;
