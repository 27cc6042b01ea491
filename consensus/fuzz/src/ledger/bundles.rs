//! Bundles that were genuine before somebody edited them.

use super::bare::{bare, versions_hold};
use super::edit::{Elements, Field, Part, Spares, collect, edit_part};
use super::town::{Town, town};
use arbitrary::{Result, Unstructured};
use hefu_fixtures::{Chain, REGISTRAR, Wallet, World, list};
use hefu_ledger::bundle::{
    At, BlockProof, Bundle, Carried, Chosen, Claim, EntryProof, EpochEnd, Operations, Origin,
    Policy, Query, RecordProof, TransactionProof, build, verify,
};
use hefu_ledger::key::KeyBytes;
use hefu_ledger::state::{StateKey, StateReader};
use hefu_ledger::store::MemoryStore;
use hefu_ledger::{DidId, TransactionId};
use hefu_primitives::{
    Certificate, Checkpoint, Committee, Ed25519, Hash, Header, Height, Incarnation, SecretKey,
    Subject, Validator, ValidatorIndex, ValidatorSet, Verifier, View, Vote,
};
use std::sync::LazyLock;

/// How many edits one input applies at most.
const EDITS_MAX: usize = 6;

/// What became of a bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is a genuine one.
    Genuine,
    /// It leaves something out that it may leave out.
    Withholding,
    /// It is refused, with this code.
    Refused(&'static str),
}

/// Target `verify_bundle`: a genuine bundle is edited, and is then accepted if and only if it is
/// still a genuine one, but for what a bundle may leave out.
///
/// # Panics
/// If it is accepted otherwise, or refused.
pub fn verify_bundle(data: &[u8]) {
    verdict_on_bundle(data);
}

/// What becomes of the bundle that these bytes choose and edit.
///
/// # Panics
/// If it is accepted and should not be, or the other way round.
pub fn verdict_on_bundle(data: &[u8]) -> Verdict {
    let archive = archive();
    let u = &mut Unstructured::new(data);
    // An edit that lacks bytes is left out.
    let original = u.choose(&archive.genuine).unwrap_or(&archive.genuine[0]);
    let mut edited = original.bundle.clone();
    for _ in 0..EDITS_MAX {
        if u.is_empty() || archive.edit(u, &mut edited).is_err() {
            break;
        }
    }
    archive.judge(&edited, &Ed25519)
}

/// A bundle that validators have vouched for, and the question that it answers.
struct Genuine {
    query: Query,
    bundle: Bundle,
    bare: Bundle,
}

/// All that the editor has.
struct Archive {
    origin: Origin,
    policy: Policy,
    genuine: Vec<Genuine>,
    spares: Spares,
}

fn archive() -> &'static Archive {
    static ARCHIVE: LazyLock<Archive> = LazyLock::new(|| Archive::new(town()));
    &ARCHIVE
}

impl Archive {
    fn new(town: &Town) -> Self {
        let (world, store) = (&town.chain.world, &town.chain.store);
        let one_epoch: Vec<_> =
            queries(town).into_iter().map(|query| (query, answer(store, &query))).collect();
        let two_epochs =
            one_epoch.iter().map(|(query, bundle)| (*query, next_epoch(world, bundle)));
        let all = one_epoch.iter().cloned().chain(two_epochs);
        let genuine: Vec<_> =
            all.map(|(query, bundle)| Genuine { query, bare: bare(&bundle), bundle }).collect();
        let mut spares = Spares::new();
        let own = genuine.iter().map(|genuine| genuine.bundle.clone());
        own.chain(strangers()).for_each(|mut bundle| collect(&mut spares, &parts(&mut bundle)));
        let origin = Origin::from(&world.genesis);
        Self { origin, policy: Policy::strict(world.now), genuine, spares }
    }

    fn edit(&self, u: &mut Unstructured, bundle: &mut Bundle) -> Result<()> {
        if u.ratio(3, 4)? {
            return edit_part(u, parts(bundle), &self.spares);
        }
        // Of the encoding alone: whoever alters a bundle also alters the hash behind it.
        edit_part(u, vec![Box::new(Field(bundle))], &self.spares)
    }

