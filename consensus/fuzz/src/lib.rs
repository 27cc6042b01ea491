//! What a fuzzer does to hefu's decoders and to its agreement engine.
//!
//! A target is a function `fn(&[u8])` that panics if something is wrong. [`TARGETS`] lists them;
//! libFuzzer and an ordinary test call the same functions.
//!
//! | target | what the bytes are | what must hold |
//! | --- | --- | --- |
//! | `decode_primitives`, `decode_consensus` | a type, and its encoding | one encoding a value, of bounded length; what is not signed is refused |
//! | `certificate_mutations` | a valid certificate, and edits | it holds only if all of its signatures are genuine |
//! | `engine_inputs` | a validator, and what happens to it | no panic, no contradiction in what it signs, nothing said before it is durable, one chain delivered, bounded memory |
//!
//! # Running
//!
//! `make fuzz` fuzzes every target for a while. One target alone, for as long as you like:
//!
//! ```text
//! cargo install --locked cargo-fuzz
//! mkdir -p ~/.cache/hefu/corpus/engine_inputs
//! RUSTC_BOOTSTRAP=1 cargo fuzz run --fuzz-dir consensus/fuzz/targets engine_inputs \
//!   --target-dir ~/.cache/hefu/fuzz-target \
//!   ~/.cache/hefu/corpus/engine_inputs consensus/fuzz/corpus/engine_inputs \
//!   -- -max_len=1024 -malloc_limit_mb=64 -timeout=10
//! ```
//!
//! `RUSTC_BOOTSTRAP=1` lets the stable compiler put in what cargo-fuzz needs (sanitizers and
//! coverage counters). New inputs go to the first folder; the second one, which is checked in, is
//! only read. `-malloc_limit_mb` is what bounds the allocations of a decoder: a declared length
//! that is trusted ends the run.
//!
//! The test `corpus` replays what is checked in, and 20,000 mutations of it a target, without
//! libFuzzer: `cargo nextest run --release --package hefu-fuzz --all-features`. With the feature
//! `planted` it also plants defects in the engine, to show that they would be found.
//!
//! # A crash
//!
//! libFuzzer leaves the input in `consensus/fuzz/targets/artifacts/NAME`, and the panic tells what
//! was wrong; of `engine_inputs` it lists the events that led there. Make it small with
//! `cargo fuzz tmin` (arguments as above), decide with care whether the code or what is asked of
//! it is wrong, mend that, and check the small input in as `corpus/NAME/crash-WHAT`, so that it is
//! replayed for ever.
//!
//! # Adding a target
//!
//! Write the function, add a row to [`TARGETS`] and seeds to [`seeds`], and add
//! `targets/bins/NAME.rs` with its `[[bin]]` in `targets/Cargo.toml`. Fuzz it, minimise what it
//! found, and raise the floor of its files in `tests/main.rs`.
//!
//! # Minimising
//!
//! A corpus is small on purpose: it is replayed by every run of CI. After a long run, merge what is
//! new into it, the smallest files first and as few as reach the same code:
//!
//! ```text
//! cargo run --release --package hefu-fuzz -- ~/.cache/hefu/seeds
//! consensus/fuzz/minimise.sh engine_inputs
//! ```

mod certificates;
mod decode;
mod engine;
mod genuine;
mod people;
mod seeds;

pub use certificates::certificate_mutations;
pub use decode::{CONSENSUS, Decoder, PRIMITIVES, choose, decode_consensus, decode_primitives};
pub use engine::{Seen, engine_inputs, live};
pub use seeds::seeds;

/// What is fuzzed.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name, which its folder in the corpus and its program have, too.
    pub name: &'static str,
    /// What the bytes are given to.
    pub run: fn(&[u8]),
}

/// All targets.
pub const TARGETS: [Target; 4] = [
    Target { name: "decode_primitives", run: decode_primitives },
    Target { name: "decode_consensus", run: decode_consensus },
    Target { name: "certificate_mutations", run: certificate_mutations },
    Target { name: "engine_inputs", run: engine_inputs },
];
