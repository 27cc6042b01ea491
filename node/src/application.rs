//! What a node orders, as the pipeline sees it.
//!
//! The driver, the wire, the acts log and the network are the same over any application
//! (docs/adr/0019-the-pipeline-knows-no-ledger.md). The ledger is the one that validators run.

use hefu_consensus::Verdict;
use hefu_primitives::{Certificate, Committee, Digest, GenesisHash, Header, Height, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::error::Error;
use std::fmt::Debug;
use std::sync::{Arc, RwLock};

/// A chain that is written by one and read by many.
pub type Shared<S> = Arc<RwLock<S>>;

/// A value with one encoding, which nodes send each other.
pub trait Value:
    Serialize + DeserializeOwned + Clone + Debug + PartialEq + Send + Sync + 'static
{
}

impl<T> Value for T where
    T: Serialize + DeserializeOwned + Clone + Debug + PartialEq + Send + Sync + 'static
{
}

/// What blocks hold and what it does.
pub trait Application: Clone + Debug + Send + Sync + Sized + 'static {
    /// Names a transaction.
    type Id: Value + Copy + Ord;
    /// What is handed in, and passed on to leaders.
    type Transaction: Value;
    /// A transaction that was found good by itself. Cheap to clone.
    type Checked: Checked<Self>;
    /// What travels of a block beside its header.
    type Content: Content<Id = Self::Id>;
    /// What waits to be put into blocks.
    type Pool: Pool<Self>;
    /// The final blocks.
    type Chain: Chain<Content = Self::Content>;
    /// What makes, judges and writes blocks.
    type Executor: Execute<Self>;
    /// Why nothing can be executed or written any more.
    type Failure: Error + Send + Sync + 'static;
}

/// A transaction that was found good by itself.
pub trait Checked<A: Application>: Clone + Debug + Send + Sync + 'static {
    /// Its name.
    fn id(&self) -> A::Id;
    /// The transaction.
    fn transaction(&self) -> &Arc<A::Transaction>;
}

/// What travels of a block beside its header.
pub trait Content: Value {
    /// Names a transaction.
    type Id;
    /// Whether this is what the header commits to, down to the last byte, and no longer than a body may
    /// be. Whether it is right, only execution tells.
    fn belongs_to(&self, header: &Header) -> bool;
    /// Its transactions, in their order.
    fn ids(&self) -> Vec<Self::Id>;
}

/// Where a transaction comes from: a peer, a connection, an address. The caller says which are the
/// same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Source([u8; 32]);

impl Source {
    /// The source with these bytes, such as a peer's key, or an address behind zeros.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

/// The node's disk is nearly full, so it takes nothing up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DiskLow;

/// What is to be done with a transaction that was handed in.
#[derive(Debug)]
pub enum Considered<T, I> {
    /// It is to be checked.
    Check(T),
    /// Nothing: it is here already.
    Known(I),
}

/// Transactions that wait. The driver owns it, so nothing here may take long but [`Pool::check`], which
/// is done elsewhere.
pub trait Pool<A: Application>: Default + Debug + Send + 'static {
    /// Leave to check a transaction.
    type Ticket: Send + 'static;
    /// What a check has come to.
    type Outcome: Debug + Send + 'static;
    /// Why a transaction is not taken up.
    type Refusal: From<DiskLow> + Debug + Send + 'static;
    /// Why a transaction was left out of a block.
    type Rejection: Clone + Debug + Send + 'static;
    /// What became of a transaction.
    type Status: Debug + Send + 'static;
    /// How much it holds.
    type Footprint: Clone + Debug + Send + 'static;

