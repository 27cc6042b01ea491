//! What the machine takes for the least that agreement needs, measured in the same run.

use hefu_primitives::{Ed25519, SecretKey, Signer, Verifier};
use std::fs::File;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

/// Times in the median.
pub(crate) struct Floors {
    /// There and back over loopback, from thread to thread.
    pub(crate) round_trip: Duration,
    /// Four kilobytes behind a file, until they are durable.
    pub(crate) sync: Duration,
    /// One signature by the strict rule.
    pub(crate) signature: Duration,
}

fn median(count: usize, mut one: impl FnMut()) -> Duration {
    let mut spans: Vec<_> = (0..count)
        .map(|_| {
            let start = Instant::now();
            one();
            start.elapsed()
        })
        .collect();
    spans.sort_unstable();
    spans[count / 2]
}

impl Floors {
    pub(crate) fn measure() -> Self {
        Self { round_trip: round_trip(), sync: sync(), signature: signature() }
    }
}

fn round_trip() -> Duration {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut here = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (mut there, _) = listener.accept().unwrap();
    here.set_nodelay(true).unwrap();
    there.set_nodelay(true).unwrap();
    let echo = thread::spawn(move || {
        let mut bytes = [0; 64];
        while there.read_exact(&mut bytes).is_ok() && there.write_all(&bytes).is_ok() {}
    });
    let mut bytes = [0; 64];
    let time = median(5_000, || {
        here.write_all(&bytes).unwrap();
        here.read_exact(&mut bytes).unwrap();
    });
    drop(here);
    echo.join().unwrap();
    time
}

fn sync() -> Duration {
    let place = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let mut file = File::create(place.path().join("synced")).unwrap();
    median(500, || {
        file.write_all(&[1; 4096]).unwrap();
        file.sync_data().unwrap();
    })
}

fn signature() -> Duration {
    let (key, message) = (SecretKey::from_seed(&[1; 32]), [2; 128]);
    let (public, signature) = (key.public_key(), key.sign(&message));
    median(2_000, || assert!(Ed25519.verify(&public, &message, &signature)))
}
