//! A genesis is taken only if it is the one that is meant.

use crate::chain::{Shared, problem};
use crate::node::{Node, Said, nobody};
use hefu_client::{ClientError, PinError, fetch_genesis, parse_genesis, parse_genesis_hash};
use hefu_ledger::genesis::SignedGenesis;

fn file(seed: u64) -> (String, hefu_primitives::GenesisHash) {
    let genesis = Shared::with_people(seed, 0).0.genesis();
    let hash = genesis.hash();
    (SignedGenesis::new(genesis, []).to_file(), hash)
}

#[test]
fn a_genesis_is_the_one_of_its_hash() {
    let (text, hash) = file(1);
    assert_eq!(parse_genesis(&text, Some(hash)).unwrap().hash(), hash);
    assert_eq!(parse_genesis(&text, None).unwrap().hash(), hash);
    let (_, other) = file(2);
    let refused = parse_genesis(&text, Some(other)).unwrap_err();
    assert_eq!(refused, PinError::Other { expected: other, got: hash });
    assert_eq!(parse_genesis("{", None).unwrap_err().code(), "json.syntax");
    assert_eq!(parse_genesis_hash(&hash.to_string()).unwrap(), hash);
    assert!(parse_genesis_hash("00").is_err());
}

#[test]
fn a_genesis_that_its_founders_have_not_signed_is_refused() {
    let mut genesis = Shared::with_people(1, 0).0.genesis();
    genesis.development = false;
    let refused = parse_genesis(&SignedGenesis::new(genesis, []).to_file(), None).unwrap_err();
    assert_eq!(refused.code(), "genesis.founders");
}

#[test]
fn a_node_gives_out_its_genesis() {
    let (text, _) = file(1);
    let given = text.clone();
    let node = Node::new(move |_| Said::Answer(200, given.clone().into_bytes()));
    assert_eq!(fetch_genesis(&node.url).unwrap(), text);
    assert_eq!(node.asked()[0].path, "/genesis");
    let empty = Node::new(|_| Said::Answer(404, problem(404, "api.path_unknown", "nothing")));
    assert_eq!(fetch_genesis(&empty.url).unwrap_err().code(), "api.path_unknown");
    assert!(matches!(fetch_genesis(&nobody()), Err(ClientError::Unreachable(_))));
}