    fn judge<V: Verifier>(&self, edited: &Bundle, verifier: &V) -> Verdict {
        let proven = verify(edited.clone(), &self.origin, &self.policy, verifier);
        let proven = match proven {
            Ok(proven) => proven,
            Err(error) => {
                let same = self.genuine.iter().find(|genuine| genuine.bundle == *edited);
                assert!(same.is_none(), "{edited:?} is refused: {error}");
                return Verdict::Refused(error.code());
            }
        };
        let without = bare(edited);
        let same = self.genuine.iter().find(|genuine| genuine.bare == without);
        let same = same.unwrap_or_else(|| panic!("{edited:?} is accepted"));
        assert!(versions_hold(edited), "{edited:?} is accepted with another past");
        if let Claim::Absence(proof) = &edited.claim {
            let record = town().chain.store.record(&proof.key);
            assert_eq!(record, Ok(None), "{edited:?} is accepted");
        } else {
            let answered = proven.check_answer(&same.query);
            assert_eq!(answered, Ok(()), "{:?} of {edited:?}", same.query);
        }
        let again = Bundle::from_bytes(&edited.to_bytes());
        assert_eq!(again.as_ref(), Ok(edited));
        if *edited == same.bundle { Verdict::Genuine } else { Verdict::Withholding }
    }
}

fn answer(store: &MemoryStore, query: &Query) -> Bundle {
    build(store, query).unwrap_or_else(|error| panic!("{query:?}: {error}"))
}

/// A question of every kind, about everybody of whom there is something to tell.
fn queries(town: &Town) -> Vec<Query> {
    let nobody = DidId::new(Hash::from_bytes([9; 32]));
    let (anna, child) = (town.anna.did, town.child.did);
    let keys = [StateKey::Did(anna), StateKey::Did(child), StateKey::Organisation(REGISTRAR)];
    let keys = keys.into_iter().chain([StateKey::Rules, StateKey::Did(nobody)]);
    let held = [town.former, KeyBytes::from(&town.child.login[0].public_key())];
    let pasts = [(1, child), (2, anna), (3, anna), (6, child)].map(|(height, did)| (did, height));
    let past = |(did, height): (DidId, u64)| {
        let at = At::Height(Height::new(height));
        [Operations::Named, Operations::Proved].map(|how| Query::Past { did, at, operations: how })
    };
    let histories = [Operations::Named, Operations::Proved]
        .map(|operations| Query::History { did: anna, operations });
    keys.map(Query::Record)
        .chain(held.map(Query::KeyHolder))
        .chain(transactions(town))
        .chain(histories)
        .chain(pasts.into_iter().flat_map(past))
        .chain([Query::Consistency { older: Height::new(3) }])
        .collect()
}

/// The batch as a whole and by an entry, and the last operation of each kind that stands alone.
fn transactions(town: &Town) -> Vec<Query> {
    let id = |place: usize| town.acts[place].transaction.envelope.id();
    let whole = |id: TransactionId| Query::Transaction { id, of: None };
    let entry = Query::Transaction { id: id(2), of: Some(town.batch[1].did) };
    let places = [0, 2, 6, 9, 10, 11, town.acts.len() - 1];
    places.map(id).map(whole).into_iter().chain([entry]).collect()
}

/// Genuine bundles of another network.
fn strangers() -> Vec<Bundle> {
    let world = World::new(6);
    let store = MemoryStore::new(&world.genesis).expect("memory can be read");
    let mut chain = Chain::new(world, store);
    let mut person = Wallet::person(&mut chain.world);
    let create = chain.world.create(&person);
    chain.extend([create]);
    let rotate = person.rotate(&mut chain.world);
    chain.extend([rotate]);
    let (did, operations) = (person.did, Operations::Proved);
    let at = At::Height(Height::new(1));
    let queries = [
        Query::Record(StateKey::Did(did)),
        Query::History { did, operations },
        Query::Past { did, at, operations },
        Query::Consistency { older: Height::new(1) },
    ];
    queries.iter().map(|query| answer(&chain.store, query)).collect()
}

