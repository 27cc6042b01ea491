//! The command `hefu`.

fn main() {}
