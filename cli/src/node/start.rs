//! `hefu node start`: runs a node until it is told to stop.

use super::args::StartArgs;
use super::check::ending;
use super::ending::Ending;
use super::home::{Found, find, open};
use super::log;
use anyhow::Error;
use hefu_node::config::Config;
use hefu_node::files;
use hefu_node::home::Home;
use hefu_node::http::Server;
use hefu_node::node::{Node, NodeConfig};
use sd_notify::NotifyState;
use std::process::ExitCode;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing::{info, warn};

/// Starts the node, and stops it when a signal or a failure says so.
pub(super) fn main(args: &StartArgs) -> Result<ExitCode, Error> {
    let found = find(&args.place)?;
    let home = open(&args.place.directory, &found)?;
    log::begin(args.log, args.log_format);
    files::ask_for_more();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(run(found, home))
}

async fn run(found: Found, home: Home) -> Result<ExitCode, Error> {
    // Before anything else: a signal that comes while the node starts must not be lost.
    let (terminate, interrupt) =
        (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let Found { settings, genesis, key, incarnation, clock } = found;
    let config = settings.config;
    info!(name = %config.name, role = config.role.word(), network = %genesis.genesis.network, "starting");
    let node = Node::start(NodeConfig {
        home,
        genesis,
        role: config.role,
        key,
        incarnation,
        listen: config.peers.listen,
        known: config.known(),
        low_water_bytes: config.storage.low_water_mib.saturating_mul(1024 * 1024),
        clock,
    });
    let node = node.map_err(ending)?;
    let served = serve(&node, &config, told(terminate, interrupt)).await;
    notify(NotifyState::Stopping);
    node.stop().await.map_err(|fatal| Ending::Failed.because(fatal))?;
    served?;
    info!("stopped");
    Ok(ExitCode::SUCCESS)
}

/// Serves the API until a signal or a failure of the node ends it.
async fn serve(node: &Node, config: &Config, told: impl Future<Output = ()>) -> Result<(), Error> {
    let server = Server::bind(config.http.listen, config.admin.listen, node.handle().clone()).await;
    let server = server.map_err(|error| Ending::Listen.because(error))?;
    info!(api = %config.http.listen, metrics = %config.admin.listen, "serving");
    notify(NotifyState::Ready);
    let over = async {
        tokio::select! {
            () = told => info!("told to stop"),
            () = node.ended() => {}
        }
    };
    server.run(over).await;
    Ok(())
}

async fn told(mut terminate: Signal, mut interrupt: Signal) {
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

/// Tells a service manager, if one has started us.
fn notify(state: NotifyState) {
    if let Err(error) = sd_notify::notify(false, &[state]) {
        warn!(%error, "the service manager was not told");
    }
}
