//! Hands payloads in, and takes note of when they are final.

use crate::cpu;
use crate::network::Network;
use crate::process::MADE_ELSEWHERE;
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::{sleep, sleep_until};

/// How long a load runs before it is watched.
const WARM_UP: Duration = Duration::from_secs(3);

/// The pause between two writes at a fixed rate.
const TICK: Duration = Duration::from_millis(2);

/// What came of a load while it was watched.
pub(crate) struct Measured {
    /// How long that was.
    pub(crate) took: Duration,
    /// Payloads that became final.
    pub(crate) finals: u64,
    /// Time of all validators on a processor.
    pub(crate) cpu: Duration,
    /// The same of this process.
    pub(crate) own: Duration,
    /// From when a payload was due to be sent to when it was known to be final, sorted; nothing if they
    /// were sent as fast as they went.
    pub(crate) latencies: Vec<Duration>,
    /// From when a block was made to when it was written where it was made, once for each of its
    /// payloads, sorted.
    pub(crate) finality: Vec<Duration>,
}

impl Measured {
    /// Payloads a second.
    pub(crate) fn per_second(&self) -> f64 {
        self.finals as f64 / self.took.as_secs_f64()
    }

    /// Time of all validators on a processor for each payload.
    pub(crate) fn cpu_each(&self) -> Duration {
        self.cpu.div_f64(self.finals.max(1) as f64)
    }
}

/// The least that so many percent do not exceed.
pub(crate) fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

/// What payloads are sent by.
#[derive(Clone, Copy)]
enum Pace {
    /// So many under way at each validator.
    Window(u64),
    /// One after each of these spans at each validator.
    Every(Duration),
}

/// What the tasks of one validator have in common.
struct Flow {
    pace: Pace,
    start: Instant,
    /// Where its numbers begin. Two payloads of one number would be one parcel.
    first: u64,
    finals: AtomicU64,
    news: Notify,
}

/// Numbers that one validator is sent in one phase.
const NUMBERS: u64 = 1 << 40;

/// Where the numbers of the next stream begin.
static NEXT: AtomicU64 = AtomicU64::new(0);

/// What a reader has taken note of: when, after the start, a payload's number was told, and the time of
/// its block.
type Note = (Duration, u64, u64);

/// Keeps so many payloads under way at each validator.
pub(crate) async fn window(net: &Network, bytes: usize, count: u64, watched: Duration) -> Measured {
    run(net, bytes, Pace::Window(count), watched).await
}

/// Sends so many payloads a second in all.
pub(crate) async fn rate(net: &Network, bytes: usize, rate: f64, watched: Duration) -> Measured {
    let streams = net.connect().await;
    let every = Duration::from_secs_f64(streams.len() as f64 / rate);
    drop(streams);
    run(net, bytes, Pace::Every(every), watched).await
}

async fn run(net: &Network, bytes: usize, pace: Pace, watched: Duration) -> Measured {
    let start = Instant::now();
    let (mut writers, mut readers) = (JoinSet::new(), JoinSet::new());
    for stream in net.connect().await {
        let first = NEXT.fetch_add(NUMBERS, Ordering::Relaxed);
        let (finals, news) = (AtomicU64::new(0), Notify::new());
        let flow = Arc::new(Flow { pace, start, first, finals, news });
        let (reader, writer) = TcpStream::into_split(stream);
        writers.spawn(send(writer, bytes, Arc::clone(&flow)));
        readers.spawn(hear(reader, flow, WARM_UP + watched));
    }
    sleep(WARM_UP).await;
    let before = Meter::read(net, start);
    sleep(watched).await;
    let after = Meter::read(net, start);
    let notes: Vec<Note> = readers.join_all().await.into_iter().flatten().collect();
    writers.shutdown().await;
    let seen = notes.into_iter().filter(|(at, ..)| (before.at..after.at).contains(at));
    summary(&seen.collect::<Vec<_>>(), pace, &after.since(&before))
}

/// What was used up to a time after the start.
struct Meter {
    at: Duration,
    nodes: Duration,
    own: Duration,
}

impl Meter {
    fn read(net: &Network, start: Instant) -> Self {
        Self { at: start.elapsed(), nodes: net.cpu(), own: cpu::of(process::id()) }
    }

    fn since(&self, before: &Self) -> Self {
        Self {
            at: self.at.saturating_sub(before.at),
            nodes: self.nodes.saturating_sub(before.nodes),
            own: self.own.saturating_sub(before.own),
        }
    }
}

fn summary(notes: &[Note], pace: Pace, used: &Meter) -> Measured {
    let late = |(at, number, _): &Note| match pace {
        Pace::Window(_) => None,
        Pace::Every(every) => Some(at.saturating_sub(every.mul_f64((*number % NUMBERS) as f64))),
    };
    let mut latencies: Vec<_> = notes.iter().filter_map(late).collect();
    let made = notes.iter().map(|(.., micros)| *micros).filter(|one| *one != MADE_ELSEWHERE);
    let mut finality: Vec<_> = made.map(Duration::from_micros).collect();
    latencies.sort_unstable();
    finality.sort_unstable();
    let Meter { at: took, nodes: cpu, own } = *used;
    Measured { took, finals: notes.len() as u64, cpu, own, latencies, finality }
}

/// Sends payloads until it is stopped.
async fn send(mut writer: OwnedWriteHalf, bytes: usize, flow: Arc<Flow>) {
    writer.write_u32_le(bytes as u32).await.unwrap();
    let mut sent = 0_u64;
    loop {
        let due = match flow.pace {
            Pace::Window(count) => flow.finals.load(Ordering::Relaxed) + count,
            Pace::Every(every) => flow.start.elapsed().div_duration_f64(every) as u64,
        };
        // No more at a time than a parcel holds, so that what is due later does not wait for it.
        let due = due.min(sent + 256);
        if due > sent {
            let numbers = flow.first + sent..flow.first + due;
            let list: Vec<u8> = numbers.flat_map(|number| payload(number, bytes)).collect();
            if writer.write_all(&list).await.is_err() {
                return;
            }
            sent = due;
            continue;
        }
        match flow.pace {
            Pace::Window(_) => flow.news.notified().await,
            Pace::Every(_) => sleep_until((Instant::now() + TICK).into()).await,
        }
    }
}

/// Its number, and as many bytes as it takes.
fn payload(number: u64, bytes: usize) -> impl Iterator<Item = u8> {
    number.to_le_bytes().into_iter().chain(std::iter::repeat_n(number as u8, bytes - 8))
}

/// Takes note of what is final, for so long after the start.
async fn hear(mut reader: OwnedReadHalf, flow: Arc<Flow>, length: Duration) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut buffer = vec![0; 64 * 1024];
    let mut got = 0;
    flow.news.notify_one();
    while flow.start.elapsed() < length {
        let read = reader.read(&mut buffer[got..]);
        let Ok(read) = tokio::time::timeout(Duration::from_millis(100), read).await else {
            continue;
        };
        got += read.unwrap();
        let at = flow.start.elapsed();
        let whole = got / 16 * 16;
        for note in buffer[..whole].chunks_exact(16) {
            let number = |from: usize| u64::from_le_bytes(note[from..from + 8].try_into().unwrap());
            notes.push((at, number(0), number(8)));
        }
        buffer.copy_within(whole..got, 0);
        got -= whole;
        flow.finals.fetch_add((whole / 16) as u64, Ordering::Relaxed);
        flow.news.notify_one();
    }
    notes
}
