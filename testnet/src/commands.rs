//! The commands, each in a few lines.

use crate::api::Api;
use crate::args::{
    Command, DownArgs, EndureArgs, ExpectArgs, JobArgs, NetworkArgs, RunArgs, TestnetArgs, UpArgs,
};
use crate::canary;
use crate::comeback::Comeback;
use crate::control::{self, Order};
use crate::disk;
use crate::endure::Endurance;
use crate::environment::{exports, quoted, variables};
use crate::fault::Fault;
use crate::job::Job;
use crate::keep::keep;
use crate::load::Load;
use crate::logs;
use crate::network::Network;
use crate::out;
use crate::place::Place;
use crate::siege::Siege;
use crate::state::State;
use crate::status;
use crate::usage::runs_with;
use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process};
use std::env;
use std::future::pending;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use thiserror::Error;
use tokio::sync::Mutex;

/// How long a network may take until it is ready.
const READY_LIMIT: Duration = Duration::from_mins(1);

/// What was typed is not understood.
#[derive(Debug, Error)]
#[error("{0}")]
pub struct NotUnderstood(String);

/// Carries out what was typed after `hefu testnet`.
pub fn run(args: &TestnetArgs) -> Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(carry_out(&args.command))
}

async fn carry_out(command: &Command) -> Result<ExitCode> {
    match command {
        Command::Up(args) => return up(args).await,
        Command::Run(args) => return run_inside(args).await,
        Command::Expect(args) => return expect(args).await,
        Command::MainJob(args) => return main_job(args).await,
        Command::Endure(args) => return endure(args).await,
        Command::Down(args) => down(args).await?,
        Command::Status(args) => {
            let state = State::read(&Place::find(args.dir.as_deref())?)?;
            out::data(status::table(&Api::new(), &state).await);
        }
        Command::Env(args) => {
            let place = Place::find(args.dir.as_deref())?;
            out::data(exports(&variables(&place, &State::read(&place)?)));
        }
        Command::Logs(args) => {
            let place = Place::find(args.place.dir.as_deref())?;
            logs::print(&place, args.node.as_deref(), args.follow).await?;
        }
        Command::Load(args) => {
            let place = Place::find(args.place.dir.as_deref())?;
            let load = Load { rate: args.rate, seconds: args.seconds, mix: args.mix.clone() };
            load.run(&place, &State::read(&place)?).await?;
        }
        Command::Comeback(args) => {
            let place = Place::find(args.dir.as_deref())?;
            Comeback::new(&place, &State::read(&place)?).run().await?;
        }
        Command::Siege(args) => {
            let place = Place::find(args.place.dir.as_deref())?;
            let span = Duration::from_secs(args.seconds.into());
            let siege = Siege { connections: args.connections, span };
            siege.run(&place, &State::read(&place)?).await?;
        }
        Command::Fault(args) => {
            if matches!(args.fault, Fault::Disk { .. }) {
                disk::check()?;
            }
            let place = Place::find(args.place.dir.as_deref())?;
            control::order(&place, &Order::Fault(args.fault.clone())).await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The program that nodes run: this one.
fn program() -> Result<PathBuf> {
    env::current_exe().context("finding this program's own file")
}

/// Makes the network that was asked for. Nothing runs yet.
async fn found(args: &NetworkArgs) -> Result<Network> {
    let (place, temporary) = match &args.dir {
        Some(dir) => (Place::make(dir)?, false),
        None => (Place::make_newest()?, true),
    };
    let mut network = match &args.load {
        Some(saved) => Network::load(place, saved, program()?).await?,
        None => Network::found(place, args.size(), args.cables(), program()?).await?,
    };
    if temporary {
        network.make_temporary();
    }
    Ok(network)
}

/// Starts a network and waits until it is ready. What it is, and how long that took.
async fn start(network: &Mutex<Network>) -> Result<(Place, State, Duration)> {
    let (place, state) = {
        let mut network = network.lock().await;
        network.start_all()?;
        (network.place().clone(), network.state().clone())
    };
    let took = canary::sing(&Api::new(), &place, &state, READY_LIMIT).await?;
    Ok((place, state, took))
}

async fn up(args: &UpArgs) -> Result<ExitCode> {
    let network = found(&args.network).await?;
    network.place().make_last()?;
    let work = async |network: &Mutex<Network>| {
        let (place, state, took) = start(network).await?;
        out::data(format_args!("ready after {:.1} s", took.as_secs_f64()));
        greet(&place, &state)?;
        pending::<Result<()>>().await
    };
    keep(network, work).await?;
    Ok(ExitCode::SUCCESS)
}

async fn main_job(args: &JobArgs) -> Result<ExitCode> {
    let network = found(&args.network).await?;
    network.place().make_last()?;
    let work = async |network: &Mutex<Network>| {
        let (place, state, took) = start(network).await?;
        let nodes = state.nodes.len();
        out::data(format_args!("{nodes} nodes ready after {:.1} s", took.as_secs_f64()));
        let people = usize::try_from(args.people)?;
        Job::new(&place, &state)?.run(network, people).await?;
        if args.headless {
            return Ok(());
        }
        greet(&place, &state)?;
        pending().await
    };
    keep(network, work).await?;
    Ok(ExitCode::SUCCESS)
}

async fn endure(args: &EndureArgs) -> Result<ExitCode> {
    if args.disks > 0 {
        disk::check()?;
    }
    let network = found(&args.network).await?;
    let work = async |network: &Mutex<Network>| {
        let (place, state, _) = start(network).await?;
        let (kills, disks) = (usize::try_from(args.kills)?, usize::try_from(args.disks)?);
        Endurance::new(&place, &state, network)?.run(kills, disks).await
    };
    let done = keep(network, work).await?;
    Ok(if done.is_some() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Where everything is, and what to type next.
fn greet(place: &Place, state: &State) -> Result<()> {
    for node in &state.nodes {
        out::data(format_args!("  {:<12} http://{}", node.name, node.http));
    }
    out::data(format_args!("  {:<12} {}", "genesis", place.genesis().display()));
    out::data(format_args!("  {:<12} {}", "directory", place.root().display()));
    let program = program()?.display().to_string();
    let hefu = quoted(&program);
    out::data("Type in another shell:");
    out::data(format_args!("  eval \"$({hefu} testnet env)\""));
    out::data("  curl $HEFU_URL/v1/status");
    out::data(format_args!("  {hefu} enrol alice --platform shop.example"));
    out::data(format_args!("  {hefu} testnet status"));
    out::data(format_args!("  {hefu} testnet fault kill validator-2"));
    out::data(format_args!("Ctrl-C or `{hefu} testnet down` ends it."));
    Ok(())
}

async fn run_inside(args: &RunArgs) -> Result<ExitCode> {
    let network = found(&args.network).await?;
    let work = async |network: &Mutex<Network>| {
        let (place, state, _) = start(network).await?;
        let (name, arguments) = args.command.split_first().context("there is no command")?;
        let mut command = tokio::process::Command::new(name);
        command.args(arguments).envs(variables(&place, &state)).kill_on_drop(true);
        command.status().await.with_context(|| format!("running {name}"))
    };
    let status = keep(network, work).await?;
    let code = status.and_then(|status| status.code()).and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

async fn expect(args: &ExpectArgs) -> Result<ExitCode> {
    let condition = args.parsed().map_err(NotUnderstood)?;
    let place = Place::find(args.place.dir.as_deref())?;
    let state = State::read(&place)?;
    condition.expect(&Api::new(), &place, &state, args.within).await?;
    Ok(ExitCode::SUCCESS)
}

async fn down(args: &DownArgs) -> Result<()> {
    let place = Place::find(args.place.dir.as_deref())?;
    let save = args.save.as_deref().map(std::path::absolute).transpose()?;
    let state = State::read(&place)?;
    if runs_with(state.supervisor, "testnet") {
        return control::order(&place, &Order::Down(save)).await;
    }
    out::note("the supervisor is gone; ending what it has left");
    end_orphans(&place, &state)
}

/// Kills the nodes of a supervisor that was killed itself.
fn end_orphans(place: &Place, state: &State) -> Result<()> {
    for node in &state.nodes {
        let directory = place.node(&node.name).display().to_string();
        let pid = node.pid.filter(|pid| runs_with(*pid, &directory));
        let pid = pid.and_then(|pid| Pid::from_raw(pid.try_into().ok()?));
        if let Some(pid) = pid {
            kill_process(pid, Signal::KILL)?;
        }
    }
    if state.temporary { place.remove() } else { Ok(()) }
}
