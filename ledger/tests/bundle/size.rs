//! How large bundles are.

use super::golden::each_kind;
use super::scene::Scene;

/// A small ledger has short proofs: of a million records each path has some fifteen hashes more.
/// `cargo bench --bench bundle` measures that.
#[test]
fn a_bundle_of_a_small_ledger_is_small() {
    let scene = Scene::one_epoch();
    for (name, query) in each_kind(&scene) {
        let bytes = scene.prove(query).to_bytes().len();
        let most = if name == "history" || name == "named history" { 16_384 } else { 3_072 };
        assert!(bytes <= most, "{name} has {bytes} bytes");
    }
}
