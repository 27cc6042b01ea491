//! `hefu resolve`: what the ledger says of a DID, now or at an earlier time.

use crate::args::Common;
use crate::config::NetworkArgs;
use crate::network::Network;
use crate::out::{self, Failure, Shown};
use crate::proof::{Proof, time};
use anyhow::{Result, anyhow};
use clap::Args;
use hefu_api::{DidView, KeyView};
use hefu_client::{Exit, Proved};
use hefu_ledger::bundle::{At, Past};
use hefu_ledger::did::{Did, DidId};
use hefu_ledger::document::{Document, parse_datetime};
use hefu_ledger::record::{Content, Status};
use hefu_primitives::{Height, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};
use std::process::ExitCode;

/// The arguments of `hefu resolve`.
#[derive(Debug, Args)]
pub(crate) struct ResolveArgs {
    /// The DID, such as did:hefu:NETWORK:…
    did: Did,
    /// Show it as it was after this block
    #[arg(long, value_name = "HEIGHT", conflicts_with = "at_time")]
    at_height: Option<u64>,
    /// Show it as it was at this time, such as 2026-11-22T05:40:00Z
    #[arg(long, value_name = "TIME", value_parser = moment)]
    at_time: Option<Timestamp>,
    /// Show the DID document (W3C), and nothing else
    #[arg(long)]
    document: bool,
    #[command(flatten)]
    network: NetworkArgs,
}

/// Reads a time as documents show it.
pub(crate) fn moment(text: &str) -> Result<Timestamp> {
    parse_datetime(text)
        .ok_or_else(|| anyhow!("a time in UTC is needed, such as 2026-11-22T05:40:00Z"))
}

/// What is known of a DID, with its proof.
#[derive(Debug, Serialize)]
struct Known {
    #[serde(flatten)]
    record: DidView,
    proof: Proof,
}

/// What a DID was at an earlier time.
#[derive(Debug, Serialize)]
struct WasThen {
    did: String,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<Document>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until_ms: Option<u64>,
    proof: Proof,
}

impl Shown for Known {
    fn table(&self) -> String {
        let record = &self.record;
        let suspension = record.suspension.as_ref().map(|suspension| {
            let (until, by) = (time(suspension.until_ms), suspension.by);
            format!("{}, until {until}, by organisation {by}", suspension.reason)
        });
        let end = record.end.as_ref().map(|end| {
            let reason = end.reason.as_ref().map_or(String::new(), |why| format!(", {why}"));
            format!("{}{reason}", time(end.at_ms))
        });
        let mut rows = vec![
            ("did", record.did.clone()),
            ("status", record.status.clone()),
            ("suspension", suspension.unwrap_or_default()),
            ("ended", end.unwrap_or_default()),
            ("class", record.class.clone()),
            ("registrar", format!("{}, assurance {}", record.registrar, record.assurance)),
            ("enrolled", time(record.created_ms)),
            (
                "operations",
                format!("{} by the holder, {} in all", record.sequence, record.log.length),
            ),
        ];
        rows.extend(record.keys.iter().map(|key| ("key", key_line(key))));
        rows.push(("verified", self.proof.words()));
        out::fields(&rows)
    }
}

/// A key in one line.
pub(crate) fn key_line(key: &KeyView) -> String {
    let from = key.from_ms.map_or(String::new(), |ms| format!(", from {}", time(ms)));
    let until = key.until_ms.map_or(String::new(), |ms| format!(", until {}", time(ms)));
    format!("{} ({}){from}{until}", key.multikey, key.relationships.join(", "))
}

impl Shown for WasThen {
    fn table(&self) -> String {
        let document = self.document.as_ref();
        let keys = document.map(|document| document.verification_method.len());
        out::fields(&[
            ("did", self.did.clone()),
            ("status", self.status.to_owned()),
            ("keys", keys.map_or(String::new(), |keys| keys.to_string())),
            ("from", self.from_ms.map_or(String::new(), time)),
            ("until", self.until_ms.map_or(String::new(), time)),
            ("verified", self.proof.words()),
        ])
    }
}

