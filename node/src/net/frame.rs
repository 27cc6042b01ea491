//! Frames: four bytes of length, little-endian, and as many bytes.
//!
//! The length is judged before anything is kept, and memory grows with what has come in.

use super::limits::FRAME_STEP_BYTES;
use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use std::io;
use std::time::Duration;
use thiserror::Error;
use tokio::time::timeout;

/// Why no frame could be read or written.
#[derive(Debug, Error)]
pub(super) enum FrameError {
    #[error("a frame of {got_bytes} bytes, where at most {max_bytes} are allowed")]
    TooLong { max_bytes: usize, got_bytes: usize },
    #[error("nothing was received for {0:?}")]
    Silent(Duration),
    #[error("the stream broke: {0}")]
    Io(#[from] io::Error),
}

/// Reads a frame of at most `max_bytes`. Time runs anew with every piece that comes in.
pub(super) async fn read<S: AsyncRead + Unpin>(
    stream: &mut S,
    max_bytes: usize,
    silence: Duration,
) -> Result<Vec<u8>, FrameError> {
    let mut length = [0; 4];
    fill(stream, &mut length, silence).await?;
    let got_bytes = usize::try_from(u32::from_le_bytes(length)).unwrap_or(usize::MAX);
    if got_bytes > max_bytes {
        return Err(FrameError::TooLong { max_bytes, got_bytes });
    }
    let mut bytes = Vec::new();
    while bytes.len() < got_bytes {
        let start = bytes.len();
        bytes.resize(got_bytes.min(start + FRAME_STEP_BYTES), 0);
        fill(stream, &mut bytes[start..], silence).await?;
    }
    Ok(bytes)
}

async fn fill<S: AsyncRead + Unpin>(
    stream: &mut S,
    mut buffer: &mut [u8],
    silence: Duration,
) -> Result<(), FrameError> {
    while !buffer.is_empty() {
        let read = timeout(silence, stream.read(buffer)).await;
        match read.map_err(|_| FrameError::Silent(silence))?? {
            0 => return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
            count => buffer = &mut buffer[count..],
        }
    }
    Ok(())
}

/// Writes a frame of at most `max_bytes`, without flushing.
pub(super) async fn write<S: AsyncWrite + Unpin>(
    stream: &mut S,
    bytes: &[u8],
    max_bytes: usize,
) -> Result<(), FrameError> {
    let too_long = FrameError::TooLong { max_bytes, got_bytes: bytes.len() };
    if bytes.len() > max_bytes {
        return Err(too_long);
    }
    let length = u32::try_from(bytes.len()).map_err(|_| too_long)?;
    // A short message goes out with its length in one piece, and so in one packet.
    let (first, rest) = bytes.split_at(bytes.len().min(FRAME_STEP_BYTES));
    let mut head = Vec::with_capacity(4 + first.len());
    head.extend_from_slice(&length.to_le_bytes());
    head.extend_from_slice(first);
    stream.write_all(&head).await?;
    stream.write_all(rest).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::io::Cursor;
    use std::pin::Pin;
    use std::task::{Context, Poll};

    const LIMIT: Duration = Duration::from_secs(5);

    #[tokio::test]
    async fn a_frame_comes_back_as_it_was() {
        for length in [0, 1, FRAME_STEP_BYTES, FRAME_STEP_BYTES + 1, 3 * FRAME_STEP_BYTES] {
            let bytes = vec![9; length];
            let mut stream = Cursor::new(Vec::new());
            write(&mut stream, &bytes, length).await.unwrap();
            stream.set_position(0);
            assert_eq!(read(&mut stream, length, LIMIT).await.unwrap(), bytes);
        }
    }

    #[tokio::test]
    async fn a_frame_above_the_limit_is_neither_written_nor_read() {
        let mut stream = Cursor::new(Vec::new());
        let error = write(&mut stream, &[0; 11], 10).await.unwrap_err();
        assert!(matches!(error, FrameError::TooLong { max_bytes: 10, got_bytes: 11 }));
        let mut stream = Cursor::new(u32::MAX.to_le_bytes().to_vec());
        let error = read(&mut stream, 10, LIMIT).await.unwrap_err();
        assert!(matches!(error, FrameError::TooLong { max_bytes: 10, .. }));
    }

    #[tokio::test]
    async fn a_frame_that_is_cut_short_is_an_error() {
        let mut stream = Cursor::new(vec![5, 0, 0, 0, 1, 2]);
        assert!(matches!(read(&mut stream, 10, LIMIT).await, Err(FrameError::Io(_))));
    }

    /// A reader that has nothing to say, and does not end.
    struct Mute;

    impl AsyncRead for Mute {
        fn poll_read(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
            _: &mut [u8],
        ) -> Poll<io::Result<usize>> {
            Poll::Pending
        }
    }

    #[tokio::test]
    async fn silence_in_the_middle_of_a_frame_ends_the_wait() {
        let limit = Duration::from_millis(10);
        let mut stream = Cursor::new(vec![5, 0, 0, 0, 1]).chain(Mute);
        assert!(matches!(read(&mut stream, 10, limit).await, Err(FrameError::Silent(_))));
    }
}
