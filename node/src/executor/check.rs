//! Checks the transactions of a block that nobody has checked here before, on two threads if
//! there are several.

use crate::content::Content;
use crate::cpu::{Part, spend};
use hefu_ledger::transaction::TransactionError;
use hefu_ledger::{CheckedTransaction, Transaction};
use hefu_primitives::{Ed25519, GenesisHash};
use std::sync::Arc;
use std::thread;

/// The transactions of a body, all checked. Whoever wrote them signed for what they are, so one that
/// does not hold makes the block wrong for everybody.
pub(super) fn check(
    content: &Content,
    known: Vec<Option<CheckedTransaction>>,
    genesis: &GenesisHash,
) -> Result<Vec<CheckedTransaction>, TransactionError> {
    let known = known.into_iter().chain(std::iter::repeat(None));
    let transactions: Vec<_> = content.body.transactions.iter().zip(known).collect();
    if transactions.iter().filter(|(_, known)| known.is_none()).count() < 2 {
        // To begin a thread takes longer than what it could do.
        return check_some(&transactions, genesis);
    }
    let half = transactions.len().div_ceil(2);
    let (first, second) = transactions.split_at(half);
    thread::scope(|scope| {
        let other = scope.spawn(|| check_some(second, genesis));
        let mut checked = check_some(first, genesis)?;
        checked.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        Ok(checked)
    })
}

fn check_some(
    transactions: &[(&Arc<Transaction>, Option<CheckedTransaction>)],
    genesis: &GenesisHash,
) -> Result<Vec<CheckedTransaction>, TransactionError> {
    let check = |(transaction, known): &(&Arc<Transaction>, Option<CheckedTransaction>)| {
        let fresh = || CheckedTransaction::new(Arc::clone(transaction), genesis, &Ed25519);
        known.clone().map_or_else(fresh, Ok)
    };
    spend(Part::Transactions, || transactions.iter().map(check).collect())
}
