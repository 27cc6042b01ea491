//! One direction of one connection.

use super::transit::Transit;
use super::weather::{Passage, Weather};
use bytes::Bytes;
use std::future::pending;
use std::io;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

/// Bytes that are read at a time.
const PIECE_BYTES_MAX: usize = 64 * 1024;

/// Carries bytes until `from` ends and all of them have arrived.
pub(super) async fn pump<R, W>(
    mut from: R,
    mut to: W,
    mut weather: watch::Receiver<Weather>,
) -> io::Result<()>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let mut transit = Transit::new(Instant::now());
    let mut buffer = vec![0; PIECE_BYTES_MAX];
    let mut ended = false;
    while !(ended && transit.is_empty()) {
        let sky = *weather.borrow_and_update();
        tokio::select! {
            read = from.read(&mut buffer), if !ended && transit.has_room() => match read? {
                0 => ended = true,
                // The usual case costs no copy and no timer.
                read if sky.is_fair() && transit.is_empty() => to.write_all(&buffer[..read]).await?,
                read => {
                    let piece = Bytes::copy_from_slice(&buffer[..read]);
                    transit.push(piece, &sky, Instant::now());
                }
            },
            () = arrival(&transit, sky.passage) => {
                if let Some(piece) = transit.pop() {
                    to.write_all(&piece).await?;
                }
            }
            // Whoever ends the link ends this as well.
            _ = weather.changed() => {}
        }
    }
    to.shutdown().await
}

/// Returns when the next piece is to be delivered.
async fn arrival(transit: &Transit, passage: Passage) {
    match transit.due() {
        Some(due) if passage == Passage::Open => sleep_until(due).await,
        _ => pending().await,
    }
}