/// The same bundle as if its checkpoint were one of epoch 1, in which others vote.
fn next_epoch(world: &World, bundle: &Bundle) -> Bundle {
    let keys = validators();
    let next = validator_set(&keys);
    let head = &bundle.checkpoint.header;
    let last = Header { height: Height::new(2), next_validators: next.hash(), ..head.clone() };
    let boundary = Checkpoint { finalization: world.finalization(&last), header: last };
    let epoch = head.epoch.next();
    let (validators, next_validators) = (next.hash(), next.hash());
    let header = Header { epoch, validators, next_validators, ..head.clone() };
    let committee = Committee { genesis: world.hash, epoch, validators: next.clone() };
    let finalization = finalize(&committee, &keys, &header);
    Bundle {
        epochs: list([EpochEnd { boundary, next }]),
        checkpoint: Checkpoint { header, finalization },
        ..bundle.clone()
    }
}

/// The validators of epoch 1, of whom three must sign.
fn validators() -> Vec<SecretKey> {
    let mut keys: Vec<_> = (100..104).map(|seed: u8| SecretKey::from_seed(&[seed; 32])).collect();
    keys.sort_by_key(SecretKey::public_key);
    keys
}

fn validator_set(keys: &[SecretKey]) -> ValidatorSet {
    let member = |key: &SecretKey| Validator {
        key: key.public_key(),
        incarnation: Incarnation::from_bytes([7; 16]),
    };
    ValidatorSet::new(keys.iter().map(member).collect()).expect("the keys are distinct")
}

fn finalize(committee: &Committee, keys: &[SecretKey], header: &Header) -> Certificate {
    let subject = Subject::Finalize(header.digest());
    let places = (0..).map(ValidatorIndex::new).zip(keys).take(committee.validators.quorum());
    let vote = |(place, key)| Vote::sign(committee, place, View::new(9), subject, key);
    let votes: Vec<_> = places.map(|one| vote(one).expect("a validator votes")).collect();
    Certificate::assemble(committee, &votes).expect("the votes say the same")
}

/// Everything in a bundle that can be edited by itself.
fn parts(bundle: &mut Bundle) -> Vec<Box<dyn Part + '_>> {
    let mut parts: Vec<Box<dyn Part + '_>> =
        vec![Box::new(Field(&mut bundle.genesis)), Box::new(Elements(&mut bundle.epochs))];
    checkpoint(&mut bundle.checkpoint, &mut parts);
    claim(&mut bundle.claim, &mut parts);
    parts
}

fn checkpoint<'a>(checkpoint: &'a mut Checkpoint, parts: &mut Vec<Box<dyn Part + 'a>>) {
    let Checkpoint { header, finalization } = checkpoint;
    let Certificate { view, subject, signers, signatures, .. } = finalization;
    parts.push(Box::new(Field(header)));
    parts.push(Box::new(Field(view)));
    parts.push(Box::new(Field(subject)));
    parts.push(Box::new(Field(signers)));
    parts.push(Box::new(Elements(signatures)));
}

fn claim<'a>(claim: &'a mut Claim, parts: &mut Vec<Box<dyn Part + 'a>>) {
    match claim {
        Claim::Record(proof) => record(proof, parts),
        Claim::Absence(proof) => {
            parts.push(Box::new(Field(&mut proof.key)));
            parts.push(Box::new(Field(&mut proof.proof)));
        }
        Claim::KeyHolder(proof) => {
            parts.push(Box::new(Field(&mut proof.key)));
            record(&mut proof.record, parts);
        }
        Claim::Transaction(proof) => transaction(proof, parts),
        Claim::History(proof) => {
            record(&mut proof.record, parts);
            parts.push(Box::new(Elements(&mut proof.entries)));
            parts.push(Box::new(Elements(&mut proof.versions)));
            proof.transactions.iter_mut().for_each(|all| parts.push(Box::new(Elements(all))));
        }
        Claim::Past(proof) => {
            record(&mut proof.record, parts);
            parts.push(Box::new(Elements(&mut proof.entries)));
            chosen(&mut proof.chosen, parts);
        }
        Claim::Consistency(proof) => {
            checkpoint(&mut proof.older, parts);
            parts.push(Box::new(Field(&mut proof.growth)));
            parts.push(Box::new(Field(&mut proof.inclusion)));
        }
    }
}

