//! `hefu enrol`: all three steps of an enrolment, where one person holds all keys, as on a testnet.

use crate::args::Common;
use crate::attest::{Level, Registrar};
use crate::config::NetworkArgs;
use crate::holder;
use crate::network::Network;
use crate::office::Offices;
use crate::out::{self, Failure};
use crate::passphrase::{PassphraseArgs, Passphrases};
use crate::submit::{self, Done, WriteArgs};
use anyhow::Result;
use clap::Args;
use hefu_client::{Exit, Proved};
use hefu_keys::wallet::{Account, Platform, Seed, WalletFile};
use hefu_ledger::did::DidId;
use hefu_ledger::enrolment::EnrolmentRequest;
use hefu_ledger::organisation::OrganisationId;
use hefu_ledger::record::Class;
use std::process::ExitCode;

/// The arguments of `hefu enrol`.
#[derive(Debug, Args)]
pub(crate) struct EnrolArgs {
    /// The wallet: a name, such as alice, or a file; made if it is not there
    #[arg(value_name = "WALLET")]
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
    if !args.write.dry_run && is_there(&network, &mut file, did)? {
        let what = format!("{} is enrolled already", network.full(did));
        let next = "hefu resolve shows it; another --platform gets a DID of its own".to_owned();
        return Err(
            Failure { exit: Exit::Rejected, code: "rejected.did_exists", what, next }.into()
        );
    }
    let attested = registrar.attest(request, args.assurance)?;
    let transaction = registrar.single(&attested)?;
    if args.write.dry_run {
        submit::show_dry(&transaction, common)?;
        return Ok(ExitCode::SUCCESS);
    }
    let done = submit::submit(&network, &transaction, &args.write, common)?;
    file.change(|wallet| wallet.account_mut(&did).map(Account::enrolled))?;
    out::show(common.output, &Done::of(&done, Some(network.full(did).to_string())))?;
    Ok(ExitCode::SUCCESS)
}

/// Whether the ledger has the DID already, since an earlier attempt got through unseen. The wallet
/// knows it then.
fn is_there(network: &Network, file: &mut WalletFile, did: DidId) -> Result<bool> {
    let Proved { value, checkpoint } = network.client.record(&did)?;
    let Some(record) = value else { return Ok(false) };
    let now = checkpoint.header.time;
    file.change(|wallet| wallet.account_mut(&did)?.settle(&record, now))?;
    Ok(true)
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
