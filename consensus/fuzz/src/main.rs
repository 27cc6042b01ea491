//! Writes the inputs that fuzzing begins with: `hefu-fuzz FOLDER` fills a folder a target.

use hefu_fuzz::{TARGETS, seeds};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let folder = env::args_os().nth(1).map(PathBuf::from);
    let usage = || io::Error::new(io::ErrorKind::InvalidInput, "usage: hefu-fuzz FOLDER");
    let folder = folder.ok_or_else(usage)?;
    TARGETS.iter().try_for_each(|target| write(&folder.join(target.name), &seeds(target.name)))
}

fn write(folder: &Path, inputs: &[Vec<u8>]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut numbered = inputs.iter().enumerate();
    numbered.try_for_each(|(number, input)| fs::write(folder.join(format!("seed-{number}")), input))
}
