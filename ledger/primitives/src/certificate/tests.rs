//! Tests of `certificate`: what makes one, and each way in which one is refused.

mod assembly;
mod bitmaps;
mod refusals;