fn record<'a>(proof: &'a mut RecordProof, parts: &mut Vec<Box<dyn Part + 'a>>) {
    parts.push(Box::new(Field(&mut proof.key)));
    parts.push(Box::new(Field(&mut proof.value)));
    parts.push(Box::new(Field(&mut proof.proof.reached)));
    parts.push(Box::new(Elements(&mut proof.proof.depths)));
    parts.push(Box::new(Elements(&mut proof.proof.siblings)));
}

fn chosen<'a>(chosen: &'a mut Chosen, parts: &mut Vec<Box<dyn Part + 'a>>) {
    if let Chosen::First { before, version, transaction: shown } = chosen {
        parts.push(Box::new(Field(before)));
        parts.push(Box::new(Field(version)));
        match shown {
            Some(proof) => transaction(proof, parts),
            None => parts.push(Box::new(Field(shown))),
        }
    }
}

fn transaction<'a>(proof: &'a mut TransactionProof, parts: &mut Vec<Box<dyn Part + 'a>>) {
    match &mut proof.block {
        BlockProof::Below { header, inclusion } => {
            parts.push(Box::new(Field(header)));
            parts.push(Box::new(Field(inclusion)));
        }
        block @ BlockProof::Checkpoint => parts.push(Box::new(Field(block))),
    }
    parts.push(Box::new(Field(&mut proof.envelope)));
    parts.push(Box::new(Elements(&mut proof.signatures)));
    parts.push(Box::new(Field(&mut proof.inclusion)));
    match &mut proof.carried {
        Carried::Whole { body, effects } => {
            parts.push(Box::new(Field(body)));
            parts.push(Box::new(Field(effects)));
        }
        Carried::Entry(proof) => entry(proof, parts),
    }
}

fn entry<'a>(proof: &'a mut EntryProof, parts: &mut Vec<Box<dyn Part + 'a>>) {
    parts.push(Box::new(Field(&mut proof.entry)));
    parts.push(Box::new(Field(&mut proof.inclusion)));
    parts.push(Box::new(Field(&mut proof.effects)));
    parts.push(Box::new(Elements(&mut proof.outcome)));
    parts.push(Box::new(Field(&mut proof.outcome_inclusion)));
    parts.push(Box::new(Field(&mut proof.write)));
}

/// How many genuine bundles there are.
pub(crate) fn count() -> usize {
    archive().genuine.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::blocks::Trusting;
    use hefu_ledger::effects::{Write, Written};
    use hefu_primitives::BoundedVec;

    fn genuine(place: usize) -> Bundle {
        archive().genuine[place].bundle.clone()
    }

    #[test]
    #[should_panic(expected = "is accepted")]
    fn a_forgery_that_is_accepted_is_seen() {
        let mut forged = genuine(0);
        forged.checkpoint.finalization.view = View::new(77);
        archive().judge(&forged, &Trusting);
    }

    #[test]
    #[should_panic(expected = "is refused")]
    fn a_genuine_bundle_that_is_refused_is_seen() {
        let mut strict = Archive::new(town());
        strict.origin.genesis = hefu_primitives::GenesisHash::default();
        strict.judge(&genuine(0), &Ed25519);
    }

    #[test]
    fn a_bundle_may_leave_out_what_others_can_look_up() {
        let transactions = archive().genuine.iter().filter_map(|one| match &one.bundle.claim {
            Claim::Transaction(proof) => Some((one.bundle.clone(), proof.clone())),
            _ => None,
        });
        for (bundle, mut proof) in transactions {
            if let Carried::Whole { effects, .. } = &mut proof.carried {
                let sealed = |write: &Write| {
                    let hash = write.written.hash().expect("nothing was removed");
                    Write { key: write.key, written: Written::Sealed(hash) }
                };
                effects.writes = BoundedVec::first_of(effects.writes.iter().map(sealed));
            }
            let edited = Bundle { claim: Claim::Transaction(proof), ..bundle };
            let verdict = archive().judge(&edited, &Ed25519);
            assert!(!matches!(verdict, Verdict::Refused(_)), "{verdict:?}");
        }
    }
}
