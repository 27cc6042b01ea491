//! How much room there is on the disk, so that a node stops taking part before it must.

use crate::limits::SPACE_PAUSE;
use std::io;
use std::path::{Path, PathBuf};
use tokio::sync::watch;
use tokio::time::interval;
use tracing::{error, info, warn};

/// Bytes that may still be written where `path` lies.
pub fn free_bytes(path: &Path) -> io::Result<u64> {
    let space = rustix::fs::statvfs(path)?;
    Ok(space.f_bavail.saturating_mul(space.f_frsize))
}

/// Tells whether less than `low_water_bytes` are free, now and as long as anybody listens.
pub(crate) fn watch(path: PathBuf, low_water_bytes: u64) -> watch::Receiver<bool> {
    let (low, told) = watch::channel(false);
    // Whoever begins knows it before it takes part in anything.
    look(&path, low_water_bytes, &low);
    tokio::spawn(async move {
        let mut pause = interval(SPACE_PAUSE);
        while !low.is_closed() {
            pause.tick().await;
            look(&path, low_water_bytes, &low);
        }
    });
    told
}

fn look(path: &Path, low_water_bytes: u64, low: &watch::Sender<bool>) {
    match free_bytes(path) {
        Ok(free_bytes) => tell(low, free_bytes, low_water_bytes),
        Err(error) => warn!(%error, "the free space is not known"),
    }
}

fn tell(low: &watch::Sender<bool>, free_bytes: u64, low_water_bytes: u64) {
    let is_low = free_bytes < low_water_bytes;
    let changed = low.send_if_modified(|before| std::mem::replace(before, is_low) != is_low);
    match (changed, is_low) {
        (true, true) => {
            error!(
                free_bytes,
                low_water_bytes, "too little room: this node takes no part any more"
            );
        }
        (true, false) => info!(free_bytes, "there is room again: this node takes part"),
        (false, _) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_free_is_compared_with_the_mark() {
        let (low, told) = watch::channel(false);
        tell(&low, 10, 10);
        assert!(!*told.borrow());
        tell(&low, 9, 10);
        assert!(*told.borrow());
        tell(&low, 11, 10);
        assert!(!*told.borrow());
    }

    #[tokio::test]
    async fn who_begins_on_a_full_disk_knows_it_at_once() {
        let directory = tempfile::tempdir().unwrap();
        assert!(*watch(directory.path().to_owned(), u64::MAX).borrow());
        assert!(!*watch(directory.path().to_owned(), 0).borrow());
    }

    #[test]
    fn a_directory_has_some_room() {
        let directory = tempfile::tempdir().unwrap();
        assert!(free_bytes(directory.path()).unwrap() > 0);
        assert!(free_bytes(&directory.path().join("missing")).is_err());
    }
}
