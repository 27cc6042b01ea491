//! Everything that is submitted: batches of enrolments, and what the people of each do once it is
//! final.

use super::crowd::{self, Crowd, Part, Person};
use super::{Job, line};
use crate::courier::Delivered;
use crate::out;
use crate::sample::Sample;
use anyhow::{Context, Result, ensure};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::sync::{Semaphore, watch};

/// Enrolments that a registrar signs at once.
const BATCH: usize = 1_000;

/// Transactions under way at a time.
const AT_ONCE: usize = 64;

/// How long everything took.
#[derive(Debug, Default)]
pub(super) struct Deeds {
    enrolled: usize,
    batches: Vec<Duration>,
    acts: BTreeMap<Part, Vec<Duration>>,
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

/// Does all of it, and tells in percent how far it has come.
pub(super) async fn all(
    job: &Job<'_>,
    crowd: &mut Crowd,
    progress: &watch::Sender<usize>,
) -> Result<Deeds> {
    let everybody = crowd.people.len().max(1);
    let mut deeds = Deeds::default();
    let places = Semaphore::new(AT_ONCE);
    for people in crowd.people.chunks_mut(BATCH) {
        let requests = crowd::read(&mut crowd.requests, people.len())?;
        ensure!(requests.len() == people.len(), "the file of requests is too short");
        let batch = job.office.enrol_all(requests)?;
        let Delivered { outcome, took } = job.courier.deliver(&batch).await?;
        let applied = outcome.applied.context("a batch without an outcome for each entry")?;
        ensure!(applied.len() == people.len() && applied.iter().all(|one| *one), "not all applied");
        deeds.enrolled += applied.len();
        deeds.batches.push(took);
        act_all(job, people, &places, &mut deeds).await?;
        progress.send_replace(100 * deeds.enrolled / everybody);
    }
    Ok(deeds)
}

/// Has everybody act, many at a time, and takes what is final for executed.
async fn act_all(
    job: &Job<'_>,
    people: &mut [Person],
    places: &Semaphore,
    deeds: &mut Deeds,
) -> Result<()> {
    let acts = people.iter_mut().map(|person| async move {
        let _place = places.acquire().await?;
        person.wallet.account_mut(&person.did)?.enrolled();
        let Some(transaction) = person.act(&job.office)? else { return Ok(None) };
        let delivered = job.courier.deliver(&transaction).await?;
        if matches!(person.part, Part::Rotates | Part::Leaves) {
            let account = person.wallet.account_mut(&person.did)?;
            account.confirm(&transaction.envelope.id())?;
        }
        Ok::<_, anyhow::Error>(Some((person.part, delivered.took)))
    });
    for act in futures::future::join_all(acts).await {
        if let Some((part, took)) = act? {
            deeds.acts.entry(part).or_default().push(took);
        }
    }
    Ok(())
}