/// Carries the command out.
pub(crate) fn main(args: &ResolveArgs, common: Common) -> Result<ExitCode> {
    let network = Network::open(&args.network)?;
    let id = network.did(&args.did)?;
    match (args.at_height, args.at_time) {
        (Some(height), _) => past(&network, id, At::Height(Height::new(height)), args, common),
        (None, Some(time)) => past(&network, id, At::Time(time), args, common),
        (None, None) if args.network.trust_node => believed(&network, args, common),
        (None, None) => present(&network, id, args, common),
    }?;
    Ok(ExitCode::SUCCESS)
}

fn present(network: &Network, id: DidId, args: &ResolveArgs, common: Common) -> Result<()> {
    let Proved { value, checkpoint } = network.client.record(&id)?;
    let proof = Proof::from(&checkpoint);
    let record = value.ok_or_else(|| absent(&args.did, &proof))?;
    let now = checkpoint.header.time;
    if args.document {
        return show_document(network, id, &record.content, now, common);
    }
    let record = DidView::of(&network.full(id), &record, now);
    out::show(common.output, &Known { record, proof })
}

fn show_document(
    network: &Network,
    id: DidId,
    content: &Content,
    now: Timestamp,
    common: Common,
) -> Result<()> {
    let document = Document::of(&network.full(id), content, now);
    let ended = || Failure {
        exit: Exit::NotFound,
        code: "did.ended",
        what: "the DID has ended, and has no document any more".to_owned(),
        next: "hefu resolve with --at-time shows what it was".to_owned(),
    };
    out::show_json(common.output, &document.ok_or_else(ended)?)
}

/// The identifier of a DID that the ledger has.
pub(crate) fn enrolled(network: &Network, did: &Did) -> Result<DidId> {
    let id = network.did(did)?;
    let Proved { value, checkpoint } = network.client.record(&id)?;
    value.map(|_| id).ok_or_else(|| absent(did, &Proof::from(&checkpoint)))
}

/// The error that says that a DID never was, with the proof.
pub(crate) fn absent(did: &Did, proof: &Proof) -> anyhow::Error {
    let what = format!("there is no {did}, and there never was (verified {})", proof.words());
    let next = "see whether it is spelt right, or enrol it: hefu enrol".to_owned();
    Failure { exit: Exit::NotFound, code: "did.absent", what, next }.into()
}

fn past(network: &Network, id: DidId, at: At, args: &ResolveArgs, common: Common) -> Result<()> {
    let Proved { value, checkpoint } = network.client.past(&id, at)?;
    let proof = Proof::from(&checkpoint);
    let past = value.ok_or_else(|| absent(&args.did, &proof))?;
    let seen = match at {
        At::Time(time) => time,
        At::Height(_) => past.span.from.map_or(checkpoint.header.time, |from| from.time),
    };
    if let (true, Some(content)) = (args.document, content(&past)) {
        return show_document(network, id, content, seen, common);
    }
    out::show(common.output, &was_then(network, &past, seen, proof))
}

fn content(past: &Past) -> Option<&Content> {
    past.step.as_ref()?.version.as_ref().map(|version| &version.content)
}

fn was_then(network: &Network, past: &Past, seen: Timestamp, proof: Proof) -> WasThen {
    let content = content(past);
    let did = network.full(past.did);
    let status = match (&past.step, content) {
        (None, _) => "not there yet",
        (Some(_), None) => "erased",
        (Some(_), Some(content)) => status_word(content, seen),
    };
    WasThen {
        status,
        document: content.and_then(|content| Document::of(&did, content, seen)),
        did: did.to_string(),
        from_ms: past.span.from.map(|from| from.time.get()),
        until_ms: past.span.until.map(|until| until.time.get()),
        proof,
    }
}

fn status_word(content: &Content, at: Timestamp) -> &'static str {
    match content.status(at) {
        Status::Active => "active",
        Status::Suspended => "suspended",
        Status::Deactivated => "deactivated",
        Status::Revoked => "revoked",
    }
}

/// What a node says, without proof.
fn believed(network: &Network, args: &ResolveArgs, common: Common) -> Result<()> {
    let answer = network.client.believed(&args.did.to_string())?;
    out::note("unverified: this is what a node says (--trust-node)");
    let shown: Value = if args.document {
        answer.get("didDocument").cloned().unwrap_or_default()
    } else {
        json!({ "verified": false, "answer": answer })
    };
    out::show_json(common.output, &shown)
}
