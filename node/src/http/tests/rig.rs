//! A chain in a real store, a node that does what a test says, and requests to its server.

use crate::application::Shared;
use crate::clock::Clock;
use crate::http::app::App;
use crate::http::client::Client;
use crate::http::live::Live;
use crate::http::{herald, router};
use crate::mempool::{Footprint, Refusal, Source, Status};
use crate::net::{Known, PeerStatus};
use crate::node::{Picture, Role, Skew, Stopped, SubmitError};
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use futures::future::BoxFuture;
use hefu_api::Receipt;
use hefu_consensus::Halt;
use hefu_fixtures::{Chain, Wallet, World};
use hefu_ledger::block::FinalBlock;
use hefu_ledger::did::Did;
use hefu_ledger::genesis::SignedGenesis;
use hefu_ledger::store::rocks::{RocksStore, StoreOptions};
use hefu_ledger::store::{MemoryStore, Store};
use hefu_ledger::{Transaction, TransactionId};
use hefu_primitives::{Epoch, Header, Height, PublicKey, SecretKey, Timestamp, View};
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, RwLock};
use tempfile::TempDir;
use tokio::sync::watch;
use tower::ServiceExt;

/// A node that does what a test says.
#[derive(Clone)]
pub(crate) struct Fake(Arc<Inner>);

struct Inner {
    store: Shared<RocksStore>,
    genesis: Arc<SignedGenesis>,
    key: SecretKey,
    head: watch::Sender<Header>,
    said: Mutex<Said>,
    validators: Vec<PublicKey>,
}

/// What a test has said.
#[derive(Default)]
struct Said {
    refusal: Option<Refusal>,
    fates: BTreeMap<TransactionId, Status>,
    halted: Option<Halt>,
    submitted: Vec<(TransactionId, Source)>,
}

impl Fake {
    /// From now on refuses what is submitted.
    pub(crate) fn refuse(&self, refusal: Refusal) {
        self.0.said.lock().unwrap().refusal = Some(refusal);
    }

    /// What its pool knows of a transaction.
    pub(crate) fn set_fate(&self, id: TransactionId, status: Status) {
        self.0.said.lock().unwrap().fates.insert(id, status);
    }

    /// From now on signs nothing.
    pub(crate) fn halt(&self, halt: Halt) {
        self.0.said.lock().unwrap().halted = Some(halt);
    }

    /// What was submitted, and by whom.
    pub(crate) fn submitted(&self) -> Vec<(TransactionId, Source)> {
        self.0.said.lock().unwrap().submitted.clone()
    }
}

impl Live for Fake {
    fn submit(
        &self,
        transaction: Transaction,
        source: Source,
    ) -> BoxFuture<'_, Result<TransactionId, SubmitError>> {
        Box::pin(async move {
            let mut said = self.0.said.lock().unwrap();
            if let Some(refusal) = &said.refusal {
                return Err(refusal.clone().into());
            }
            let id = transaction.envelope.id();
            said.submitted.push((id, source));
            said.fates.insert(id, Status::Pending(None));
            Ok(id)
        })
    }

    fn fate(&self, id: TransactionId) -> BoxFuture<'_, Result<Status, Stopped>> {
        let fate = self.0.said.lock().unwrap().fates.get(&id).cloned();
        Box::pin(async move { Ok(fate.unwrap_or(Status::Unknown)) })
    }

    fn picture(&self) -> BoxFuture<'_, Result<Picture, Stopped>> {
        let height = self.0.head.borrow().height;
        let picture = picture(&self.0.validators, height);
        Box::pin(async move { Ok(picture) })
    }

    fn halted(&self) -> Option<Halt> {
        self.0.said.lock().unwrap().halted.clone()
    }

    fn store(&self) -> &Shared<RocksStore> {
        &self.0.store
    }

    fn head(&self) -> watch::Receiver<Header> {
        self.0.head.subscribe()
    }

    fn genesis(&self) -> &Arc<SignedGenesis> {
        &self.0.genesis
    }

    fn key(&self) -> PublicKey {
        self.0.key.public_key()
    }

    fn sign_receipt(&self, id: &TransactionId, received: Timestamp) -> Receipt {
        Receipt::sign(&self.0.genesis.genesis.hash(), *id, received, &self.0.key)
    }

    fn clock(&self) -> Clock {
        Clock::default()
    }

    fn connections(&self) -> (usize, u64) {
        (3, 0)
    }
}

