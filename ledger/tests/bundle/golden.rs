//! Bundles whose bytes never change: old ones are kept for years.

use super::scene::{Scene, key_bytes, nobody};
use hefu_fixtures::REGISTRAR;
use hefu_ledger::bundle::{At, Operations, Query};
use hefu_ledger::state::StateKey;
use hefu_primitives::Height;
use std::fmt::Write as _;

/// A question of each kind, by name.
pub(super) fn each_kind(scene: &Scene) -> Vec<(&'static str, Query)> {
    let (did, operations) = (scene.alice.did, Operations::Proved);
    let past =
        |height, operations| Query::Past { did, at: At::Height(Height::new(height)), operations };
    let transaction = |height| Query::Transaction { id: scene.first_of(height), of: None };
    let entry = |did| Query::Transaction { id: scene.batch, of: Some(did) };
    vec![
        ("record", Query::Record(StateKey::Did(did))),
        ("absence", Query::Record(StateKey::Did(nobody()))),
        ("organisation", Query::Record(StateKey::Organisation(REGISTRAR))),
        ("rules", Query::Record(StateKey::Rules)),
        ("key", Query::KeyHolder(key_bytes(&scene.alice.login[0]))),
        ("former key", Query::KeyHolder(key_bytes(&scene.former))),
        ("transaction", transaction(3)),
        ("newest transaction", transaction(8)),
        ("batch", transaction(2)),
        ("entry", entry(scene.bob.did)),
        ("skipped entry", entry(did)),
        ("named history", Query::History { did, operations: Operations::Named }),
        ("history", Query::History { did, operations }),
        ("past", past(3, Operations::Named)),
        ("past with transaction", past(3, operations)),
        ("newest past", past(8, operations)),
        ("not yet", past(0, operations)),
        ("consistency", Query::Consistency { older: Height::new(3) }),
    ]
}

#[test]
fn bundles_are_what_they_were() {
    let (scene, later) = (Scene::one_epoch(), Scene::three_epochs());
    let kinds = each_kind(&scene).into_iter().map(|(name, query)| (name, scene.prove(query)));
    let mut got = String::new();
    for (name, bundle) in kinds.chain([("epochs", later.prove_did(later.alice.did))]) {
        let bytes = bundle.to_bytes();
        writeln!(got, "{name}: {} bytes, {}", bytes.len(), blake3::hash(&bytes)).unwrap();
    }
    assert_eq!(got.trim(), BUNDLES.trim(), "\n{got}");
}

const BUNDLES: &str = "
record: 1129 bytes, fc01fb319d3ff3f624948ffefce354568973fe626e12581cabac50690085dba1
absence: 792 bytes, 6cee10019cd48fddb25aaa23349ab0b189a7e3d3ee958fb470a6ddd82c89c85b
organisation: 752 bytes, 1ffb227fef3a019dcf025bd78514ae2c40708e1a5e9c46d9d5f96fb2dd92d702
rules: 848 bytes, 5103df8f3bfa4f7207610d14c039495dff25a18ba58761ebdd31d14fb8480a5f
key: 1161 bytes, c554e0ff39ff16403cdf8276b3b5ebc3a32b921ab5a3c15cefde5ed40b3225ff
former key: 1161 bytes, 07590389e16cda297eb304a0d6e94328f6149e888fe4cad7e37d418f7f7246a3
transaction: 1465 bytes, b632b969bc4e960e7cced973808a054372c21fb74f47a0634641961c3747aff9
newest transaction: 1029 bytes, 30a23530cfab4f602f2d79b699fd81a423e773a0441bdc64862adcffc492b685
batch: 2139 bytes, 212d8c5305cd61e4d6a4160cecf13ec8a03d9cbfd05451daa9824c4ff644708b
entry: 1775 bytes, f10cb4a84064f4fafab19aec89d0c43d90e2d490f25a9e92e69a687ae3c4dd4c
skipped entry: 1596 bytes, 754c6f2872f03a621addd3bfeac306eab2fb688a33fd32237037790e2c36ca38
named history: 2772 bytes, 6b18be3a62b973e433ee9ede90d5d0c087ac73dcd867442e9e31e2f5ba0f4ce5
history: 7081 bytes, 7d68369b6c6c728b6bd61c91e8e012eb558775c31284e3e53fbe4e76e7552c23
past: 1792 bytes, 64fecae80ab9b69b901951092dd794a40af2f880b5b876b46580f663d9203636
past with transaction: 2662 bytes, a4c30f0c44bba3a54ed923ec6d3ee43a24055a56b8b6da19346fecfd44cf2d22
newest past: 1698 bytes, 3a967d8d7d2cc06e489c72cfcd79d2403a00665a9816e2e799082baf7d04779b
not yet: 1611 bytes, 3508c6cab3c8cf51497c5e44ff47cc64fb482963b7565552a9dd87eeb4042134
consistency: 1381 bytes, bf671394930c4f4a5a9073f3b327f1fc7a08bcec62a62998dde5369a411f1fc0
epochs: 2571 bytes, b61a67f00f8fbda1672fb7a1e944ed1213a619f425d107d8f842898e08568ec1
";
