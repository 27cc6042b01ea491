//! The node's HTTP server: what clients ask and submit, and on an address of its own what those who
//! run the node look at (docs/http-api.md).
//!
//! ```text
//! listener ── connections within limits ──► router ──► one file for each thing to ask
//!                                                       │
//!                     store, read on threads ◄── app ◄──┤──► node: submit, fate, picture
//!                             herald: each new block, once, for all who wait
//! ```
//!
//! Nobody need believe what is answered here: whoever must be sure asks for a bundle.

mod answer;
mod app;
mod ask;
mod blocks;
mod body;
mod bundles;
mod client;
mod cursor;
mod dids;
mod documents;
mod events;
mod gate;
mod herald;
mod identifiers;
mod index;
mod key;
pub mod limits;
mod listener;
mod live;
mod metrics;
mod openapi;
mod organisations;
mod patient;
mod refused;
mod router;
mod search;
mod status;
mod submit;
mod transactions;
mod validators;
mod why;

use crate::files;
use crate::node::Handle;
use app::App;
use gate::Gate;
use limits::{CONNECTIONS_MAX, DRAIN_LIMIT, FILES_PER_CONNECTION, TURNED_AWAY_OF_ALL};
use listener::Listener;
use live::Live;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tracing::warn;

/// Why the server does not start.
#[derive(Debug, Error)]
pub enum BindError {
    /// An address cannot be listened on.
    #[error("cannot listen on {address}: {error}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        error: io::Error,
    },
    /// The address for administration can be reached from other machines. What is told there is not
    /// for everybody, and nothing there asks who wants to know.
    #[error("{0} is not a loopback address; metrics are for this machine alone")]
    NotLoopback(SocketAddr),
}

/// A server that listens, and serves once it is run.
pub struct Server {
    app: Arc<App>,
    closing: watch::Sender<bool>,
    public: TcpListener,
    administration: TcpListener,
    addresses: Addresses,
}

/// Where a server listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Addresses {
    /// For clients.
    pub public: SocketAddr,
    /// For whoever runs the node.
    pub administration: SocketAddr,
}

impl Server {
    /// Listens on both addresses; with port 0 the system chooses one.
    pub async fn bind(
        public: SocketAddr,
        administration: SocketAddr,
        node: Handle,
    ) -> Result<Self, BindError> {
        Self::bind_live(public, administration, Box::new(node)).await
    }

    async fn bind_live(
        public: SocketAddr,
        administration: SocketAddr,
        live: Box<dyn Live>,
    ) -> Result<Self, BindError> {
        if !administration.ip().is_loopback() {
            return Err(BindError::NotLoopback(administration));
        }
        let (public, public_address) = listen(public).await?;
        let (administration, administration_address) = listen(administration).await?;
        let addresses =
            Addresses { public: public_address, administration: administration_address };
        let (closing, closed) = watch::channel(false);
        let app = App::new(live, closed);
        Ok(Self { app, closing, public, administration, addresses })
    }

    /// Where it listens.
    pub fn addresses(&self) -> Addresses {
        self.addresses
    }

    /// Serves until `shutdown` ends, and then until the requests under way have their answers, or
    /// [`DRAIN_LIMIT`] is over. Streams of events end at once.
    pub async fn run(self, shutdown: impl Future<Output = ()>) {
        let Self { app, closing, public, administration, .. } = self;
        let places = connections(files::open_max());
        let listener = |socket, router| Listener {
            socket,
            router,
            app: Arc::clone(&app),
            gate: Gate::to(places),
            porch: Arc::new(Semaphore::new(places / TURNED_AWAY_OF_ALL)),
        };
        let public = listener(public, router::public(Arc::clone(&app)));
        let administration = listener(administration, router::administration(Arc::clone(&app)));
        let herald = tokio::spawn(herald::run(Arc::clone(&app)));
        let serving = async {
            tokio::join!(public.run(DRAIN_LIMIT), administration.run(DRAIN_LIMIT));
        };
        let stopping = async {
            shutdown.await;
            closing.send_replace(true);
        };
        tokio::join!(serving, stopping);
        herald.abort();
    }
}

/// How many connections a listener takes where the process may have so many files open.
fn connections(files: usize) -> usize {
    let most = CONNECTIONS_MAX.min(files / FILES_PER_CONNECTION);
    if most < CONNECTIONS_MAX {
        warn!(
            files,
            connections = most,
            "few files may be open, so there is less room for clients"
        );
    }
    most
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), BindError> {
    let bound = async {
        let socket = TcpListener::bind(address).await?;
        let own = socket.local_addr()?;
        Ok((socket, own))
    };
    bound.await.map_err(|error| BindError::Listen { address, error })
}

#[cfg(test)]
mod tests;
