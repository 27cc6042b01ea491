//! One value of every type that is encoded, against the bytes and hashes in `golden.txt`.
//!
//! Whoever changes them changes what is signed and stored: networks that run would split. A new
//! type adds an entry; the failing test prints it.

use crate::bounded::BoundedVec;
use crate::codec::{decode, encode};
use crate::proposal::proposal_bytes;
use crate::testing::{Members, digest, hash, header, secret, validator};
use crate::vote::vote_bytes;
use crate::{
    Bitmap, Epoch, Evidence, Hash, Height, Incarnation, Purpose, Signature, Signer, Subject,
    Timestamp, ValidatorIndex, View,
};
use data_encoding::HEXLOWER;
use serde::{Serialize, de::DeserializeOwned};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

const GOLDEN: &str = include_str!("golden.txt");

/// What a name stands for: its bytes, and the hash that they give where they give one.
#[derive(Default)]
struct Entries(Vec<(String, Vec<u8>, Option<Hash>)>);

impl Entries {
    /// A value, which must decode from its bytes.
    fn value<T>(&mut self, name: &str, value: &T) -> &mut Self
    where
        T: Serialize + DeserializeOwned + PartialEq + Debug,
    {
        let bytes = encode(value);
        assert_eq!(decode::<T>(&bytes, bytes.len()).as_ref(), Ok(value));
        self.bytes(name, bytes)
    }

    /// Bytes that are signed or hashed, and are no value's encoding.
    fn bytes(&mut self, name: &str, bytes: Vec<u8>) -> &mut Self {
        self.0.push((name.to_owned(), bytes, None));
        self
    }

    /// The hash that the latest bytes give.
    fn giving(&mut self, hash: Hash) -> &mut Self {
        self.0.last_mut().unwrap().2 = Some(hash);
        self
    }
}

fn plain(entries: &mut Entries) {
    entries
        .value("Height", &Height::new(0x0102_0304_0506_0708))
        .value("View", &View::new(1))
        .value("Epoch", &Epoch::new(258))
        .value("Timestamp", &Timestamp::new(1_700_000_000_123))
        .value("Hash", &hash(0xab))
        .value("Digest", &digest(0xcd))
        .value("GenesisHash", &crate::testing::genesis("test"))
        .value("PublicKey", &secret(1).public_key())
        .value("Signature", &secret(1).sign(b"hefu"))
        .value("BoundedVec", &BoundedVec::<u8, 4>::first_of([1, 2, 3]))
        .value("Header", &header())
        .giving(*header().digest().hash());
    for purpose in Purpose::ALL {
        let name = format!("nothing, for {purpose:?}");
        entries.bytes(&name, Vec::new()).giving(Hash::of(purpose, b""));
    }
}

fn members(entries: &mut Entries, four: &Members) {
    entries
        .value("Incarnation", &Incarnation::from_bytes([7; 16]))
        .value("Validator", &validator(1))
        .value("ValidatorIndex", &ValidatorIndex::new(3))
        .value("ValidatorSet of 4", &four.committee.validators)
        .giving(four.committee.validators.hash());
    let one = Members::new(1).committee.validators;
    entries.value("ValidatorSet of 1", &one).giving(one.hash());
    let signers = BTreeSet::from([0, 8, 9].map(ValidatorIndex::new));
    entries.value("Bitmap", &Bitmap::of(&signers, 10));
}

fn subjects() -> [(&'static str, Subject); 3] {
    [
        ("notarize", Subject::Notarize(digest(0xb1))),
        ("nullify", Subject::Nullify),
        ("finalize", Subject::Finalize(digest(0xb1))),
    ]
}

fn votes(entries: &mut Entries, four: &Members) {
    let committee = &four.committee;
    let member = committee.validators.get(ValidatorIndex::new(2)).unwrap();
    for (name, subject) in subjects() {
        let view = View::new(7);
        let said =
            vote_bytes(&committee.genesis, committee.epoch, &member.incarnation, view, &subject);
        entries
            .value(&format!("Subject, {name}"), &subject)
            .bytes(&format!("vote_bytes, {name}"), said)
            .value(&format!("Vote, {name}"), &four.vote(2, 7, subject))
            .value(&format!("Certificate, {name}"), &four.certificate(&[0, 1, 3], 7, subject));
    }
    entries.value("Checkpoint", &four.checkpoint());
}

fn proposals(entries: &mut Entries, four: &Members) {
    let (one, other) = (four.proposal(7, digest(0xb1)), four.proposal(7, digest(0xb2)));
    entries
        .value("ProposalStatement", &one.statement)
        .bytes("proposal_bytes", proposal_bytes(&four.committee, &one.statement).unwrap())
        .value("SignedProposal", &one);
    let votes =
        (four.vote(2, 7, Subject::Nullify), four.vote(2, 7, Subject::Finalize(digest(0xb1))));
    entries
        .value("Evidence, votes", &Evidence::of_votes(votes.0, votes.1).unwrap())
        .value("Evidence, proposals", &Evidence::of_proposals(one, other).unwrap());
}

/// An entry as the file has it: 32 bytes a line, then the hash.
fn text(bytes: &[u8], hash: Option<Hash>) -> String {
    let lines = bytes.chunks(32).map(|chunk| HEXLOWER.encode(chunk) + "\n").collect::<String>();
    match hash {
        Some(hash) => format!("{lines}hash {hash}\n"),
        None => lines,
    }
}

/// The entries of the file by name.
fn pinned() -> BTreeMap<&'static str, &'static str> {
    let entries = GOLDEN.split('[').skip(1);
    entries.map(|e| e.split_once("]\n").unwrap()).collect()
}

#[test]
fn golden_encodings() {
    let four = Members::new(4);
    let mut entries = Entries::default();
    plain(&mut entries);
    members(&mut entries, &four);
    votes(&mut entries, &four);
    proposals(&mut entries, &four);
    let now: BTreeMap<_, _> =
        entries.0.iter().map(|(name, bytes, hash)| (name.as_str(), text(bytes, *hash))).collect();
    assert_eq!(now.len(), entries.0.len(), "two entries have one name");
    let pinned = pinned();
    let differ: Vec<_> = entries
        .0
        .iter()
        .map(|(name, ..)| (name, &now[name.as_str()]))
        .filter(|(name, text)| pinned.get(name.as_str()) != Some(&text.as_str()))
        .map(|(name, text)| format!("[{name}]\n{text}"))
        .collect();
    let differ = differ.concat();
    assert!(differ.is_empty(), "these entries differ, now:\n{differ}");
    let gone: Vec<_> = pinned.keys().filter(|name| !now.contains_key(*name)).collect();
    assert_eq!(gone, [&""; 0], "these entries are made no more");
    println!("{} encodings and hashes are as pinned", now.len());
}

#[test]
fn a_signature_in_the_file_is_one_of_the_bytes_beside_it() {
    let pinned = pinned();
    let four = Members::new(4);
    let unhex = |name: &str| HEXLOWER.decode(pinned[name].replace('\n', "").as_bytes());
    for (name, _) in subjects() {
        let said = unhex(&format!("vote_bytes, {name}")).unwrap();
        let vote = unhex(&format!("Vote, {name}")).unwrap();
        let signature = Signature::from_bytes(*vote.last_chunk().unwrap());
        assert_eq!(four.keys[2].sign(&said), signature, "{name}");
    }
}
