//! The hefu validator and follower.
