//! A home directory as it is after the clone was built, and nothing else.

use crate::bed::program;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use tempfile::TempDir;

/// Where `make` leaves what it builds, below the home directory.
const BUILT: &str = ".cache/hefu/target/release";

/// A home directory that goes when it is dropped.
pub(super) struct Home {
    folder: TempDir,
}

impl Home {
    /// One with the clone in `hefu`, and the program where `make` leaves it.
    pub(super) fn make() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let built = folder.path().join(BUILT);
        fs::create_dir_all(&built).unwrap();
        symlink(program(), built.join("hefu")).unwrap();
        let clone = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        symlink(clone, folder.path().join("hefu")).unwrap();
        Self { folder }
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }
}
