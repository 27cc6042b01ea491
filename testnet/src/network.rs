//! A network of real processes.

use crate::disk::DiskFault;
use crate::fault::Fault;
use crate::founding::{self, Cables, Size};
use crate::links::Links;
use crate::place::Place;
use crate::process::Process;
use crate::proxy::{Passage, Weather};
use crate::state::{Role, State};
use anyhow::{Context, Result, bail};
use rustix::process::Signal;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;

/// A network, which ends with all its processes when this is dropped.
#[derive(Debug)]
pub(crate) struct Network {
    place: Place,
    state: State,
    program: PathBuf,
    links: Links,
    processes: BTreeMap<usize, Process>,
    /// How nodes have ended that nobody stopped, until they are started again.
    ends: BTreeMap<usize, ExitStatus>,
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
        Ok(Self::still(place, state, program, links))
    }

    fn still(place: Place, state: State, program: PathBuf, links: Links) -> Self {
        let (processes, ends) = (BTreeMap::new(), BTreeMap::new());
        Self { place, state, program, links, processes, ends }
    }

    /// Takes up the network that was saved at `saved`. Nothing runs yet.
    pub(crate) async fn load(place: Place, saved: &Path, program: PathBuf) -> Result<Self> {
        let (state, links) = founding::load(&place, &Place::find(Some(saved))?).await?;
        Ok(Self::still(place, state, program, links))
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
        (0..self.state.nodes.len()).try_for_each(|node| self.start(node, &[]))
    }

    /// Starts a node with these settings above its own.
    fn start(&mut self, node: usize, settings: &[String]) -> Result<()> {
        let line = self.command_line(node, settings)?;
        self.launch(node, &line)
    }

    /// Starts a node on a disk that fails.
    fn start_on(&mut self, node: usize, fault: DiskFault) -> Result<()> {
        let (name, line) = (self.name(node)?, self.command_line(node, &[])?);
        let log = self.place.calls(&name);
        let line = fault.around(&self.place.node(&name), &log, &line)?;
        self.launch(node, &line)
    }

    fn command_line(&self, node: usize, settings: &[String]) -> Result<Vec<String>> {
        let directory = self.place.node(&self.name(node)?);
        let text = |path: &Path| path.to_str().map(str::to_owned).context("a name is no text");
        let words = [text(&self.program)?, "node".into(), "start".into(), text(&directory)?];
        let settings = settings.iter().flat_map(|pair| ["--set".to_owned(), pair.clone()]);
        Ok(words.into_iter().chain(settings).collect())
    }

    fn launch(&mut self, node: usize, line: &[String]) -> Result<()> {
        let (program, arguments) = line.split_first().context("nothing to run")?;
        let log = self.place.log(&self.name(node)?);
        let process = Process::start(Path::new(program), arguments, &log)?;
        self.processes.insert(node, process);
        self.ends.remove(&node);
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
            Fault::Restart { nodes, set } => self.restart(&self.state.find_all(nodes)?, set).await,
            Fault::Renew { nodes } => self.renew(&self.state.find_all(nodes)?).await,
            Fault::Clock { nodes, offset } => {
                let set = format!("development.clock_offset_ms={offset}");
                self.restart(&self.state.find_all(nodes)?, &[set]).await
            }
            Fault::Disk { node, part, failure, call } => {
                let node = self.state.find(node)?;
                self.spoil(node, DiskFault { part: *part, failure: *failure, call: *call }).await
            }
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

    async fn restart(&mut self, nodes: &[usize], settings: &[String]) -> Result<()> {
        for node in nodes {
            self.stop(*node).await?;
            self.start(*node, settings)?;
        }
        Ok(())
    }

    /// Starts followers with nothing but their configuration.
    async fn renew(&mut self, nodes: &[usize]) -> Result<()> {
        for node in nodes {
            let follower = self.state.nodes.get(*node).context("no such node")?;
            if follower.role != Role::Follower {
                bail!("{} votes: it must not forget what it has signed", follower.name);
            }
            let held = self.place.held(&follower.name);
            self.stop(*node).await?;
            for folder in held.iter().filter(|folder| folder.exists()) {
                fs::remove_dir_all(folder)?;
            }
            self.start(*node, &[])?;
        }
        Ok(())
    }

    async fn spoil(&mut self, node: usize, fault: DiskFault) -> Result<()> {
        self.stop(node).await?;
        self.start_on(node, fault)
    }

    async fn stop(&mut self, node: usize) -> Result<()> {
        if let Some(mut process) = self.processes.remove(&node) {
            process.stop().await?;
        }
        Ok(())
    }

    /// How a node has ended that nobody stopped, if it has.
    pub(crate) fn end_of(&mut self, name: &str) -> Result<Option<ExitStatus>> {
        let node = self.state.find(name)?;
        match self.processes.get_mut(&node) {
            Some(process) => process.ended(),
            None => Ok(self.ends.get(&node).copied()),
        }
    }

    /// The nodes that have ended though nobody stopped them, each with a sentence.
    pub(crate) fn notice(&mut self) -> Result<Vec<String>> {
        let mut ended = Vec::new();
        for (node, process) in &mut self.processes {
            if let Some(status) = process.ended()? {
                ended.push((*node, status));
            }
        }
        for (node, status) in &ended {
            self.processes.remove(node);
            self.ends.insert(*node, *status);
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
