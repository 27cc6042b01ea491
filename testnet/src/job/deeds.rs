//! Everything that is submitted: batches of enrolments, and what the people of each do once it is
//! final.

use super::crowd::{self, Crowd, Part, Person};
use super::{Job, line};
use crate::courier::Delivered;
use crate::out;
use crate::sample::Sample;
use anyhow::{Context, Result, ensure};
use futures::{StreamExt, TryStreamExt, stream};
use hefu_ledger::enrolment::EnrolmentRequest;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::sync::{mpsc, watch};

/// Enrolments that a registrar signs at once.
const BATCH: usize = 1_000;

/// Transactions under way at a time.
const AT_ONCE: usize = 64;

/// How long each act of a kind took.
type Acts = BTreeMap<Part, Vec<Duration>>;

/// How long everything took.
#[derive(Debug, Default)]
pub(super) struct Deeds {
    enrolled: usize,
    batches: Vec<Duration>,
    acts: Acts,
}

impl Deeds {
    /// Tells it, with how long all of it took together.
    pub(super) fn tell(&self, took: Duration) {
        let batches: Sample = self.batches.iter().copied().collect();
        let (enrolled, count) = (self.enrolled, batches.count());
        let acts: usize = self.acts.values().map(Vec::len).sum();
        let seconds = took.as_secs_f64();
        out::data(format_args!(
            "{enrolled} enrolled in {count} batches, {acts} acts on them, final in {seconds:.1} s; \
             from submission to final:"
        ));
        line(count, "batches", &batches);
        for (part, word) in Part::NAMED {
            let sample: Sample = self.acts.get(&part).into_iter().flatten().copied().collect();
            line(sample.count(), word, &sample);
        }
    }
}

/// Does all of it, and tells in percent how far it has come. While one batch is on its way, the people
/// of those before act.
pub(super) async fn all(
    job: &Job<'_>,
    crowd: &mut Crowd,
    progress: &watch::Sender<usize>,
) -> Result<Deeds> {
    let Crowd { people, requests } = crowd;
    let count = people.len();
    let batches = count.div_ceil(BATCH).max(1);
    let (enrolled, mut acting) = mpsc::channel(1);
    let enrol = async move {
        let mut spans = Vec::new();
        for people in people.chunks_mut(BATCH) {
            spans.push(enrol(job, crowd::read(requests, people.len())?, people.len()).await?);
            enrolled.send(people).await.ok().context("nobody acts any more")?;
        }
        Ok::<_, anyhow::Error>(spans)
    };
    let act = async {
        let (mut acts, mut done) = (BTreeMap::new(), 0);
        while let Some(people) = acting.recv().await {
            act_all(job, people, &mut acts).await?;
            done += 1;
            progress.send_replace(100 * done / batches);
        }
        Ok(acts)
    };
    let (batches, acts) = tokio::try_join!(enrol, act)?;
    Ok(Deeds { enrolled: count, batches, acts })
}

/// Has a batch of so many enrolled. How long it took.
async fn enrol(job: &Job<'_>, requests: Vec<EnrolmentRequest>, count: usize) -> Result<Duration> {
    ensure!(requests.len() == count, "the file of requests is too short");
    let batch = job.office.enrol_all(requests)?;
    let Delivered { outcome, took } = job.courier.deliver(&batch).await?;
    let applied = outcome.applied.context("a batch without an outcome for each entry")?;
    ensure!(applied.len() == count && applied.iter().all(|one| *one), "not all were enrolled");
    Ok(took)
}

/// Has everybody act, many at a time, and takes what is final for executed.
async fn act_all(job: &Job<'_>, people: &mut [Person], done: &mut Acts) -> Result<()> {
    let acts = stream::iter(people).map(|person| act(job, person)).buffer_unordered(AT_ONCE);
    let acts: Vec<Option<(Part, Duration)>> = acts.try_collect().await?;
    for (part, took) in acts.into_iter().flatten() {
        done.entry(part).or_default().push(took);
    }
    Ok(())
}

async fn act(job: &Job<'_>, person: &mut Person) -> Result<Option<(Part, Duration)>> {
    person.wallet.account_mut(&person.did)?.enrolled();
    let Some(transaction) = person.act(&job.office)? else { return Ok(None) };
    let delivered = job.courier.deliver(&transaction).await?;
    if matches!(person.part, Part::Rotates | Part::Leaves) {
        let account = person.wallet.account_mut(&person.did)?;
        account.confirm(&transaction.envelope.id())?;
    }
    Ok(Some((person.part, delivered.took)))
}
