//! What a holder does with a DID: sign, keep, hand in, settle. The wallet's file holds an operation
//! before anybody else has it, so whatever breaks in between, the same operation goes on.

use crate::args::Common;
use crate::foresee;
use crate::holder::{Holder, HolderArgs};
use crate::network::now;
use crate::out;
use crate::proof::{self, Proof};
use crate::resolve;
use crate::submit::{self, Done, WriteArgs, expiry};
use anyhow::{Error, Result};
use hefu_client::{ClientError, Proved};
use hefu_keys::wallet::{Change, Pending, Settled};
use hefu_ledger::Transaction;
use hefu_ledger::record::DidRecord;
use hefu_primitives::{BoundedVec, Timestamp};
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
    let known = clear(&mut holder, write, common)?;
    foresee::check(change, &known.record.content, known.time.max(now()))?;
    let (did, expires) = (holder.did, expiry()?);
    let transaction =
        holder.file.change(|wallet| wallet.account_mut(&did)?.prepare(change, expires))?;
    finish(&mut holder, &transaction, write, common)?;
    Ok(ExitCode::SUCCESS)
}

/// What is proven of the DID.
struct Known {
    record: Box<DidRecord>,
    /// The time of the newest block.
    time: Timestamp,
}

/// Brings what was under way before to its end. Gives what the ledger knows of the DID then.
fn clear(holder: &mut Holder, write: &WriteArgs, common: Common) -> Result<Known> {
    let (known, waiting) = settle(holder)?;
    let Some(waiting) = waiting else { return Ok(known) };
    let id = waiting.envelope.id();
    common.tell(format_args!("first the operation {id} that was signed before"));
    finish(holder, &waiting, write, common)?;
    Ok(settle(holder)?.0)
}

/// Takes in what the ledger knows of the DID. Gives that, and the operation that is still under way.
fn settle(holder: &mut Holder) -> Result<(Known, Option<Transaction>)> {
    let did = holder.did;
    let Proved { value, checkpoint } = holder.network.client.record(&did)?;
    let proof = Proof::from(&checkpoint);
    let record = value.ok_or_else(|| resolve::absent(&holder.network.full(did), &proof))?;
    let time = checkpoint.header.time;
    let settled = holder.file.change(|wallet| wallet.account_mut(&did)?.settle(&record, time))?;
    let waits = matches!(settled, Settled::Waiting(_));
    let pending = holder.account()?.pending().filter(|_| waits);
    let pending = pending.and_then(Pending::transaction);
    Ok((Known { record, time }, pending))
}

/// Hands an operation in, waits until it is final, and has the wallet know.
fn finish(
    holder: &mut Holder,
    transaction: &Transaction,
    write: &WriteArgs,
    common: Common,
) -> Result<()> {
    let did = holder.did;
    let done = submit::submit(&holder.network, transaction, write, common)
        .inspect_err(|error| tell_kept(error, transaction, common))?;
    holder.file.change(|wallet| wallet.account_mut(&did)?.confirm(&done.transaction.id))?;
    out::show(common.output, &Done::of(&done, Some(holder.network.full(did).to_string())))
}

/// Says what becomes of an operation that is refused: another node may take it yet.
fn tell_kept(error: &Error, transaction: &Transaction, common: Common) {
    if let Some(ClientError::Refused { .. }) = error.downcast_ref() {
        let until = proof::time(transaction.envelope.expires.get());
        common.tell(format_args!(
            "the wallet keeps this operation until it expires at {until}, and signs no other before"
        ));
    }
}
