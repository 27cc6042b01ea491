//! `hefu org`: the organisations of the network.

use crate::args::Common;
use crate::authority::{self, Act, AuthorityArgs, roles_in_words};
use crate::config::NetworkArgs;
use crate::key::key as parse_key;
use crate::network::Network;
use crate::office::{Offices, public};
use crate::out::{self, Failure, Shown, Usage};
use crate::proof::{Proof, time};
use anyhow::Result;
use clap::{Args, Subcommand, ValueEnum};
use hefu_api::OrganisationView;
use hefu_client::{Exit, Proved};
use hefu_ledger::key::KeyBytes;
use hefu_ledger::limits::ORGANISATION_KEYS_MAX;
use hefu_ledger::operation::Payload;
use hefu_ledger::operation::org_admit::OrgAdmit;
use hefu_ledger::operation::org_update::OrgUpdate;
use hefu_ledger::organisation::{OrganisationId, Role, Roles, Standing};
use hefu_ledger::rule::Action;
use hefu_ledger::text::Title;
use hefu_ledger::transaction::Subject;
use hefu_primitives::{BoundedVec, SecretKey};
use serde::Serialize;
use std::path::PathBuf;
use std::process::ExitCode;

/// The arguments of `hefu org`.
#[derive(Debug, Args)]
pub(crate) struct OrgArgs {
    #[command(subcommand)]
    command: OrgCommand,
    #[command(flatten)]
    network: NetworkArgs,
}

/// What can be done with organisations.
#[derive(Debug, Subcommand)]
enum OrgCommand {
    /// List them, each verified; a node could leave some out
    List,
    /// Show one, verified
    Show {
        /// Its number
        number: u16,
    },
    /// Admit a new one to the network
    Admit(Box<AdmitArgs>),
    /// Change one: its name and keys are its own affair, its roles and standing the network's
    Update(Box<UpdateArgs>),
}

/// Keys of an organisation, each of which proves that its holder has it.
#[derive(Debug, Args)]
struct KeysArgs {
    /// A key file of it (repeatable)
    #[arg(long, value_name = "FILE")]
    key: Vec<PathBuf>,
    /// The public half of a key of it that signs elsewhere, in either spelling (repeatable)
    #[arg(long, value_name = "KEY", value_parser = parse_key)]
    public_key: Vec<KeyBytes>,
}

#[derive(Debug, Args)]
struct AdmitArgs {
    /// The number that it gets
    number: u16,
    /// Its name for people
    #[arg(long)]
    name: Title,
    /// What it may do (repeatable)
    #[arg(long, value_name = "ROLE", value_enum, required = true)]
    role: Vec<RoleWord>,
    #[command(flatten)]
    keys: KeysArgs,
    #[command(flatten)]
    authority: AuthorityArgs,
}

#[derive(Debug, Args)]
struct UpdateArgs {
    /// Its number
    number: u16,
    /// Its name from now on
    #[arg(long)]
    name: Option<Title>,
    /// What it may do from now on, all of it (repeatable)
    #[arg(long, value_name = "ROLE", value_enum)]
    role: Vec<RoleWord>,
    /// Whether it may act from now on
    #[arg(long, value_name = "STANDING", value_enum)]
    standing: Option<StandingWord>,
    /// Its keys from now on, all of them
    #[command(flatten)]
    keys: KeysArgs,
    #[command(flatten)]
    authority: AuthorityArgs,
}

/// What an organisation may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum RoleWord {
    /// Has a say, and may run a validator
    Member,
    /// Attests enrolments
    Registrar,
    /// Issues credentials
    Issuer,
    /// Lets holders log in
    Platform,
    /// Holds a share of what opens sealed identities
    Opener,
    /// Checks the others
    Auditor,
}

impl From<RoleWord> for Role {
    fn from(word: RoleWord) -> Self {
        match word {
            RoleWord::Member => Self::Member,
            RoleWord::Registrar => Self::Registrar,
            RoleWord::Issuer => Self::Issuer,
            RoleWord::Platform => Self::Platform,
            RoleWord::Opener => Self::Opener,
            RoleWord::Auditor => Self::Auditor,
        }
    }
}

/// Whether an organisation may act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum StandingWord {
    /// It may
    Good,
    /// It may not, for a time
    Suspended,
    /// It has left for good
    Left,
}

impl From<StandingWord> for Standing {
    fn from(word: StandingWord) -> Self {
        match word {
            StandingWord::Good => Self::Good,
            StandingWord::Suspended => Self::Suspended,
            StandingWord::Left => Self::Left,
        }
    }
}

/// An organisation with its proof.
#[derive(Debug, Serialize)]
struct Known {
    #[serde(flatten)]
    organisation: OrganisationView,
    proof: Proof,
}

