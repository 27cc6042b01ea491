//! What only a whole network shows: that a run can be repeated, that agreement stands every attacker
//! and every fault, and that each rule does what it is there for. A rule's tests are named by its
//! number; where a defect can be planted that breaks the rule, the oracles have to notice it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod attackers;
mod faults;
mod network;
mod repeat;
mod rules;
mod rules_of_time;
mod scenarios;
