//! What the world sees of DIDs, from their enrolment to their erasure.

use hefu_fixtures::{Chain, MEMBER, OTHER_MEMBER, REGISTRAR, Wallet, World};
use hefu_ledger::Did;
use hefu_ledger::parameters::HOUR_MS;
use hefu_ledger::resolution::{DocumentMetadata, Options, Resolution, Resolver};
use hefu_ledger::store::{MemoryStore, Store};

/// The chain of a world, and one person enrolled in it.
fn enrolled() -> (Chain<MemoryStore>, Wallet) {
    let world = World::new(31);
    let store = MemoryStore::new(&world.genesis).unwrap();
    let mut chain = Chain::new(world, store);
    let wallet = Wallet::person(&mut chain.world);
    let enrolment = chain.world.create(&wallet);
    chain.extend([enrolment]);
    (chain, wallet)
}

fn did(chain: &Chain<MemoryStore>, wallet: &Wallet) -> String {
    Did { network: chain.world.genesis.network.clone(), id: wallet.did }.to_string()
}

fn resolve(chain: &Chain<MemoryStore>, wallet: &Wallet, options: &[(&str, &str)]) -> Resolution {
    let options = Options::of(None, options.iter().copied()).unwrap();
    let resolver = Resolver::new(&chain.store, &chain.world.genesis.network, chain.world.now);
    resolver.resolve(&did(chain, wallet), &options)
}

/// How many keys the document shows, and what is said of it.
fn seen(resolution: &Resolution) -> (usize, DocumentMetadata) {
    let keys = resolution.did_document.as_ref().map_or(0, |shown| shown.verification_method.len());
    (keys, resolution.did_document_metadata.clone().unwrap())
}

#[test]
fn a_life_is_seen_from_enrolment_to_erasure() {
    let (mut chain, mut wallet) = enrolled();
    let mut expected = vec![(1, "active")];

    let operation = wallet.register(&mut chain.world);
    chain.extend([operation]);
    expected.push((2, "active"));
    let suspension = chain.world.suspend(&[REGISTRAR], wallet.did, HOUR_MS);
    chain.extend([suspension]);
    expected.push((0, "suspended"));
    let operation = wallet.revoke(&mut chain.world, 0);
    chain.extend([operation]);
    expected.push((0, "suspended"));
    let reinstatement = chain.world.reinstate(&[MEMBER], wallet.did);
    chain.extend([reinstatement]);
    expected.push((1, "active"));
    let end = chain.world.revoke(&[MEMBER, OTHER_MEMBER], wallet.did);
    chain.extend([end]);
    expected.push((0, "revoked"));

    let ended = resolve(&chain, &wallet, &[]);
    assert_eq!((ended.http_status(), &ended.did_document), (410, &None));
    let versions = walk(&chain, &wallet);
    let got: Vec<_> = versions.iter().map(|(keys, said)| (*keys, said.hefu.status)).collect();
    assert_eq!(got, expected);
    assert_eq!(versions.last(), Some(&seen(&ended)));

    chain.store.erase(&wallet.did).unwrap();
    for (_, version) in &versions[..5] {
        let erased = resolve(&chain, &wallet, &[("versionId", &version.version_id)]);
        let error = erased.did_resolution_metadata.error.clone().unwrap();
        assert!(error.detail.contains("was erased"), "{error:?}");
        assert_eq!(erased.http_status(), 404);
    }
    assert_eq!(seen(&resolve(&chain, &wallet, &[])), seen(&ended), "the tombstone stays");
}

/// Every version, from the first, each found under the name that the one before gave.
fn walk(chain: &Chain<MemoryStore>, wallet: &Wallet) -> Vec<(usize, DocumentMetadata)> {
    let created = seen(&resolve(chain, wallet, &[])).1.created;
    let mut next = Some(resolve(chain, wallet, &[("versionTime", &created)]));
    let mut versions = Vec::new();
    while let Some(found) = next {
        let version = seen(&found);
        let id = version.1.next_version_id.clone();
        versions.push(version);
        next = id.map(|id| resolve(chain, wallet, &[("versionId", &id)]));
    }
    versions
}

#[test]
fn each_version_is_also_found_by_its_time() {
    let (mut chain, mut wallet) = enrolled();
    for _ in 0..3 {
        let operation = wallet.register(&mut chain.world);
        chain.extend([operation]);
    }
    let versions = walk(&chain, &wallet);
    assert_eq!(versions.len(), 4);
    for (keys, version) in &versions {
        let time = version.updated.as_ref().unwrap_or(&version.created);
        let found = seen(&resolve(&chain, &wallet, &[("versionTime", time)]));
        assert_eq!((found.0, &found.1.version_id), (*keys, &version.version_id));
    }
}

#[test]
fn a_suspension_that_has_lapsed_is_seen_no_more() {
    let (mut chain, wallet) = enrolled();
    let suspension = chain.world.suspend(&[REGISTRAR], wallet.did, HOUR_MS);
    chain.extend([suspension]);
    assert_eq!(seen(&resolve(&chain, &wallet, &[])).1.hefu.status, "suspended");
    chain.wait(HOUR_MS);
    let (keys, said) = seen(&resolve(&chain, &wallet, &[]));
    assert_eq!((keys, said.hefu.status), (1, "active"));
}

#[test]
fn a_key_is_found_by_its_url() {
    let (chain, wallet) = enrolled();
    let resolver = Resolver::new(&chain.store, &chain.world.genesis.network, chain.world.now);
    let document = resolve(&chain, &wallet, &[]).did_document.unwrap();
    let options = Options::of(None, [("verificationRelationship", "authentication")]).unwrap();
    let found = resolver.dereference(&document.authentication[0], &options);
    assert_eq!(found.http_status(), 200, "{found:?}");
}
