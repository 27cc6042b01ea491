//! A chain with a holder and a platform, and logins that a test may spoil.

use hefu_fixtures::{BLOCK_MS, Chain, Wallet, World};
use hefu_ledger::DidId;
use hefu_ledger::bundle::{Origin, Policy, Query, build};
use hefu_ledger::state::StateKey;
use hefu_ledger::store::{MemoryStore, Store};
use hefu_login::{
    Answer, Challenge, ChallengeVersion, Domain, Expected, LoggedIn, LoginError, Seen, SpentNonces,
    Stapled, verify,
};
use hefu_primitives::{Ed25519, SecretKey, Timestamp};

/// A chain on which alice and a platform are enrolled.
#[derive(Clone, Debug)]
pub(super) struct Scene {
    pub(super) chain: Chain<MemoryStore>,
    pub(super) alice: Wallet,
    pub(super) platform: Wallet,
}

/// An answer, with all that a platform holds it against.
#[derive(Clone, Debug)]
pub(super) struct Login {
    pub(super) challenge: Challenge,
    pub(super) answer: Answer,
    pub(super) origin: Origin,
    pub(super) policy: Policy,
    pub(super) nonces: SpentNonces,
}

pub(super) fn domain(text: &str) -> Domain {
    text.parse().unwrap()
}

impl Scene {
    pub(super) fn new() -> Self {
        let mut scene = Self::before_enrolment();
        let Self { chain, alice, platform } = &mut scene;
        let both = [chain.world.create(alice), chain.world.create(platform)];
        chain.extend(both);
        scene
    }

    /// The same before anybody is enrolled.
    pub(super) fn before_enrolment() -> Self {
        let mut world = World::new(1);
        let (alice, platform) = (Wallet::person(&mut world), Wallet::person(&mut world));
        let store = MemoryStore::new(&world.genesis).unwrap();
        let mut scene = Self { chain: Chain::new(world, store), alice, platform };
        scene.chain.extend([]);
        scene
    }

    /// The platform's clock: a block's span after the newest block.
    pub(super) fn now(&self) -> Timestamp {
        self.chain.store.head().header.time.saturating_add(BLOCK_MS)
    }

    pub(super) fn challenge(&self) -> Challenge {
        Challenge {
            network: self.chain.world.hash,
            version: ChallengeVersion::V1,
            platform: self.platform.did,
            domain: domain("bank.example"),
            nonce: [7; 32],
            issued: self.now(),
            expires: self.now().saturating_add(60_000),
            purpose: "Log in to Bank".parse().unwrap(),
        }
    }

    /// The bundle that answers a query.
    pub(super) fn prove(&self, query: &Query) -> Stapled {
        Stapled::new(build(&self.chain.store, query).unwrap().to_bytes()).unwrap()
    }

    pub(super) fn prove_did(&self, did: DidId) -> Stapled {
        self.prove(&Query::Record(StateKey::Did(did)))
    }

    /// An answer of alice's DID by any key, with the bundle of now.
    pub(super) fn answer(&self, challenge: Challenge, key: &SecretKey) -> Answer {
        let seen = Seen {
            network: challenge.network,
            domain: challenge.domain.clone(),
            platform: Some(challenge.platform),
        };
        let bundle = self.prove_did(self.alice.did);
        Answer::sign(challenge, &seen, self.alice.did, key, bundle).unwrap()
    }

    /// A login of alice that holds, if her DID is in force.
    pub(super) fn login(&self) -> Login {
        self.login_with(&self.alice.login[0])
    }

    pub(super) fn login_with(&self, key: &SecretKey) -> Login {
        let challenge = self.challenge();
        Login {
            answer: self.answer(challenge.clone(), key),
            challenge,
            origin: Origin::from(&self.chain.world.genesis),
            policy: Policy::strict(self.now()),
            nonces: SpentNonces::new(8, Timestamp::ZERO),
        }
    }

    /// The code with which a login of alice is refused.
    pub(super) fn code(&self) -> &'static str {
        self.login().code()
    }

    /// The same once it was spoilt.
    pub(super) fn spoilt(&self, spoil: impl FnOnce(&mut Login)) -> &'static str {
        let mut login = self.login();
        spoil(&mut login);
        login.code()
    }

    /// The code of a login in which platform and holder agree on another challenge.
    pub(super) fn agreed(&self, change: impl FnOnce(&mut Challenge)) -> &'static str {
        let mut login = self.login();
        change(&mut login.challenge);
        login.answer = self.answer(login.challenge.clone(), &self.alice.login[0]);
        login.code()
    }

    /// The code of a login in which the holder has signed another challenge than the platform made.
    pub(super) fn answered(&self, change: impl FnOnce(&mut Challenge)) -> &'static str {
        let mut login = self.login();
        let mut challenge = login.challenge.clone();
        change(&mut challenge);
        login.answer = self.answer(challenge, &self.alice.login[0]);
        login.code()
    }
}

impl Login {
    pub(super) fn verify(&mut self) -> Result<LoggedIn, LoginError> {
        let Self { challenge, answer, origin, policy, nonces } = self;
        verify(answer, &Expected { challenge, origin, policy: *policy }, nonces, &Ed25519)
    }

    /// The code with which it is refused.
    pub(super) fn code(&mut self) -> &'static str {
        self.verify().map_or_else(|error| error.code(), |_| "in")
    }
}
