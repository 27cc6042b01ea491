//! A network of real processes.

use crate::fault::Fault;
use crate::founding::{self, Cables, Size};
use crate::links::Links;
use crate::place::Place;
use crate::process::Process;
use crate::proxy::{Passage, Weather};
use crate::state::State;
use anyhow::{Context, Result, bail};
use rustix::process::Signal;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A network, which ends with all its processes when this is dropped.
#[derive(Debug)]
pub(crate) struct Network {
    place: Place,
    state: State,
    program: PathBuf,
    links: Links,
    processes: BTreeMap<usize, Process>,
}

impl Network {
    /// Makes a network whose nodes are run by `program`. Nothing runs yet.
    pub(crate) async fn found(
        place: Place,
        size: Size,
        cables: Cables,
        program: PathBuf,
    ) -> Result<Self> {
        let (state, links) = founding::found(&place, size, cables, &program).await?;
        Ok(Self { place, state, program, links, processes: BTreeMap::new() })
    }

    /// Takes up the network that was saved at `saved`. Nothing runs yet.
    pub(crate) async fn load(place: Place, saved: &Path, program: PathBuf) -> Result<Self> {
        let (state, links) = founding::load(&place, &Place::find(Some(saved))?).await?;
        Ok(Self { place, state, program, links, processes: BTreeMap::new() })
    }

    /// Has the directory removed when the network ends.
    pub(crate) fn make_temporary(&mut self) {
        self.state.temporary = true;
    }

    /// Leaves the directory when the network ends.
    pub(crate) fn keep_directory(&mut self) {
        self.state.temporary = false;
    }

    /// Where it lies.
    pub(crate) const fn place(&self) -> &Place {
        &self.place
    }

    /// What runs.
    pub(crate) const fn state(&self) -> &State {
        &self.state
    }

    /// Starts all nodes.
    pub(crate) fn start_all(&mut self) -> Result<()> {
        (0..self.state.nodes.len()).try_for_each(|node| self.start(node))
    }

    fn start(&mut self, node: usize) -> Result<()> {
        let name = &self.name(node)?;
        let directory = self.place.node(name);
        let directory = directory.to_str().context("the directory's name is no text")?;
        let arguments = ["node", "start", directory];
        let process = Process::start(&self.program, &arguments, &self.place.log(name))?;
        self.processes.insert(node, process);
        self.write()
    }

    fn name(&self, node: usize) -> Result<String> {
        Ok(self.state.nodes.get(node).context("no such node")?.name.clone())
    }

    /// Writes down what runs.
    fn write(&mut self) -> Result<()> {
        for (at, node) in self.state.nodes.iter_mut().enumerate() {
            node.pid = self.processes.get(&at).map(Process::id);
        }
        self.state.write(&self.place)
    }

    /// Lets something go wrong, or right again.
    pub(crate) async fn apply(&mut self, fault: &Fault) -> Result<()> {
        match fault {
            Fault::Kill { nodes } => self.kill(&self.state.find_all(nodes)?).await,
            Fault::Pause { nodes } => self.signal(&self.state.find_all(nodes)?, Signal::STOP),
            Fault::Resume { nodes } => self.signal(&self.state.find_all(nodes)?, Signal::CONT),
            Fault::Restart { nodes } => self.restart(&self.state.find_all(nodes)?).await,
            Fault::Partition { nodes, silent } => {
                let passage = if *silent { Passage::Silent } else { Passage::Refused };
                self.linked()?.part(&self.state.find_all(nodes)?, passage);
                Ok(())
            }
            Fault::Heal { nodes } => {
                self.linked()?.heal(&self.state.find_all(nodes)?);
                Ok(())
            }
            Fault::Slow { nodes, delay, rate } => {
                let passage = Passage::Open;
                let slow = Weather { passage, delay: *delay, kib_per_second: *rate };
                self.linked()?.slow(&self.state.find_all(nodes)?, slow);
                Ok(())
            }
        }
    }

    fn linked(&self) -> Result<&Links> {
        if !self.state.linked {
            bail!("the nodes of this network talk directly; start it without --direct");
        }
        Ok(&self.links)
    }

    /// Kills nodes, all of them before it waits for any.
    async fn kill(&mut self, nodes: &[usize]) -> Result<()> {
        self.signal(nodes, Signal::KILL)?;
        for node in nodes {
            if let Some(mut process) = self.processes.remove(node) {
                process.kill().await?;
            }
        }
        self.write()
    }

    fn signal(&mut self, nodes: &[usize], signal: Signal) -> Result<()> {
        for node in nodes {
            let name = self.name(*node)?;
            let process = self.processes.get_mut(node);
            process.with_context(|| format!("{name} does not run"))?.signal(signal)?;
        }
        Ok(())
    }

    async fn restart(&mut self, nodes: &[usize]) -> Result<()> {
        for node in nodes {
            if let Some(mut process) = self.processes.remove(node) {
                process.stop().await?;
            }
            self.start(*node)?;
        }
        Ok(())
    }

    /// The nodes that have ended though nobody stopped them, each with a sentence.
    pub(crate) fn notice(&mut self) -> Result<Vec<String>> {
        let mut ended = Vec::new();
        for (node, process) in &mut self.processes {
            if let Some(status) = process.ended()? {
                ended.push((*node, status));
            }
        }
        for (node, _) in &ended {
            self.processes.remove(node);
        }
        if !ended.is_empty() {
            self.write()?;
        }
        let sentence = |(node, status)| {
            let name = self.name(node)?;
            Ok(format!("{name} has ended ({status}); see {}", self.place.log(&name).display()))
        };
        ended.into_iter().map(sentence).collect()
    }

    /// Stops everything, saves it if told where, and removes what was temporary.
    pub(crate) async fn end(mut self, save: Option<&Path>) -> Result<()> {
        for process in self.processes.values_mut() {
            process.signal(Signal::TERM)?;
        }
        for (_, mut process) in std::mem::take(&mut self.processes) {
            process.stop().await?;
        }
        self.write()?;
        if let Some(folder) = save {
            self.save(folder)?;
        }
        if self.state.temporary {
            return self.place.remove();
        }
        let _gone_already = fs::remove_file(self.place.control());
        Ok(())
    }

    /// Copies all that a network needs to be taken up again.
    fn save(&self, folder: &Path) -> Result<()> {
        let saved = Place::make(folder)?;
        fs::copy(self.place.genesis(), saved.genesis())?;
        let mut state = self.state.clone();
        state.temporary = false;
        for node in &state.nodes {
            fs::copy(self.place.key(&node.name), saved.key(&node.name))?;
            founding::copy_folder(&self.place.node(&node.name), &saved.node(&node.name))?;
        }
        state.write(&saved)
    }
}
