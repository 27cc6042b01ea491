//! `hefu enrol`: all three steps of an enrolment, where one person holds all keys, as on a testnet.

use crate::args::Common;
use crate::attest::{Level, Registrar};
use crate::config::NetworkArgs;
use crate::holder;
use crate::network::Network;
use crate::office::Offices;
use crate::out;
use crate::passphrase::{PassphraseArgs, Passphrases};
use crate::submit::{self, Done, WriteArgs};
use anyhow::Result;
use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use hefu_client::{ClientError, Proved};
use hefu_keys::wallet::{Account, Platform, Seed, WalletFile};
use hefu_ledger::Transaction;
use hefu_ledger::bundle::Operations;
use hefu_ledger::did::DidId;
use hefu_ledger::enrolment::EnrolmentRequest;
use hefu_ledger::organisation::OrganisationId;
use hefu_ledger::record::Class;
use std::process::ExitCode;

/// The arguments of `hefu enrol`.
#[derive(Debug, Args)]
pub(crate) struct EnrolArgs {
    /// The wallet: a name, such as alice, or a file; made if it is not there
    #[arg(value_name = "WALLET", value_parser = NonEmptyStringValueParser::new())]
    wallet: String,
    /// The platform that the DID is for
    #[arg(long, value_name = "NAME")]
    platform: Platform,
    /// The number of the registrar [default: the context's]
    #[arg(long, value_name = "NUMBER")]
    registrar: Option<u16>,
    /// How far the registrar has checked the person
    #[arg(long, value_name = "LEVEL", value_enum, default_value = "2")]
    assurance: Level,
    #[command(flatten)]
    write: WriteArgs,
    #[command(flatten)]
    passphrase: PassphraseArgs,
    #[command(flatten)]
    network: NetworkArgs,
}

/// Carries the command out.
pub(crate) fn main(args: &EnrolArgs, common: Common) -> Result<ExitCode> {
    let network = Network::open(&args.network)?;
    let id =
        args.registrar.map_or_else(|| network.registrar(), |id| Ok(OrganisationId::new(id)))?;
    let key = Offices::of(&network, &args.passphrase, common).key(id)?;
    let registrar = Registrar { genesis: network.client.trusted().hash(), id, key };
    let mut file = wallet(&network, args, common)?;
    let (did, request) = request(&mut file, args, &registrar)?;
    let attested = registrar.attest(request, args.assurance)?;
    let transaction = registrar.single(&attested)?;
    if args.write.dry_run {
        submit::show_dry(&transaction, common)?;
        return Ok(ExitCode::SUCCESS);
    }
    let done = match got_through(&network, &mut file, did)? {
        Some(done) => done,
        None => enrol(&network, &mut file, did, &transaction, args, common)?,
    };
    out::show(common.output, &done)?;
    Ok(ExitCode::SUCCESS)
}

/// Hands the enrolment in. Who is refused may find that an earlier attempt came first.
fn enrol(
    network: &Network,
    file: &mut WalletFile,
    did: DidId,
    transaction: &Transaction,
    args: &EnrolArgs,
    common: Common,
) -> Result<Done> {
    let submitted = submit::submit(network, transaction, &args.write, common);
    let error = match submitted {
        Ok(done) => {
            file.change(|wallet| wallet.account_mut(&did).map(Account::enrolled))?;
            return Ok(Done::of(&done, Some(network.full(did).to_string())));
        }
        Err(error) => error,
    };
    let refused = matches!(error.downcast_ref(), Some(ClientError::Refused { .. }));
    let done = if refused { got_through(network, file, did)? } else { None };
    done.ok_or(error)
}

/// The enrolment of the DID, if the ledger has it already since an earlier attempt got through
/// unseen. The wallet knows it then.
fn got_through(network: &Network, file: &mut WalletFile, did: DidId) -> Result<Option<Done>> {
    let Proved { value, checkpoint } = match network.client.record(&did) {
        // This enrolment may well be what the first block is made for.
        Err(error) if error.is_before_the_first_block() => return Ok(None),
        found => found?,
    };
    let Some(record) = value else { return Ok(None) };
    let now = checkpoint.header.time;
    file.change(|wallet| wallet.account_mut(&did)?.settle(&record, now))?;
    let Proved { value, checkpoint } = network.client.history(&did, Operations::Proved)?;
    let first = value.and_then(|history| history.steps.into_iter().next());
    let made = first.and_then(|step| step.transaction);
    let full = network.full(did).to_string();
    Ok(made.map(|made| Done::proven(&made, &checkpoint, Some(full))))
}

/// The wallet, which is made if it is not there.
fn wallet(network: &Network, args: &EnrolArgs, common: Common) -> Result<WalletFile> {
    let path = holder::path(&network.settings, &args.wallet);
    let passphrases = Passphrases::of(&args.passphrase, network, common);
    if path.exists() {
        return holder::open(&path, &passphrases);
    }
    let file = holder::create(&path, Seed::generate()?, &passphrases)?;
    let words = format!("hefu wallet backup {}", args.wallet);
    common.tell(format_args!("made the wallet {}; write its words down: {words}", path.display()));
    Ok(file)
}

fn request(
    file: &mut WalletFile,
    args: &EnrolArgs,
    registrar: &Registrar,
) -> Result<(DidId, EnrolmentRequest)> {
    let Registrar { genesis, id, .. } = registrar;
    Ok(file.change(|wallet| wallet.request(*genesis, &args.platform, *id, Class::Person))?)
}
