//! A validator as a process: a pipeline over payloads, and a port where they come in.
//!
//! A client says how long its payloads are, in four bytes, and then sends one behind the other. Of each
//! that is final it is told the first eight bytes, its number, and eight bytes with the microseconds
//! from the making of its block to its writing, if this validator has made it.

use crate::application::{Opaque, Parcel};
use crate::blocks::{Blocks, VALIDATORS, genesis, key};
use crate::executor::{Machine, Written};
use crate::{MINIMAL_BYTES, PAYLOAD_BYTES};
use hefu_consensus::limits::DELTA_DEFAULT_MS;
use hefu_node::acts::{ActsLog, Binding};
use hefu_node::application::Source;
use hefu_node::clock::Clock;
use hefu_node::home::Home;
use hefu_node::net::Known;
use hefu_node::pipeline::{Config, Inlet, Pipeline, Role};
use hefu_primitives::{Hash, Incarnation};
use std::collections::HashSet;
use std::error::Error;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, stdin};
use tokio::net::TcpListener;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::{Instant, sleep, timeout_at};

/// Bytes of payloads that travel together.
const PARCEL_BYTES: usize = 64 * PAYLOAD_BYTES;

/// How long a parcel waits to be full.
const PARCEL_WAIT: Duration = Duration::from_millis(5);

/// The pause after which a parcel is handed in again that had no place.
const FULL_PAUSE: Duration = Duration::from_millis(2);

/// What stands for the time of a block that another validator has made.
pub(crate) const MADE_ELSEWHERE: u64 = u64::MAX;

/// Parcels whose client is to be told.
type Mine = Arc<Mutex<HashSet<Hash>>>;

/// Runs the validator that the arguments describe: a directory, its number, everybody's ports. Ends
/// with its standard input.
#[tokio::main]
pub(crate) async fn run(arguments: &[String]) {
    let (home, rest) = arguments.split_first().unwrap();
    let (number, ports) = rest.split_first().unwrap();
    let ports: Vec<u16> = ports.iter().map(|port| port.parse().unwrap()).collect();
    let (pipeline, written) = start(Path::new(home), number.parse().unwrap(), &ports);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("{}", listener.local_addr().unwrap());
    let serving = tokio::spawn(serve(listener, pipeline.inlet().clone(), written));
    let mut nothing = [0];
    let _ = stdin().read(&mut nothing).await;
    serving.abort();
    let _ = serving.await;
    pipeline.stop().await.unwrap();
}

fn address(port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port))
}

fn start(
    place: &Path,
    number: u8,
    ports: &[u16],
) -> (Pipeline<Opaque>, UnboundedReceiver<Written>) {
    let home = Home::create(place).unwrap();
    let (key, incarnation) = (key(number), Incarnation::default());
    let binding = Binding { genesis: genesis(), validator: key.public_key(), incarnation };
    ActsLog::create(&home.acts(), &binding).unwrap();
    let known = (0..VALIDATORS).zip(ports).filter(|(other, _)| *other != number);
    let known = known.map(|(other, port)| Known {
        key: crate::blocks::key(other).public_key(),
        name: format!("v{other}"),
        address: Some(address(*port)),
    });
    let config = Config {
        home,
        binding,
        role: Role::Validator,
        key,
        delta_ms: DELTA_DEFAULT_MS,
        listen: address(ports[usize::from(number)]),
        known: known.collect(),
        low_water_bytes: 0,
        clock: Clock::default(),
    };
    let (sender, written) = unbounded_channel();
    let pipeline = Pipeline::start(config, |home, _| {
        let blocks = Arc::new(RwLock::new(Blocks::begin(&home.path().join("blocks"))?));
        let machine = Machine::new(Arc::clone(&blocks), sender);
        Ok::<_, Box<dyn Error>>((blocks, machine))
    });
    (pipeline.unwrap(), written)
}

/// Serves one client after the other.
async fn serve(
    listener: TcpListener,
    inlet: Inlet<Opaque>,
    mut written: UnboundedReceiver<Written>,
) {
    while let Ok((stream, _)) = listener.accept().await {
        stream.set_nodelay(true).unwrap();
        let (reader, writer) = stream.into_split();
        let mine = Mine::default();
        tokio::select! {
            () = take_in(reader, &inlet, &mine) => {}
            () = tell(writer, &mut written, &mine) => {}
        }
    }
}

/// Takes payloads in until the client has gone.
async fn take_in(mut reader: OwnedReadHalf, inlet: &Inlet<Opaque>, mine: &Mine) {
    let Ok(size) = reader.read_u32_le().await else { return };
    let parcel_bytes = if size as usize == MINIMAL_BYTES { MINIMAL_BYTES } else { PARCEL_BYTES };
    while let Some(bytes) = fill(&mut reader, parcel_bytes, size as usize).await {
        let parcel = Parcel::new(bytes);
        mine.lock().unwrap_or_else(PoisonError::into_inner).insert(parcel.id());
        while !hand_in(inlet, &parcel).await {
            sleep(FULL_PAUSE).await;
        }
    }
}

async fn hand_in(inlet: &Inlet<Opaque>, parcel: &Parcel) -> bool {
    inlet.submit(parcel.clone(), Source::new([0; 32])).await.is_ok_and(|taken| taken.is_ok())
}

/// As many payloads as come in soon, at least one; nothing when the client has gone.
async fn fill(reader: &mut OwnedReadHalf, most: usize, size: usize) -> Option<Vec<u8>> {
    let mut bytes = vec![0; most];
    let mut got = reader.read(&mut bytes).await.ok().filter(|got| *got > 0)?;
    let until = Instant::now() + PARCEL_WAIT;
    while got < most {
        match timeout_at(until, reader.read(&mut bytes[got..])).await {
            Ok(more) => got += more.ok().filter(|more| *more > 0)?,
            Err(_elapsed) => break,
        }
    }
    let rest = got.next_multiple_of(size);
    reader.read_exact(&mut bytes[got..rest]).await.ok()?;
    bytes.truncate(rest);
    Some(bytes)
}

/// Tells the client what is final of what it sent.
async fn tell(mut writer: OwnedWriteHalf, written: &mut UnboundedReceiver<Written>, mine: &Mine) {
    while let Some(Written { content, took }) = written.recv().await {
        let micros = took.map_or(MADE_ELSEWHERE, |took| took.as_micros() as u64);
        let mut news = Vec::new();
        for (id, parcel) in content.ids.iter().zip(content.parcels.iter()) {
            if mine.lock().unwrap_or_else(PoisonError::into_inner).remove(id) {
                let size = PAYLOAD_BYTES.min(parcel.bytes().len());
                for payload in parcel.bytes().chunks(size) {
                    news.extend_from_slice(&payload[..8]);
                    news.extend_from_slice(&micros.to_le_bytes());
                }
            }
        }
        if writer.write_all(&news).await.is_err() {
            return;
        }
    }
}
