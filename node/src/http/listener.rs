//! Takes connections and serves requests on them: hyper's loop with our limits around it.

use super::app::App;
use super::client::Client;
use super::gate::{Gate, Pass, Work};
use super::limits::{
    ACCEPT_PAUSE, FAREWELL_LIMIT, HEAD_BYTES_MAX, HEAD_LIMIT, HEADERS_MAX, STALL_LIMIT,
};
use super::metrics::Connected;
use super::patient::Patient;
use super::refused::Refused;
use crate::cpu::{Part, metered};
use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tower::ServiceExt;
use tracing::{debug, warn};

/// One address that is listened on, with what answers there.
pub(super) struct Listener {
    pub(super) socket: TcpListener,
    pub(super) router: Router,
    pub(super) app: Arc<App>,
    pub(super) gate: Gate,
    /// Places for those who are told that there is no room.
    pub(super) porch: Arc<Semaphore>,
}

/// A connection that is counted as long as this lives.
struct Counted {
    pass: Pass,
    _connected: Connected,
}

impl Counted {
    /// Returns when the connection must give way to another.
    async fn recalled(&self) {
        self.pass.recalled().await;
    }
}

impl Listener {
    /// Takes connections until the server stops, and then waits for what is under way, at most for
    /// `drain`.
    pub(super) async fn run(self, drain: Duration) {
        let (graceful, mut connections) = (GracefulShutdown::new(), JoinSet::new());
        let mut closing = self.app.closing.clone();
        loop {
            let accepted = tokio::select! {
                accepted = self.socket.accept() => accepted,
                // Those that have ended are forgotten as we go.
                Some(_) = connections.join_next() => continue,
                _ = closing.wait_for(|closing| *closing) => break,
            };
            match accepted {
                Ok((stream, address)) => self.take(stream, address, &graceful, &mut connections),
                Err(error) => {
                    warn!(%error, "a connection could not be accepted");
                    // Such errors last: without a pause this would be a busy loop.
                    let _ = timeout(ACCEPT_PAUSE, closing.wait_for(|closing| *closing)).await;
                }
            }
        }
        drop(self.socket);
        if timeout(drain, graceful.shutdown()).await.is_err() {
            debug!("requests were cut off at the end");
        }
        connections.shutdown().await;
    }

    fn take(
        &self,
        stream: TcpStream,
        address: SocketAddr,
        graceful: &GracefulShutdown,
        connections: &mut JoinSet<()>,
    ) {
        let client = Client::of(address);
        let Some(pass) = self.gate.enter(client) else {
            self.app.metrics.count_refused_connection();
            return self.turn_away(stream, connections);
        };
        let bench = pass.bench();
        let counted = Counted { pass, _connected: self.app.metrics.connection() };
        // Answers are written whole; to wait for more would only delay them.
        let _ = stream.set_nodelay(true);
        let router = self.router.clone();
        let service = service_fn(move |mut request: hyper::Request<Incoming>| {
            request.extensions_mut().insert(client);
            let (work, answer) = (bench.begin(), router.clone().oneshot(request.map(Body::new)));
            async move { answer.await.map(|answer| until_sent(answer, work)) }
        });
        let stream = TokioIo::new(Patient::new(stream, STALL_LIMIT));
        let serving = graceful.watch(protocol().serve_connection(stream, service));
        connections.spawn(metered(Part::Http, async move {
            tokio::select! {
                // Whatever ends a connection early is its client's affair.
                served = serving => if let Err(error) = served {
                    debug!(%error, "a connection ended early");
                },
                () = counted.recalled() => debug!("a connection gave way to another"),
            }
        }));
    }

    /// Answers the first request of a connection for which there is no room.
    fn turn_away(&self, stream: TcpStream, connections: &mut JoinSet<()>) {
        let Ok(place) = Arc::clone(&self.porch).try_acquire_owned() else { return };
        let answer = service_fn(async |_: hyper::Request<Incoming>| {
            Ok::<_, Infallible>(Refused::crowded().into_response())
        });
        connections.spawn(metered(Part::Http, async move {
            let mut protocol = protocol();
            let serving = protocol.keep_alive(false).serve_connection(TokioIo::new(stream), answer);
            // Who does not ask in time gets no answer.
            let _ = timeout(FAREWELL_LIMIT, serving).await;
            drop(place);
        }));
    }
}

/// The answer, with the work on it as long as there is more to come.
fn until_sent(answer: Response, work: Work) -> Response {
    answer.map(|body| {
        Body::new(body.map_frame(move |frame| {
            let _under_way = &work;
            frame
        }))
    })
}

fn protocol() -> http1::Builder {
    let mut protocol = http1::Builder::new();
    protocol
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_LIMIT)
        .max_headers(HEADERS_MAX)
        .max_buf_size(HEAD_BYTES_MAX);
    protocol
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::stream;

    /// Else a list that is being read would be cut off for the sake of a stranger, and a connection
    /// that nobody uses would stay.
    #[tokio::test]
    async fn an_answer_is_under_way_until_its_last_piece_has_left() {
        let gate = Gate::to(16);
        let pass = gate.enter(Client::of(([192, 0, 2, 1], 1).into())).unwrap();
        let pieces = stream::iter(["a", "b"].map(Ok::<_, Infallible>));
        let answer = Response::new(Body::from_stream(pieces));
        assert!(pass.waits());
        let mut answer = until_sent(answer, pass.bench().begin());
        for _ in 0..2 {
            assert!(!pass.waits());
            answer.frame().await.unwrap().unwrap();
        }
        drop(answer);
        assert!(pass.waits());
    }
}
