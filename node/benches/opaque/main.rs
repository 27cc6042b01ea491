//! Four validators as processes of their own, over loopback, that order payloads which mean nothing:
//! what agreement costs when the ledger, HTTP and clients' signatures cost nothing.
//!
//! Each has its acts log and its file of blocks, and syncs both. The program that hands payloads in is
//! a fifth process, whose time on the processor is reported apart. Floors are measured in the same
//! run, before the network.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench prints its figures, and stops where something is wrong"
)]

mod application;
mod blocks;
mod cpu;
mod executor;
mod floors;
mod generator;
mod network;
mod process;
mod report;
mod waiting;

use floors::Floors;
use generator::Measured;
use network::Network;
use report::Report;
use std::env;
use std::time::Duration;

/// What a payload is in the comparisons that people make.
const PAYLOAD_BYTES: usize = 512;

/// Just its number: as good as empty.
const MINIMAL_BYTES: usize = 8;

/// Payloads under way at each validator while the highest rate is looked for: some 40 MB in all.
const WINDOW: u64 = 20_000;

/// Minimal payloads under way at each validator. Each takes a block of its own, so there is always one.
const MINIMAL_WINDOW: u64 = 16;

/// Half of the 40,000 payloads a second that are aimed at.
const HALF_OF_AIM: f64 = 20_000.0;

/// How long a phase is watched.
const WATCHED: Duration = Duration::from_secs(10);

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.split_first() {
        Some((first, rest)) if first == "validator" => process::run(rest),
        _ => bench(),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn bench() {
    let floors = Floors::measure();
    let (full, half, aim) = ordering().await;
    let minimal = minimal().await;
    print!("{}", Report { floors, full, half, aim, minimal });
}

/// As fast as it goes, then at half that rate, then at half the rate that is aimed at.
async fn ordering() -> (Measured, Measured, Measured) {
    let network = Network::start().await;
    let full = generator::window(&network, PAYLOAD_BYTES, WINDOW, WATCHED).await;
    let half = generator::rate(&network, PAYLOAD_BYTES, full.per_second() / 2.0, WATCHED).await;
    let aim = generator::rate(&network, PAYLOAD_BYTES, HALF_OF_AIM, WATCHED).await;
    (full, half, aim)
}

/// Blocks with next to nothing in them.
async fn minimal() -> Measured {
    let network = Network::start().await;
    generator::window(&network, MINIMAL_BYTES, MINIMAL_WINDOW, WATCHED).await
}
