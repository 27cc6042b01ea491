//! What a holder does with a DID: sign, keep, hand in, settle. The wallet's file holds an operation
//! before anybody else has it, so whatever breaks in between, the same operation goes on.

use crate::args::Common;
use crate::holder::{Holder, HolderArgs};
use crate::out;
use crate::proof::Proof;
use crate::resolve;
use crate::submit::{self, Done, WriteArgs, expiry};
use anyhow::Result;
use hefu_client::Proved;
use hefu_keys::wallet::{Change, Pending, Settled};
use hefu_ledger::Transaction;
use hefu_primitives::BoundedVec;
use std::process::ExitCode;

/// Makes the change, once what was under way before has come to an end.
pub(crate) fn make(
    args: &HolderArgs,
    change: &Change,
    write: &WriteArgs,
    common: Common,
) -> Result<ExitCode> {
    let mut holder = Holder::open(args, common)?;
    if write.dry_run {
        let mut account = holder.account()?.clone();
        let mut shown = account.prepare(change, expiry()?)?;
        // The wallet does not keep it, so nobody may be able to submit it.
        shown.signatures = BoundedVec::default();
        submit::show_dry(&shown, common)?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(waiting) = settle(&mut holder)? {
        common.tell(format_args!(
            "first the operation {} that was signed before",
            waiting.envelope.id()
        ));
        finish(&mut holder, &waiting, write, common)?;
    }
    let (did, expires) = (holder.did, expiry()?);
    let transaction =
        holder.file.change(|wallet| wallet.account_mut(&did)?.prepare(change, expires))?;
    finish(&mut holder, &transaction, write, common)?;
    Ok(ExitCode::SUCCESS)
}

/// Takes in what the ledger knows of the DID. Gives the operation that is still under way.
fn settle(holder: &mut Holder) -> Result<Option<Transaction>> {
    let did = holder.did;
    let Proved { value, checkpoint } = holder.network.client.record(&did)?;
    let proof = Proof::from(&checkpoint);
    let record = value.ok_or_else(|| resolve::absent(&holder.network.full(did), &proof))?;
    let now = checkpoint.header.time;
    let settled = holder.file.change(|wallet| wallet.account_mut(&did)?.settle(&record, now))?;
    let waits = matches!(settled, Settled::Waiting(_));
    let pending = holder.account()?.pending().filter(|_| waits);
    Ok(pending.and_then(Pending::transaction))
}

/// Hands an operation in, waits until it is final, and has the wallet know.
fn finish(
    holder: &mut Holder,
    transaction: &Transaction,
    write: &WriteArgs,
    common: Common,
) -> Result<()> {
    let did = holder.did;
    let done = submit::submit(&holder.network, transaction, write, common)?;
    holder.file.change(|wallet| wallet.account_mut(&did)?.confirm(&done.transaction.id))?;
    out::show(common.output, &Done::of(&done, Some(holder.network.full(did).to_string())))
}
