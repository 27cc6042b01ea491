//! A port that stands for another one, with a link of some weather in between.

use super::pump::pump;
use super::weather::{Passage, Weather};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

/// A link, which ends with all its connections when this is dropped.
#[derive(Debug)]
pub struct Link {
    address: SocketAddr,
    weather: watch::Sender<Weather>,
    task: JoinHandle<()>,
}

impl Link {
    /// Opens a link to `target` on a port that the system chooses, on the runtime that this is called
    /// in.
    pub async fn open(target: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let (weather, seen) = watch::channel(Weather::default());
        let task = tokio::spawn(serve(listener, target, seen));
        Ok(Self { address, weather, task })
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its weather.
    pub fn weather(&self) -> Weather {
        *self.weather.borrow()
    }

    /// Changes the weather, of connections that stand as well.
    pub fn set(&self, weather: Weather) {
        self.weather.send_replace(weather);
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(listener: TcpListener, target: SocketAddr, weather: watch::Receiver<Weather>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            // A connection that ended before it was taken is nobody's loss.
            Ok((near, _)) = listener.accept() => {
                connections.spawn(carry(near, target, weather.clone()));
            }
            Some(_ended) = connections.join_next() => {}
            else => tokio::task::yield_now().await,
        }
    }
}

/// Carries one connection until it ends at either end, or the weather ends it.
async fn carry(near: TcpStream, target: SocketAddr, mut weather: watch::Receiver<Weather>) {
    let mut seen = weather.clone();
    let connection = async move {
        // What is sent to open a connection is lost like the rest; an error is the end of the link.
        seen.wait_for(|sky| sky.passage != Passage::Silent).await.map(drop).ok();
        let far = TcpStream::connect(target).await?;
        near.set_nodelay(true)?;
        far.set_nodelay(true)?;
        let ((near_read, near_write), (far_read, far_write)) =
            (near.into_split(), far.into_split());
        let there = pump(near_read, far_write, seen.clone());
        let back = pump(far_read, near_write, seen);
        tokio::try_join!(there, back)
    };
    let refused = weather.wait_for(|sky| sky.passage == Passage::Refused);
    tokio::select! {
        biased;
        _refused = refused => {}
        // Both ends see how it ended, and nobody else asks.
        _ended = connection => {}
    }
}
