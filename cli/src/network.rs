//! The network that a command is about: its context, its pinned genesis, and a client of its nodes.

use crate::config::{KnownNetwork, NetworkArgs, Settings, unusable};
use crate::out::{Failure, Usage};
use anyhow::Result;
use hefu_client::{Client, Exit, Settings as Patience, Trusted, parse_genesis, parse_genesis_hash};
use hefu_ledger::did::{Did, DidId};
use hefu_ledger::genesis::Genesis;
use hefu_ledger::organisation::{OrganisationId, Role};
use hefu_primitives::Timestamp;
use std::fs;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// A network that a command is about.
#[derive(Debug)]
pub(crate) struct Network {
    /// The settings.
    pub(crate) settings: Settings,
    /// What is known of the network.
    pub(crate) known: KnownNetwork,
    /// The client, which trusts the pinned genesis alone.
    pub(crate) client: Client,
}

/// The file in a context's directory that holds the last checkpoint that was verified.
const CHECKPOINT: &str = "checkpoint.json";

impl Network {
    /// The network that is chosen.
    pub(crate) fn open(args: &NetworkArgs) -> Result<Self> {
        let settings = Settings::read(args)?;
        let (name, known) = settings.network()?;
        let genesis = pinned(&settings.path(&known.genesis), &known.genesis_hash)?;
        let directory = settings.directory(name);
        make_directory(&directory)?;
        let trusted = Trusted::new(genesis).with_state(&directory.join(CHECKPOINT))?;
        let known = known.clone();
        let client = Client::new(settings.urls(&known)?, trusted, Patience::default());
        Ok(Self { settings, known, client })
    }

    /// The genesis.
    pub(crate) const fn genesis(&self) -> &Genesis {
        self.client.trusted().genesis()
    }

    /// The DID of this network with this identifier, in full.
    pub(crate) fn full(&self, id: DidId) -> Did {
        self.client.trusted().did(&id)
    }

    /// The identifier of a DID of this network.
    pub(crate) fn did(&self, did: &Did) -> Result<DidId> {
        let ours = &self.genesis().network;
        if did.network == *ours {
            return Ok(did.id);
        }
        let theirs = &did.network;
        let what = format!("{did} is a DID of the network {theirs}, and the context's is {ours}");
        let next = "choose its context with --context; hefu context list shows them".to_owned();
        Err(Failure { exit: Exit::Usage, code: "context.other_network", what, next }.into())
    }

    /// The registrar that enrols here.
    pub(crate) fn registrar(&self) -> Result<OrganisationId> {
        let known = self.known.registrar.map(OrganisationId::new);
        // Everybody knows the keys of a development network, so the first will do.
        let first = || self.genesis().development.then(|| self.first_registrar()).flatten();
        let number = known.or_else(first);
        number.ok_or_else(|| {
            let what = "the context names no registrar".to_owned();
            let next = "name one with --registrar NUMBER; hefu org list shows them".to_owned();
            Failure { exit: Exit::Usage, code: "context.no_registrar", what, next }.into()
        })
    }
}

impl Network {
    fn first_registrar(&self) -> Option<OrganisationId> {
        let founders = self.genesis().organisations.iter();
        let mut registrars = founders.filter(|founder| founder.roles.contain(Role::Registrar));
        registrars.next().map(|founder| founder.id)
    }
}

/// Reads a genesis file and compares it with its hash.
fn pinned(path: &Path, hash: &str) -> Result<Genesis> {
    let unreadable = |what: String| Failure {
        exit: Exit::Fault,
        code: "context.genesis",
        what,
        next: "make the context anew: hefu context add".to_owned(),
    };
    let expected = parse_genesis_hash(hash)
        .map_err(|error| Usage::of(format!("genesis_hash of the context: {error}")))?;
    let text = fs::read_to_string(path)
        .map_err(|error| unreadable(format!("{} cannot be read: {error}", path.display())))?;
    let genesis = parse_genesis(&text, Some(expected))
        .map_err(|error| unreadable(format!("{}: {error}", path.display())))?;
    Ok(genesis)
}

/// Makes a directory of the settings, unless it is there.
pub(crate) fn make_directory(path: &Path) -> Result<()> {
    fs::create_dir_all(path).map_err(|error| unusable(path, "cannot be made", &error))
}

/// The time by this machine's clock.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::new(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}
