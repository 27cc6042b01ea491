//! Everything that a load submits, signed before it begins: what is measured are nodes, not wallets.

use super::mix::{Kind, Mix};
use crate::api::encode;
use crate::courier::Courier;
use crate::office::{Office, chance, expiry};
use crate::parallel;
use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use hefu_keys::wallet::{Change, Platform, Seed, Wallet};
use hefu_ledger::enrolment::EnrolmentRequest;
use hefu_ledger::record::Class;
use hefu_ledger::transaction::CheckedTransaction;
use hefu_ledger::{DidId, Transaction};
use hefu_primitives::Ed25519;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Enrolments that a registrar signs at once.
const BATCH: usize = 1_000;

/// Transactions whose checks are timed.
const TIMED: usize = 500;

/// Something to submit.
#[derive(Clone, Debug)]
pub(super) struct Parcel {
    pub(super) kind: Kind,
    pub(super) bytes: Bytes,
}

/// Somebody who is there before the load begins.
struct Subject {
    wallet: Wallet,
    did: DidId,
    request: EnrolmentRequest,
}

impl Subject {
    fn new(office: &Office) -> Result<Self> {
        let mut wallet = Wallet::in_memory(Seed::from_bytes(chance()?));
        let platform: Platform = "load.example".parse()?;
        let registrar = office.registrar()?;
        let (did, request) = wallet.request(*office.hash(), &platform, registrar, Class::Person)?;
        Ok(Self { wallet, did, request })
    }

    fn rotate(&self) -> Result<Transaction> {
        let mut wallet = self.wallet.clone();
        let account = wallet.account_mut(&self.did)?;
        account.enrolled();
        Ok(account.prepare(&Change::Rotate, expiry())?)
    }
}

/// So many transactions of a mix, whose subjects are enrolled by now, and how long one processor takes
/// to check one of them.
pub(super) async fn prepare(
    office: &Office,
    courier: &Courier,
    mix: &Mix,
    count: usize,
) -> Result<(Vec<Parcel>, Duration)> {
    let kinds = mix.spread(count);
    let others = kinds.iter().filter(|kind| **kind != Kind::Enrol).count();
    let subjects = parallel::each(others, |_| Subject::new(office))?;
    for batch in subjects.chunks(BATCH) {
        let requests = batch.iter().map(|subject| subject.request.clone()).collect();
        courier.deliver(&office.enrol_all(requests)?).await?;
    }
    let transactions = sign(office, &kinds, &subjects)?;
    let check = time_checks(office, &transactions)?;
    let parcel = |(kind, transaction): (&Kind, &Transaction)| Parcel {
        kind: *kind,
        bytes: encode(transaction),
    };
    Ok((kinds.iter().zip(&transactions).map(parcel).collect(), check))
}

fn sign(office: &Office, kinds: &[Kind], subjects: &[Subject]) -> Result<Vec<Transaction>> {
    // Whose turn it is among the subjects, for each transaction.
    let turns: Vec<usize> = kinds
        .iter()
        .scan(0, |turn, kind| {
            let own = *turn;
            *turn += usize::from(*kind != Kind::Enrol);
            Some(own)
        })
        .collect();
    parallel::each(kinds.len(), |number| {
        let kind = kinds.get(number).context("no kind")?;
        let subject = turns.get(number).and_then(|turn| subjects.get(*turn));
        let subject = || subject.context("no subject");
        match kind {
            Kind::Enrol => office.enrol(Subject::new(office)?.request),
            Kind::Rotate => subject()?.rotate(),
            Kind::Suspend => office.suspend(subject()?.did),
            Kind::Revoke => office.revoke(subject()?.did),
        }
    })
}

/// How long one processor takes for the checks of a transaction that need no state, in the mean.
fn time_checks(office: &Office, transactions: &[Transaction]) -> Result<Duration> {
    let step = (transactions.len() / TIMED).max(1);
    let some: Vec<_> = transactions.iter().step_by(step).cloned().map(Arc::new).collect();
    ensure!(!some.is_empty(), "there is nothing to submit");
    let start = Instant::now();
    for transaction in &some {
        CheckedTransaction::new(Arc::clone(transaction), office.hash(), &Ed25519)?;
    }
    Ok(start.elapsed() / u32::try_from(some.len())?)
}
