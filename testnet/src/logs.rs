//! What nodes have said.

use crate::out;
use crate::place::Place;
use crate::state::{NodeState, State};
use anyhow::{Context, Result};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::time::Duration;
use tokio::time::interval;

/// The pause between two looks at logs that are followed.
const PAUSE: Duration = Duration::from_millis(200);

/// A log that is being read.
struct Tail {
    name: String,
    reader: BufReader<File>,
    /// The beginning of a line whose end has not been written yet.
    begun: String,
}

impl Tail {
    fn open(name: &str, path: &Path) -> Result<Self> {
        let file = File::open(path).with_context(|| format!("opening {}", path.display()))?;
        Ok(Self { name: name.to_owned(), reader: BufReader::new(file), begun: String::new() })
    }

    /// The whole lines that were added since the last time.
    fn lines(&mut self) -> Result<Vec<String>> {
        let mut lines = Vec::new();
        while self.reader.read_line(&mut self.begun)? > 0 && self.begun.ends_with('\n') {
            lines.push(std::mem::take(&mut self.begun).trim_end().to_owned());
        }
        Ok(lines)
    }
}

/// Prints the logs of the node of this name, or of all, and what is added to them if `follow` gives
/// a pause to look after.
pub(crate) async fn print(place: &Place, name: Option<&str>, follow: bool) -> Result<()> {
    let state = State::read(place)?;
    let nodes: Vec<&NodeState> = match name {
        Some(name) => vec![state.nodes.get(state.find(name)?).context("no such node")?],
        None => state.nodes.iter().collect(),
    };
    let open = |node: &&NodeState| Tail::open(&node.name, &place.log(&node.name));
    let mut tails = nodes.iter().map(open).collect::<Result<Vec<_>>>()?;
    let several = tails.len() > 1;
    let mut pauses = interval(PAUSE);
    loop {
        pauses.tick().await;
        for tail in &mut tails {
            for line in tail.lines()? {
                if several {
                    out::data(format_args!("{:<12} {line}", tail.name));
                } else {
                    out::data(line);
                }
            }
        }
        if !follow {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Tail;
    use std::fs::{self, OpenOptions};
    use std::io::Write;

    #[test]
    fn a_line_is_told_once_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.log");
        fs::write(&path, "one\ntw").unwrap();
        let mut tail = Tail::open("a", &path).unwrap();
        assert_eq!(tail.lines().unwrap(), ["one"]);
        assert!(tail.lines().unwrap().is_empty());
        let mut log = OpenOptions::new().append(true).open(&path).unwrap();
        log.write_all(b"o\nthree\n").unwrap();
        assert_eq!(tail.lines().unwrap(), ["two", "three"]);
    }
}
