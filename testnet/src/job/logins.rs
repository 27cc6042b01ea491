//! Logins by DID at two platforms: whoever is in force gets in once, and nobody else does.

use super::Job;
use super::audit::{did, some};
use super::crowd::{Crowd, PLATFORMS, Part, Person};
use crate::canary::somebody;
use crate::founding::now;
use crate::office::chance;
use crate::out;
use anyhow::{Context, Result, bail, ensure};
use hefu_api::paths;
use hefu_keys::wallet::Wallet;
use hefu_ledger::DidId;
use hefu_ledger::bundle::{Origin, Policy};
use hefu_ledger::record::Relationships;
use hefu_login::{
    Answer, Challenge, ChallengeVersion, Expected, LoginError, Seen, SpentNonces, Stapled, verify,
};
use hefu_primitives::{Ed25519, SecretKey};
use std::collections::BTreeMap;

/// Logins by people of each part. All but the first two are to be refused.
const LOGINS: [(Part, usize); 5] = [
    (Part::Bystander, 50),
    (Part::Rotates, 20),
    (Part::Suspended, 10),
    (Part::Revoked, 10),
    (Part::Leaves, 10),
];

/// How long a platform waits for an answer.
const CHALLENGE_MS: u64 = 60_000;

/// Somewhere to log in.
struct Platform {
    did: DidId,
    name: &'static str,
    nonces: SpentNonces,
}

impl Platform {
    /// A platform, which has a DID of its own.
    async fn open(job: &Job<'_>, name: &'static str) -> Result<Self> {
        let (did, request) = somebody(&job.office)?;
        job.courier.deliver(&job.office.enrol(request)?).await?;
        Ok(Self { did, name, nonces: SpentNonces::new(1_000, now()) })
    }

    fn challenge(&self, job: &Job<'_>) -> Result<Challenge> {
        let issued = now();
        Ok(Challenge {
            network: *job.office.hash(),
            version: ChallengeVersion::V1,
            platform: self.did,
            domain: self.name.parse()?,
            nonce: chance()?,
            issued,
            expires: issued.saturating_add(CHALLENGE_MS),
            purpose: "to log in".parse()?,
        })
    }

    /// Lets whoever answers in, or says by which code not.
    fn decide(&mut self, job: &Job<'_>, challenge: &Challenge, answer: &Answer) -> &'static str {
        let origin = Origin::from(job.office.genesis());
        let expected = Expected { challenge, origin: &origin, policy: Policy::strict(now()) };
        let verdict = verify(answer, &expected, &mut self.nonces, &Ed25519);
        verdict.as_ref().map_or_else(LoginError::code, |_| IN)
    }
}

/// The verdict on whoever gets in.
const IN: &str = "in";

/// What a platform should say to somebody.
const fn expected(part: Part) -> &'static str {
    match part {
        Part::Bystander | Part::Rotates => IN,
        Part::Suspended => "login.suspended",
        Part::Revoked => "login.revoked",
        Part::Leaves => "login.deactivated",
    }
}

/// Has people of each part log in at their platforms, and tells by which codes they were refused.
pub(super) async fn all(job: &Job<'_>, crowd: &Crowd) -> Result<()> {
    let mut platforms = Vec::new();
    for name in PLATFORMS {
        platforms.push(Platform::open(job, name).await?);
    }
    let mut verdicts: BTreeMap<&str, usize> = BTreeMap::new();
    for (part, count) in LOGINS {
        let people: Vec<&Person> = crowd.people.iter().filter(|one| one.part == part).collect();
        for person in some(&people, count)? {
            let verdict = log_in(job, person, &mut platforms).await?;
            ensure!(verdict == expected(part), "{} of {part:?} was {verdict}", person.did);
            *verdicts.entry(verdict).or_default() += 1;
        }
    }
    let total: usize = verdicts.values().sum();
    let told: Vec<_> = verdicts.iter().map(|(code, count)| format!("{count} {code}")).collect();
    out::data(format_args!("{total} logins at {} platforms: {}", PLATFORMS.len(), told.join(", ")));
    Ok(())
}

/// What comes of one login. The same answer a second time must not do.
async fn log_in(
    job: &Job<'_>,
    person: &Person,
    platforms: &mut [Platform],
) -> Result<&'static str> {
    let name = person.wallet.account(&person.did)?.platform().as_str();
    let platform = platforms.iter_mut().find(|platform| platform.name == name);
    let platform = platform.context("a wallet for another platform")?;
    let path = paths::did_bundle(&did(job, person));
    let bundle = Stapled::new(job.api.get(job.reader, &path).await?.bytes()?.to_vec())?;
    let challenge = platform.challenge(job)?;
    let (network, domain) = (challenge.network, challenge.domain.clone());
    let seen = Seen { network, domain, platform: Some(platform.did) };
    let answer = Answer::sign(challenge.clone(), &seen, person.did, &key(person)?, bundle)?;
    let verdict = platform.decide(job, &challenge, &answer);
    if platform.decide(job, &challenge, &answer) == IN {
        bail!("{} got in twice by one answer", person.did);
    }
    Ok(verdict)
}

/// The key with which somebody logs in, or tried to after it had ended: its wallet has put that away,
/// so it is derived anew.
fn key(person: &Person) -> Result<SecretKey> {
    let account = person.wallet.account(&person.did)?;
    let mut wallet = Wallet::in_memory(person.wallet.seed().clone());
    let (genesis, platform) = (account.place().genesis, account.platform().clone());
    let (did, _) = wallet.request(genesis, &platform, account.registrar(), account.class())?;
    ensure!(did == person.did, "the seed gives another DID");
    Ok(wallet.account(&did)?.secret_for(Relationships::AUTHENTICATION)?)
}