impl Shown for Known {
    fn table(&self) -> String {
        let organisation = &self.organisation;
        let mut rows = vec![
            ("organisation", organisation.id.to_string()),
            ("name", organisation.name.clone()),
            ("roles", organisation.roles.join(", ")),
            ("standing", organisation.standing.clone()),
            ("admitted", time(organisation.admitted_ms)),
        ];
        rows.extend(organisation.keys.iter().map(|key| ("key", key.to_string())));
        rows.push(("verified", self.proof.words()));
        out::fields(&rows)
    }
}

/// All organisations.
#[derive(Debug, Serialize)]
#[serde(transparent)]
struct Listed(Vec<Known>);

impl Shown for Listed {
    fn table(&self) -> String {
        let rows: Vec<[String; 4]> = self
            .0
            .iter()
            .map(|one| {
                let OrganisationView { id, name, roles, standing, .. } = &one.organisation;
                [id.to_string(), name.clone(), roles.join(", "), standing.clone()]
            })
            .collect();
        out::columns(["no", "name", "roles", "standing"], &rows)
    }
}

/// Carries the command out.
pub(crate) fn main(args: &OrgArgs, common: Common) -> Result<ExitCode> {
    let network = Network::open(&args.network)?;
    match &args.command {
        OrgCommand::List => {
            let listed = network.client.listed_organisations()?;
            let ids = listed.into_iter().map(|one| OrganisationId::new(one.id));
            let all = ids.map(|id| known(&network, id)).collect::<Result<Vec<_>>>()?;
            out::show(common.output, &Listed(all))?;
        }
        OrgCommand::Show { number } => {
            out::show(common.output, &known(&network, OrganisationId::new(*number))?)?;
        }
        OrgCommand::Admit(args) => return admit(&network, args, common),
        OrgCommand::Update(args) => return update(&network, args, common),
    }
    Ok(ExitCode::SUCCESS)
}

fn known(network: &Network, id: OrganisationId) -> Result<Known> {
    let Proved { value, checkpoint } = network.client.organisation(id)?;
    let proof = Proof::from(&checkpoint);
    let organisation = value.ok_or_else(|| {
        let what = format!("there is no organisation {id} (verified {})", proof.words());
        let next = "hefu org list shows them".to_owned();
        Failure { exit: Exit::NotFound, code: "organisation.absent", what, next }
    })?;
    Ok(Known { organisation: OrganisationView::of(id, &organisation), proof })
}

/// The keys, sorted, and the secret halves that are at hand.
type Keys = (BoundedVec<KeyBytes, ORGANISATION_KEYS_MAX>, Vec<SecretKey>);

fn keys(offices: &Offices<'_>, args: &KeysArgs) -> Result<Keys> {
    let secrets = args.key.iter().map(|file| offices.open(file)).collect::<Result<Vec<_>>>()?;
    let mut keys: Vec<_> = secrets.iter().map(public).chain(args.public_key.clone()).collect();
    keys.sort_unstable();
    keys.dedup();
    let keys = BoundedVec::new(keys).map_err(Usage::of)?;
    Ok((keys, secrets))
}

fn roles(words: &[RoleWord]) -> Roles {
    Roles::of(words.iter().copied().map(Role::from))
}

fn admit(network: &Network, args: &AdmitArgs, common: Common) -> Result<ExitCode> {
    let offices = Offices::of(network, &args.authority.passphrase, common);
    let (keys, new_keys) = keys(&offices, &args.keys)?;
    if keys.is_empty() {
        return Err(Usage::of("an organisation has one key at least: --key or --public-key"));
    }
    let roles = roles(&args.role);
    let (number, name) = (args.number, &args.name);
    common.tell(format_args!("organisation {number}, {name}: {}", roles_in_words(roles)));
    let payload = Payload::OrgAdmit(OrgAdmit { name: args.name.clone(), roles, keys });
    let subject = Subject::Organisation(OrganisationId::new(args.number));
    let act = Act { action: Action::Admit, subject, payload, new_keys, did: None };
    authority::act(network, act, &args.authority, common)
}

fn update(network: &Network, args: &UpdateArgs, common: Common) -> Result<ExitCode> {
    let offices = Offices::of(network, &args.authority.passphrase, common);
    let (keys, new_keys) = keys(&offices, &args.keys)?;
    let update = OrgUpdate {
        name: args.name.clone(),
        keys: Some(keys).filter(|keys| !keys.is_empty()),
        roles: Some(roles(&args.role)).filter(|_| !args.role.is_empty()),
        standing: args.standing.map(Standing::from),
    };
    if update == OrgUpdate::default() {
        return Err(Usage::of("nothing is to change: --name, --role, --standing or --key"));
    }
    let id = OrganisationId::new(args.number);
    // The network would keep the change until its time is over, in case the organisation comes.
    let _there = known(network, id)?;
    let subject = Subject::Organisation(id);
    let payload = Payload::OrgUpdate(update);
    let act = Act { action: Action::UpdateOrganisation, subject, payload, new_keys, did: None };
    authority::act(network, act, &args.authority, common)
}
