//! Everything that a load submits, signed before it begins: what is measured are nodes, not wallets.

use super::mix::{Kind, Mix};
use crate::api::encode;
use crate::courier::Courier;
use crate::office::{Office, chance, expiry};
use crate::parallel;
use anyhow::{Context, Result};
use bytes::Bytes;
use hefu_keys::wallet::{Change, Platform, Seed, Wallet};
use hefu_ledger::enrolment::EnrolmentRequest;
use hefu_ledger::record::Class;
use hefu_ledger::transaction::CheckedTransaction;
use hefu_ledger::{DidId, Transaction, TransactionId};
use hefu_primitives::Ed25519;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Enrolments that a registrar signs at once.
const BATCH: usize = 1_000;

/// Transactions whose checks are timed, at most.
const TIMED: usize = 500;

/// How long checks are timed: batches take a tenth of a second each.
const TIMING_LIMIT: Duration = Duration::from_secs(1);

/// Something to submit.
#[derive(Clone, Debug)]
pub(super) struct Parcel {
    pub(super) kind: Kind,
    pub(super) id: TransactionId,
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
    let others = kinds.iter().filter(|kind| kind.needs_subject()).count();
    let subjects = parallel::each(others, |_| Subject::new(office))?;
    for batch in subjects.chunks(BATCH) {
        let requests = batch.iter().map(|subject| subject.request.clone()).collect();
        courier.deliver(&office.enrol_all(requests)?).await?;
    }
    let parcels = sign(office, &kinds, &subjects)?;
    let check = time_checks(office, &parcels)?;
    Ok((parcels, check))
}

fn sign(office: &Office, kinds: &[Kind], subjects: &[Subject]) -> Result<Vec<Parcel>> {
    // Whose turn it is among the subjects, for each transaction.
    let turns: Vec<usize> = kinds
        .iter()
        .scan(0, |turn, kind| {
            let own = *turn;
            *turn += usize::from(kind.needs_subject());
            Some(own)
        })
        .collect();
    parallel::each(kinds.len(), |number| {
        let kind = *kinds.get(number).context("no kind")?;
        let subject = turns.get(number).and_then(|turn| subjects.get(*turn));
        let transaction = transaction(office, kind, subject)?;
        Ok(Parcel { kind, id: transaction.envelope.id(), bytes: encode(&transaction) })
    })
}

fn transaction(office: &Office, kind: Kind, subject: Option<&Subject>) -> Result<Transaction> {
    let subject = || subject.context("no subject");
    match kind {
        Kind::Enrol => office.enrol(Subject::new(office)?.request),
        Kind::Batch => {
            let requests = (0..BATCH).map(|_| Ok(Subject::new(office)?.request));
            office.enrol_all(requests.collect::<Result<_>>()?)
        }
        Kind::Rotate => subject()?.rotate(),
        Kind::Suspend => office.suspend(subject()?.did),
        Kind::Revoke => office.revoke(subject()?.did),
    }
}

/// How long one processor takes for the checks of a transaction that need no state, in the mean.
fn time_checks(office: &Office, parcels: &[Parcel]) -> Result<Duration> {
    let (mut took, mut count) = (Duration::ZERO, 0);
    let step = (parcels.len() / TIMED).max(1);
    for parcel in parcels.iter().step_by(step) {
        let transaction = Arc::new(Transaction::from_bytes(&parcel.bytes)?);
        let start = Instant::now();
        CheckedTransaction::new(transaction, office.hash(), &Ed25519)?;
        (took, count) = (took + start.elapsed(), count + 1);
        if took >= TIMING_LIMIT {
            break;
        }
    }
    took.checked_div(count).context("there is nothing to submit")
}
