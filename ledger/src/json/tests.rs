//! Nothing is lost on the way to JSON and back, and nothing is let through that is not meant.

mod arbitrary;
mod largest;
mod refusals;
mod round_trips;
mod samples;
mod walk;
