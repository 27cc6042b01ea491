//! What a fuzzer does to hefu's decoders, to its ledger and to its agreement engine.
//!
//! A target is a function `fn(&[u8])` that panics if something is wrong. [`TARGETS`] lists them;
//! libFuzzer and an ordinary test call the same functions.
//!
//! | target | what the bytes are | what must hold |
//! | --- | --- | --- |
//! | `decode_primitives`, `decode_consensus` | a type, and its encoding | one encoding a value, of bounded length; what is not signed is refused |
//! | `certificate_mutations` | a valid certificate, and edits | it holds only if all of its signatures are genuine |
//! | `decode_ledger` | a type of the ledger, and its encoding | the same; what follows from a value alone follows without a panic, and no proof that is made up convinces |
//! | `parse_text` | a parser of the ledger, of logins or of what nodes answer, and a text | it is accepted if and only if the grammar has it, and shown as it was read |
//! | `verify_bundle` | a genuine bundle, and edits | it proves something only if it is a genuine one, but for what a bundle may leave out |
//! | `check_transaction` | a genuine transaction, and edits | it is accepted only if everybody whom it names has signed it |
//! | `execute_blocks` | who does what in a few blocks | a body executes to what its proposer says, records never go back, a replay agrees |
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
//!   -- -max_len=4096 -malloc_limit_mb=64 -timeout=10
//! ```
//!
//! `RUSTC_BOOTSTRAP=1` lets the stable compiler put in what cargo-fuzz needs (sanitizers and
//! coverage counters). New inputs go to the first folder; the second one, which is checked in, is
//! only read. `-malloc_limit_mb` is what bounds the allocations of a decoder: a declared length
//! that is trusted ends the run. With `--sanitizer none` and a target directory of its own,
//! `engine_inputs` runs several times as fast, and loses nothing, since it allocates no more than
//! it has been told.
//!
//! The tests replay what is checked in, the [`seeds`], and some thousand mutations of them a
//! target, without libFuzzer:
//!
//! ```text
//! cargo nextest run --release --package hefu-fuzz --all-features
//! ```
//!
//! With the feature `planted` they also plant defects in the engine, to show that `engine_inputs`
//! would find them.
//!
//! # A crash
//!
//! libFuzzer leaves the input in `consensus/fuzz/targets/artifacts/NAME`, and the panic tells what
//! was wrong; of `engine_inputs` it lists the events that led there. Make it small with
//! `cargo fuzz tmin` (arguments as above, and the file), decide with care whether the code or what
//! is asked of it is wrong, mend that, and check the small input in as `corpus/NAME/crash-WHAT`, so
//! that it is replayed for ever.
//!
//! # Adding a target
//!
//! Write the function, add a row to [`TARGETS`] and seeds to [`seeds`], and add
//! `targets/bins/NAME.rs` with its `[[bin]]` in `targets/Cargo.toml`. Fuzz it, minimise what it
//! found, and add its test to `tests/main.rs`.
//!
//! # Minimising
//!
//! A corpus is small on purpose, because every run of CI replays it. After a long run, or when the
//! meaning of the bytes has changed, `consensus/fuzz/minimise.sh NAME` makes it anew of what has
//! been found: at most 60 files that together reach most of the code, and every `crash-…`.

mod certificates;
mod decode;
mod engine;
mod genuine;
mod ledger;
mod people;
mod seeds;

pub use certificates::certificate_mutations;
pub use decode::{CONSENSUS, Decoder, PRIMITIVES, choose, decode_consensus, decode_primitives};
pub use engine::{Seen, engine_inputs, live};
pub use ledger::{
    Done, LEDGER, TEXTS, Verdict, check_transaction, decode_ledger, execute_blocks, execution,
    parse_text, verdict_on_bundle, verdict_on_transaction, verify_bundle,
};
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
pub const TARGETS: [Target; 9] = [
    Target { name: "decode_primitives", run: decode_primitives },
    Target { name: "decode_consensus", run: decode_consensus },
    Target { name: "certificate_mutations", run: certificate_mutations },
    Target { name: "engine_inputs", run: engine_inputs },
    Target { name: "decode_ledger", run: decode_ledger },
    Target { name: "parse_text", run: parse_text },
    Target { name: "verify_bundle", run: verify_bundle },
    Target { name: "check_transaction", run: check_transaction },
    Target { name: "execute_blocks", run: execute_blocks },
];
