//! A node that answers as a test wants it to.

use hefu_client::NodeUrl;
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use tiny_http::{Header, Response, Server};

/// What a node is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    /// Path and query.
    pub(crate) path: String,
    /// The body.
    pub(crate) body: Vec<u8>,
}

/// What it says.
pub(crate) enum Said {
    /// A status and a body.
    Answer(u16, Vec<u8>),
    /// The same, to be asked again after so many seconds.
    Busy(u16, Vec<u8>, u32),
    /// Nothing: it hangs up.
    Nothing,
}

/// A node on a port of its own. It stops when it is dropped.
pub(crate) struct Node {
    pub(crate) url: NodeUrl,
    asked: Arc<Mutex<Vec<Asked>>>,
    server: Arc<Server>,
    thread: Option<JoinHandle<()>>,
}

impl Node {
    /// A node that answers like this.
    pub(crate) fn new(mut answer: impl FnMut(&Asked) -> Said + Send + 'static) -> Self {
        let server = Arc::new(Server::http("127.0.0.1:0").unwrap());
        let url = format!("http://{}", server.server_addr().to_ip().unwrap()).parse().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (serving, noting) = (Arc::clone(&server), Arc::clone(&asked));
        let thread = thread::spawn(move || {
            for mut request in serving.incoming_requests() {
                let mut body = Vec::new();
                request.as_reader().read_to_end(&mut body).unwrap();
                let asked = Asked { path: request.url().to_owned(), body };
                noting.lock().unwrap().push(asked.clone());
                match answer(&asked) {
                    Said::Answer(status, body) => {
                        let response = Response::from_data(body).with_status_code(status);
                        request.respond(response).unwrap();
                    }
                    Said::Busy(status, body, seconds) => {
                        let after = format!("Retry-After: {seconds}").parse::<Header>().unwrap();
                        let response = Response::from_data(body).with_status_code(status);
                        request.respond(response.with_header(after)).unwrap();
                    }
                    // The half of the connection that writes is closed without a word.
                    Said::Nothing => drop(request.into_writer()),
                }
            }
        });
        Self { url, asked, server, thread: Some(thread) }
    }

    /// What it was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.server.unblock();
        self.thread.take().unwrap().join().unwrap();
    }
}

/// The address of a port where nobody listens.
pub(crate) fn nobody() -> NodeUrl {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap()).parse().unwrap()
}
