//! What a fuzzer does to the ledger: to what it reads, to what it proves, to what it executes.

mod bare;
mod blocks;
mod bundles;
mod decode;
mod edit;
mod oracle;
mod seeds;
mod text;
mod town;
mod transactions;

pub use blocks::{Done, execute_blocks, execution};
pub use bundles::{Verdict, verdict_on_bundle, verify_bundle};
pub use decode::{LEDGER, decode_ledger};
pub(crate) use seeds::{bundles, encodings, executions, texts, transactions};
pub use text::{TEXTS, parse_text};
pub use transactions::{check_transaction, verdict_on_transaction};
