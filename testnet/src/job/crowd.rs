//! The people: wallets in memory, each with keys of its own, and what they expect of the ledger.

use crate::office::{Office, chance, expiry};
use crate::parallel;
use crate::place::Place;
use anyhow::{Context, Result};
use hefu_keys::wallet::{Change, Platform, Seed, Wallet};
use hefu_ledger::enrolment::EnrolmentRequest;
use hefu_ledger::json::{self, Json};
use hefu_ledger::limits::TRANSACTION_BYTES_MAX;
use hefu_ledger::record::{Class, Status};
use hefu_ledger::{DidId, Transaction};
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

/// The platforms at which people log in.
pub(super) const PLATFORMS: [&str; 2] = ["bank.example", "shop.example"];

/// Of so many people in a row, one does each of the rarer things.
const EVERY: usize = 40;

/// What somebody does, or has done to it, besides being enrolled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// Nothing.
    Bystander,
    /// It rotates its control keys.
    Rotates,
    /// It is suspended.
    Suspended,
    /// It is revoked.
    Revoked,
    /// It deactivates its DID.
    Leaves,
}

impl Part {
    /// Each with the word that the summary has for it.
    pub(super) const NAMED: [(Self, &'static str); 4] = [
        (Self::Rotates, "rotations"),
        (Self::Suspended, "suspensions"),
        (Self::Revoked, "revocations"),
        (Self::Leaves, "deactivations"),
    ];

    /// Four of forty rotate; one each is suspended, is revoked, and leaves.
    pub(super) const fn of(number: usize) -> Self {
        match number % EVERY {
            0 | 10 | 20 | 30 => Self::Rotates,
            5 => Self::Suspended,
            15 => Self::Revoked,
            25 => Self::Leaves,
            _ => Self::Bystander,
        }
    }

    /// What the DID is afterwards.
    pub(super) const fn status(self) -> Status {
        match self {
            Self::Bystander | Self::Rotates => Status::Active,
            Self::Suspended => Status::Suspended,
            Self::Revoked => Status::Revoked,
            Self::Leaves => Status::Deactivated,
        }
    }
}

/// Somebody with a wallet and one DID.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) wallet: Wallet,
    pub(super) did: DidId,
    pub(super) part: Part,
}

impl Person {
    fn new(number: usize, office: &Office) -> Result<(Self, EnrolmentRequest)> {
        let mut wallet = Wallet::in_memory(Seed::from_bytes(chance()?));
        let platform = PLATFORMS.get(number / EVERY % PLATFORMS.len()).context("no platform")?;
        let (genesis, registrar) = (*office.hash(), office.registrar()?);
        let platform: Platform = platform.parse()?;
        let (did, request) = wallet.request(genesis, &platform, registrar, Class::Person)?;
        Ok((Self { wallet, did, part: Part::of(number) }, request))
    }

    /// What there is to submit for its part, once it is enrolled.
    pub(super) fn act(&mut self, office: &Office) -> Result<Option<Transaction>> {
        let change = match self.part {
            Part::Bystander => return Ok(None),
            Part::Suspended => return office.suspend(self.did).map(Some),
            Part::Revoked => return office.revoke(self.did).map(Some),
            Part::Rotates => Change::Rotate,
            Part::Leaves => Change::Deactivate,
        };
        Ok(Some(self.wallet.account_mut(&self.did)?.prepare(&change, expiry())?))
    }
}

/// All people, with the file of their requests.
#[derive(Debug)]
pub(super) struct Crowd {
    pub(super) people: Vec<Person>,
    pub(super) requests: BufReader<File>,
}

impl Crowd {
    /// So many people, whose requests are written to a file, one a line.
    pub(super) fn gather(place: &Place, office: &Office, count: usize) -> Result<Self> {
        let path = place.root().join("requests.jsonl");
        let people = write(&path, office, count)?;
        let requests = BufReader::new(File::open(&path)?);
        Ok(Self { people, requests })
    }
}

/// The next requests of a file, at most so many.
pub(super) fn read(requests: &mut BufReader<File>, count: usize) -> Result<Vec<EnrolmentRequest>> {
    let mut found = Vec::new();
    let mut line = String::new();
    while found.len() < count && requests.read_line(&mut line)? > 0 {
        let request = json::parse(&line, TRANSACTION_BYTES_MAX);
        found.push(request.with_context(|| format!("request {line}"))?);
        line.clear();
    }
    Ok(found)
}

/// Makes people on every processor, and writes their requests in their order.
fn write(path: &Path, office: &Office, count: usize) -> Result<Vec<Person>> {
    let made = parallel::each(count, |number| {
        let (person, request) = Person::new(number, office)?;
        Ok((person, serde_json::to_string(&request.write())?))
    })?;
    let mut people = Vec::with_capacity(count);
    let mut file = BufWriter::new(File::create_new(path)?);
    for (person, line) in made {
        writeln!(file, "{line}")?;
        people.push(person);
    }
    file.flush()?;
    Ok(people)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_twenty_thousand_the_promised_numbers_act() {
        let count = |part| (0..20_000).filter(|number| Part::of(*number) == part).count();
        assert_eq!(Part::NAMED.map(|(part, _)| count(part)), [2_000, 500, 500, 500]);
    }
}
