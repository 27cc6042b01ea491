//! The style that a compiler does not enforce: limits, citations of rules, and documents that
//! name only what exists.

mod documents;
mod map;
mod places;
mod rules;
mod shape;
mod shortcuts;