/// The picture of the first of these validators, which reaches the second and third.
pub(crate) fn picture(validators: &[PublicKey], height: Height) -> Picture {
    let peer = |(place, key): (usize, &PublicKey)| PeerStatus {
        known: Known { key: *key, name: format!("validator-{}", place + 1), address: None },
        reached_at: (place < 3).then_some(height),
        dropped: 0,
    };
    Picture {
        disk_low: false,
        skew: Skew::default(),
        role: Role::Validator,
        votes: true,
        epoch: Epoch::ZERO,
        view: View::new(9),
        in_view_ms: 40,
        leader: validators[1],
        height,
        catching_up_to: None,
        validators: validators.to_vec(),
        quorum: 3,
        peers: validators.iter().enumerate().skip(1).map(peer).collect(),
        pending: Footprint::default(),
    }
}

/// A chain, its node, and the node's server.
pub(crate) struct Rig {
    pub(crate) chain: Chain<MemoryStore>,
    pub(crate) live: Fake,
    pub(crate) closing: watch::Sender<bool>,
    router: Router,
    _directory: TempDir,
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Status and code of a refusal.
    pub(crate) fn problem(&self) -> (u16, String) {
        let problem: hefu_api::Problem = self.json();
        assert_eq!(self.header("content-type"), hefu_api::media::PROBLEM);
        assert_eq!(problem.status, self.status.as_u16());
        (problem.status, problem.code)
    }
}

impl Rig {
    /// A chain with nothing but its genesis. Must be made within a tokio runtime.
    pub(crate) fn new() -> Self {
        let world = World::new(71);
        let directory = tempfile::tempdir().unwrap();
        let store =
            RocksStore::open(directory.path(), &world.genesis, &StoreOptions::default()).unwrap();
        let genesis = Arc::new(SignedGenesis::new(world.genesis.clone(), []));
        let (head, _) = watch::channel(store.head().header.clone());
        let inner = Inner {
            genesis,
            key: world.validators[0].clone(),
            head,
            said: Mutex::default(),
            validators: world.validators.iter().map(SecretKey::public_key).collect(),
            store: Arc::new(RwLock::new(store)),
        };
        let (live, (closing, closed)) = (Fake(Arc::new(inner)), watch::channel(false));
        let app = App::new(Box::new(live.clone()), closed);
        tokio::spawn(herald::run(Arc::clone(&app)));
        let router = router::public(Arc::clone(&app));
        let memory = MemoryStore::new(&world.genesis).unwrap();
        let chain = Chain::new(world, memory);
        Self { chain, live, closing, router, _directory: directory }
    }

    /// Adds a block of these transactions.
    pub(crate) fn add(
        &mut self,
        transactions: impl IntoIterator<Item = Transaction>,
    ) -> FinalBlock {
        let block = self.chain.extend(transactions);
        self.live.0.store.write().unwrap().commit(&block).unwrap();
        self.live.0.head.send_replace(block.header.clone());
        block
    }

    /// Somebody who is enrolled.
    pub(crate) fn person(&mut self) -> Wallet {
        let wallet = Wallet::person(&mut self.chain.world);
        let create = self.chain.world.create(&wallet);
        self.add([create]);
        wallet
    }

    /// The DID of a wallet in full.
    pub(crate) fn did(&self, wallet: &Wallet) -> Did {
        Did { network: self.chain.world.genesis.network.clone(), id: wallet.did }
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.ask(Method::GET, path, &[], Vec::new()).await
    }

    pub(crate) async fn get_as(&self, path: &str, accept: &str) -> Reply {
        self.ask(Method::GET, path, &[("accept", accept)], Vec::new()).await
    }

    pub(crate) async fn post(&self, path: &str, media_type: &str, body: Vec<u8>) -> Reply {
        self.ask(Method::POST, path, &[(header::CONTENT_TYPE.as_str(), media_type)], body).await
    }

    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let length = body.len();
        let mut request = request.body(Body::from(body)).unwrap();
        request.headers_mut().insert(header::CONTENT_LENGTH, length.into());
        request.extensions_mut().insert(Client::of("192.0.2.1:9".parse().unwrap()));
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        Reply { status: head.status, headers: head.headers, body }
    }

    /// A submission that may go on while the test does something else.
    pub(crate) fn poster(&self, path: &str, body: Vec<u8>) -> impl Future<Output = Reply> + use<> {
        let request = Request::post(path).header(header::CONTENT_TYPE, hefu_api::media::BYTES);
        let mut request = request.body(Body::from(body)).unwrap();
        request.extensions_mut().insert(Client::of("192.0.2.1:9".parse().unwrap()));
        let router = self.router.clone();
        async move {
            let response = router.oneshot(request).await.unwrap();
            let (head, body) = response.into_parts();
            let body = body.collect().await.unwrap().to_bytes().to_vec();
            Reply { status: head.status, headers: head.headers, body }
        }
    }

    /// A request whose answer may not end, such as a stream's.
    pub(crate) async fn open(&self, path: &str, headers: &[(&str, &str)]) -> Body {
        let mut request = Request::builder().uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await;
        let response = response.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        response.into_body()
    }
}
