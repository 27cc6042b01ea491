//! What organisations do together: suspend, lift a suspension, revoke, admit, change each other.
//!
//! Who signs stands in the envelope, so it is settled first: the fewest of the context's own
//! organisations that the rule is content with, beside those that `--with` names. If those others
//! must sign elsewhere, the transaction is written with their places empty.

mod choice;

pub(crate) use choice::roles_in_words;

use crate::args::Common;
use crate::chance;
use crate::network::Network;
use crate::office::Offices;
use crate::out;
use crate::partial;
use crate::passphrase::PassphraseArgs;
use crate::submit::{self, Done, WriteArgs, expiry};
use crate::wallet::write_new;
use anyhow::{Result, anyhow};
use choice::Signer;
use clap::Args;
use hefu_ledger::Transaction;
use hefu_ledger::author::{Terms, Unsigned};
use hefu_ledger::operation::Payload;
use hefu_ledger::rule::Action;
use hefu_ledger::transaction::{Ordering, SignerRef, Subject};
use hefu_primitives::SecretKey;
use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;

/// Who signs, and how it is done.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "The signatures")]
pub(crate) struct AuthorityArgs {
    /// An organisation of the context that signs (repeatable) [default: as few as will do]
    #[arg(long, value_name = "NUMBER")]
    pub(crate) by: Vec<u16>,
    /// An organisation that signs elsewhere, and with which of its keys (repeatable)
    #[arg(long, value_name = "NUMBER[:KEY]")]
    pub(crate) with: Vec<Elsewhere>,
    /// A new file for a transaction that others have yet to sign, instead of standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) to: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) write: WriteArgs,
    #[command(flatten)]
    pub(crate) passphrase: PassphraseArgs,
}

/// An organisation that signs elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Elsewhere {
    /// Its number.
    pub(crate) number: u16,
    /// Its key, if it is not the first.
    pub(crate) key: Option<hefu_ledger::key::KeyBytes>,
}

impl FromStr for Elsewhere {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let (number, key) = text.split_once(':').map_or((text, None), |(n, key)| (n, Some(key)));
        let number = number.parse().map_err(|_| anyhow!("NUMBER or NUMBER:KEY is needed"))?;
        Ok(Self { number, key: key.map(crate::key::key).transpose()? })
    }
}

/// Something that organisations are to do.
pub(crate) struct Act {
    /// What the rules call it.
    pub(crate) action: Action,
    /// To whom.
    pub(crate) subject: Subject,
    /// What it carries.
    pub(crate) payload: Payload,
    /// The new keys of the payload that are at hand; others sign elsewhere.
    pub(crate) new_keys: Vec<SecretKey>,
    /// The DID, if it is about one.
    pub(crate) did: Option<String>,
}

impl Act {
    /// Whether it changes only what is an organisation's own affair: its name and keys.
    fn is_own_affair(&self) -> bool {
        match &self.payload {
            Payload::OrgUpdate(update) => update.roles.is_none() && update.standing.is_none(),
            _ => false,
        }
    }
}

/// Signs what is at hand, and hands it in or writes it for those who have yet to sign.
pub(crate) fn act(
    network: &Network,
    act: Act,
    args: &AuthorityArgs,
    common: Common,
) -> Result<ExitCode> {
    let offices = Offices::of(network, &args.passphrase, common);
    let signers = choice::signers(network, &offices, &act, args)?;
    let Act { subject, payload, new_keys, did, .. } = act;
    let ordering = Ordering::Authority { reference: chance::bytes()? };
    let terms =
        Terms { genesis: network.client.trusted().hash(), subject, ordering, expires: expiry()? };
    let mut all: Vec<SignerRef> = signers.iter().map(Signer::reference).collect();
    all.extend(places(&payload).map(SignerRef::Possession));
    let unsigned = Unsigned::new(&terms, all, payload, chance::salt()?)?;
    let mut keys: Vec<SecretKey> = signers.into_iter().filter_map(|signer| signer.secret).collect();
    keys.extend(new_keys);
    let transaction = partial::sign(unsigned, &keys);
    conclude(network, &transaction, did, args, common)?;
    Ok(ExitCode::SUCCESS)
}

/// The places of the payload's new keys.
fn places(payload: &Payload) -> impl Iterator<Item = u8> + use<> {
    let payload = payload.clone();
    (0..=u8::MAX).take_while(move |place| payload.new_key(*place).is_some())
}

fn conclude(
    network: &Network,
    transaction: &Transaction,
    did: Option<String>,
    args: &AuthorityArgs,
    common: Common,
) -> Result<()> {
    let missing = partial::missing(transaction);
    if args.write.dry_run {
        return submit::show_dry(transaction, common);
    }
    if missing.is_empty() {
        let done = submit::submit(network, transaction, &args.write, common)?;
        return out::show(common.output, &Done::of(&done, did));
    }
    let text = serde_json::to_string_pretty(&submit::tree(transaction)?)? + "\n";
    let file = args.to.as_deref();
    match file {
        Some(file) => write_new(file, &text)?,
        None => out::data(&text)?,
    }
    let file = file.map_or_else(|| "FILE".to_owned(), |file| file.display().to_string());
    out::note(format_args!(
        "nothing is submitted yet: {} has yet to sign. There: hefu tx sign {file} > signed.json, \
         and then: hefu tx submit signed.json --wait",
        missing.join(", ")
    ));
    Ok(())
}