    /// Makes the cheap checks of a transaction of `bytes` encoded bytes.
    fn consider(
        &mut self,
        transaction: Arc<A::Transaction>,
        bytes: usize,
        source: Source,
        now: Timestamp,
    ) -> Result<Considered<Self::Ticket, A::Id>, Self::Refusal>;
    /// Makes the expensive checks.
    fn check(ticket: Self::Ticket, genesis: &GenesisHash, chain: &A::Chain) -> Self::Outcome;
    /// Takes a transaction up whose check has come to something good.
    fn accept(&mut self, outcome: Self::Outcome, now: Timestamp) -> Result<A::Id, Self::Refusal>;
    /// What to propose, in order: at most so many encoded bytes, without what `excluded` says is in
    /// a block below already. Nothing is removed.
    fn candidates(&self, bytes: u32, excluded: &dyn Fn(&A::Id) -> bool) -> Vec<A::Checked>;
    /// At most so many that arrived before `before`, the oldest first.
    fn older_than(&self, before: Timestamp, count_max: usize) -> Vec<A::Checked>;
    /// The one with this name, if it waits.
    fn waiting(&self, id: &A::Id) -> Option<&A::Checked>;
    /// How many wait.
    fn count(&self) -> usize;
    /// Those of a block's transactions that were found good before, each at its place.
    fn known(&self, content: &A::Content) -> Vec<Option<A::Checked>>;
    /// Remembers what was found good because it came in a block.
    fn remember(&mut self, checked: Vec<A::Checked>);
    /// A proposer has left a transaction out.
    fn left_out(&mut self, id: &A::Id, why: Self::Rejection, now: Timestamp);
    /// These are final.
    fn executed(&mut self, ids: Vec<A::Id>);
    /// Time has passed. Comes before candidates are asked for.
    fn expire(&mut self, now: Timestamp);
    /// What became of a transaction.
    fn status(&self, id: &A::Id) -> Self::Status;
    /// How much it holds.
    fn footprint(&self) -> Self::Footprint;
}

/// Why a transaction is not taken up.
pub type Refusal<A> = <<A as Application>::Pool as Pool<A>>::Refusal;
/// Why a transaction was left out of a block.
pub type Rejection<A> = <<A as Application>::Pool as Pool<A>>::Rejection;
/// What became of a transaction.
pub type Status<A> = <<A as Application>::Pool as Pool<A>>::Status;
/// How much waits.
pub type Footprint<A> = <<A as Application>::Pool as Pool<A>>::Footprint;

/// The final blocks, which everybody reads and the executor writes.
pub trait Chain: Send + Sync + 'static {
    /// What travels of a block beside its header.
    type Content;
    /// Why it cannot be read.
    type Error: Error + Send + Sync + 'static;

    /// The last block.
    fn last(&self) -> Header;
    /// Who votes on the block above the last one.
    fn committee(&self, genesis: GenesisHash) -> Result<Committee, Self::Error>;
    /// The header at a height.
    fn header_at(&self, height: Height) -> Result<Option<Header>, Self::Error>;
    /// The proof that the block at a height is final: a finalization of it, or of a block above.
    fn proof_at(&self, height: Height) -> Result<Option<Certificate>, Self::Error>;
    /// What travels beside the header at a height.
    fn content_at(&self, height: Height) -> Result<Option<Self::Content>, Self::Error>;
}

/// A block that was made here.
#[derive(Clone, Debug)]
pub struct Made<A: Application> {
    /// Its header.
    pub header: Header,
    /// What it holds.
    pub content: A::Content,
    /// Candidates that do not apply, and why.
    pub left_out: Vec<(A::Id, Rejection<A>)>,
}

/// What executing a block has come to.
#[derive(Clone, Debug)]
pub struct Judged<A: Application> {
    /// Whether it is right.
    pub verdict: Verdict,
    /// Its transactions, if they are good by themselves.
    pub checked: Vec<A::Checked>,
}

/// Makes, judges and writes blocks, on a thread of its own. Any error is fatal: the node stops.
pub trait Execute<A: Application>: Send + 'static {
    /// Makes a block of those candidates that apply, on a block that was executed.
    fn build(
        &mut self,
        on: &Digest,
        time: Timestamp,
        candidates: Vec<A::Checked>,
    ) -> Result<Made<A>, A::Failure>;
    /// Executes a block on its parent, and tells whether it comes to what its header says.
    fn judge(
        &mut self,
        header: &Header,
        content: &A::Content,
        known: Vec<Option<A::Checked>>,
    ) -> Result<Judged<A>, A::Failure>;
    /// Writes a block that was executed and is final now, and gives its transactions. It is durable
    /// when this returns.
    fn write(&mut self, header: &Header, proof: &Certificate) -> Result<Vec<A::Id>, A::Failure>;
    /// Leaves the chain such that the next start is quick.
    fn close(&mut self);
}
