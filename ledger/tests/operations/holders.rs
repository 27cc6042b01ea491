//! Who may make a holder operation: each of them, signed by the holder and by everybody else.

use super::stage::{APPLIED, enrol, person, stage, verdict};
use hefu_fixtures::{
    Change, Draft, Guardian, LOGIN, MEMBER, OTHER_MEMBER, Plan, REGISTRAR, Sandbox, Wallet, list,
};
use hefu_ledger::did::DidId;
use hefu_ledger::key::KeyBytes;
use hefu_ledger::operation::did_update::DidUpdate;
use hefu_ledger::operation::holder::commit_to;
use hefu_ledger::operation::key_revoke::KeyRevoke;
use hefu_ledger::parameters::DAY_MS;
use hefu_ledger::record::{Controllers, KeyRevocationReason, Relationships};
use hefu_primitives::{Hash, SecretKey};

const CONTROL: &str = "rejected.control";
const CONTROLLERS: &str = "rejected.controllers";
const CONTROLLER: &str = "rejected.controller";
const MALFORMED: &str = "transaction.malformed";

/// Each holder operation, with the least that it needs.
const OPERATIONS: [fn(&mut Sandbox, &Wallet) -> Change; 5] = [
    |_, _| Change::Rotate,
    |s, _| Change::Register(vec![(s.world.seeds.key(), LOGIN)]),
    |_, wallet| {
        Change::Revoke(KeyRevoke {
            keys: list([KeyBytes::from(&wallet.login[0].public_key())]),
            reason: KeyRevocationReason::Ceased,
            compromised_since: None,
        })
    },
    |_, _| {
        let controllers = Some(Controllers::default());
        Change::Update(DidUpdate { controllers, ..DidUpdate::default() })
    },
    |_, _| Change::Deactivate,
];

/// Two holders. The first has made an operation, so that some of its control keys are used up.
struct Scene {
    wallet: Wallet,
    used: Vec<SecretKey>,
    other: Wallet,
}

/// Somebody who signs, and what becomes of the operation.
type Actor = (&'static str, fn(&mut Sandbox, &Scene, &mut Draft), &'static str);

/// The wallet needs two of three control keys.
const ACTORS: [Actor; 14] = [
    ("the holder", |_, _, _| (), APPLIED),
    (
        "two of three",
        |_, scene, draft| draft.reveal(&sorted(&scene.wallet.control.keys[..2])),
        APPLIED,
    ),
    ("one of three", |_, scene, draft| draft.reveal(&scene.wallet.control.keys[..1]), CONTROL),
    ("nobody", |_, _, draft| draft.reveal(&[]), CONTROL),
    (
        "one of three, twice",
        |_, scene, draft| {
            let key = &scene.wallet.control.keys[0];
            draft.reveal(&[key.clone(), key.clone()]);
        },
        MALFORMED,
    ),
    (
        "the keys in disorder",
        |_, scene, draft| {
            let mut keys = sorted(&scene.wallet.control.keys);
            keys.reverse();
            draft.reveal(&keys);
        },
        MALFORMED,
    ),
    (
        "enough, and a stranger",
        |s, scene, draft| {
            let mut keys = scene.wallet.control.keys[..2].to_vec();
            keys.push(s.world.seeds.key());
            draft.reveal(&sorted(&keys));
        },
        CONTROL,
    ),
    ("used control keys", |_, scene, draft| draft.reveal(&sorted(&scene.used)), CONTROL),
    ("login keys", |_, scene, draft| draft.reveal(&sorted(&scene.wallet.login)), CONTROL),
    (
        "control keys of another",
        |_, scene, draft| draft.reveal(&sorted(&scene.other.control.keys)),
        CONTROL,
    ),
    (
        "the registrar instead",
        |s, _, draft| {
            draft.reveal(&[]);
            draft.signers.push(s.world.signer(REGISTRAR));
        },
        "transaction.signer",
    ),
    (
        "the registrar besides",
        |s, _, draft| draft.signers.push(s.world.signer(REGISTRAR)),
        "transaction.signer",
    ),
    (
        "the holder, but for one",
        |_, _, draft| drop(draft.signers.remove(0)),
        "transaction.signer_missing",
    ),
    (
        "the holder with a wrong key",
        |s, _, draft| draft.signers[0].1 = s.world.seeds.key(),
        "transaction.signature",
    ),
];

fn sorted(keys: &[SecretKey]) -> Vec<SecretKey> {
    let mut keys = keys.to_vec();
    keys.sort_by_key(SecretKey::public_key);
    keys
}

fn scene() -> (Sandbox, Scene) {
    let mut s = stage();
    let plan = Plan { login_keys: 2, control_keys: 3, threshold: 2, ..Plan::default() };
    let (mut wallet, other) = (enrol(&mut s, &plan), enrol(&mut s, &plan));
    let used = wallet.control.keys.clone();
    let rotation = wallet.rotate(&mut s.world);
    s.submit(rotation).unwrap();
    (s, Scene { wallet, used, other })
}

#[test]
fn the_holder_alone_makes_holder_operations() {
    let (sandbox, scene) = scene();
    for (number, operation) in OPERATIONS.iter().enumerate() {
        for (name, act, expected) in &ACTORS {
            let mut s = sandbox.clone();
            let change = operation(&mut s, &scene.wallet);
            let mut draft = scene.wallet.clone().draft(&mut s.world, change);
            act(&mut s, &scene, &mut draft);
            assert_eq!(verdict(&mut s, draft.sign()), *expected, "operation {number} by {name}");
        }
    }
}

/// A ward with three guardians, of whom two must agree.
struct Ward {
    wallet: Wallet,
    guardians: Vec<Wallet>,
}

/// Which guardians agree and how, and what becomes of the operation.
type Agreement = (&'static str, fn(&mut Sandbox, &mut Ward) -> Vec<Guardian>, &'static str);

const AGREEMENTS: [Agreement; 12] = [
    ("all", |_, ward| ward.all(), APPLIED),
    ("two", |_, ward| ward.all()[1..].to_vec(), APPLIED),
    ("one", |_, ward| ward.all()[..1].to_vec(), CONTROLLERS),
    ("nobody", |_, _| vec![], CONTROLLERS),
    ("one, twice", |_, ward| vec![ward.all()[0].clone(); 2], MALFORMED),
    (
        "a stranger besides",
        |s, ward| {
            let stranger = person(s).guardian();
            [ward.all(), vec![stranger]].concat()
        },
        APPLIED,
    ),
    (
        "one and a stranger",
        |s, ward| {
            let stranger = person(s).guardian();
            vec![ward.all()[0].clone(), stranger]
        },
        CONTROLLERS,
    ),
    (
        "a key of another",
        |s, ward| {
            let key = person(s).login.remove(0);
            let mut all = ward.all();
            all[0].key = key;
            all
        },
        CONTROLLER,
    ),
    (
        "a key that may not",
        |s, ward| {
            let key = s.world.seeds.key();
            let only = vec![(key.clone(), Relationships::AUTHENTICATION)];
            let register = ward.guardians[0].make(&mut s.world, Change::Register(only));
            s.submit(register).unwrap();
            let mut all = ward.all();
            all[0].key = key;
            all
        },
        CONTROLLER,
    ),
    (
        "a key that was revoked",
        |s, ward| {
            let all = ward.all();
            let revoke = ward.guardians[0].revoke(&mut s.world, 0);
            s.submit(revoke).unwrap();
            all
        },
        CONTROLLER,
    ),
    (
        "one that has ended",
        |s, ward| {
            let end = ward.guardians[0].deactivate(&mut s.world);
            s.submit(end).unwrap();
            ward.all()
        },
        CONTROLLER,
    ),
    (
        "one that is suspended",
        |s, ward| {
            let stop = s.world.suspend(&[REGISTRAR], ward.guardians[0].did, DAY_MS);
            s.submit(stop).unwrap();
            ward.all()
        },
        APPLIED,
    ),
];

impl Ward {
    fn all(&self) -> Vec<Guardian> {
        self.guardians.iter().map(Wallet::guardian).collect()
    }
}

fn ward() -> (Sandbox, Ward) {
    let mut s = stage();
    let guardians: Vec<_> = (0..3).map(|_| person(&mut s)).collect();
    let mut ward = Ward { wallet: guardians[0].clone(), guardians };
    let plan = Plan { guardians: ward.all(), guardian_threshold: 2, ..Plan::default() };
    ward.wallet = enrol(&mut s, &plan);
    (s, ward)
}

#[test]
fn controllers_agree_to_holder_operations() {
    let (sandbox, ward) = ward();
    for (number, operation) in OPERATIONS.iter().enumerate() {
        for (name, agree, expected) in &AGREEMENTS {
            let (mut s, guardians) = (sandbox.clone(), ward.guardians.clone());
            let mut ward = Ward { wallet: ward.wallet.clone(), guardians };
            let agreeing = agree(&mut s, &mut ward);
            let change = operation(&mut s, &ward.wallet);
            let mut draft = ward.wallet.draft(&mut s.world, change);
            draft.agree(&agreeing);
            assert_eq!(verdict(&mut s, draft.sign()), *expected, "operation {number} with {name}");
        }
    }
}

#[test]
fn controllers_alone_do_not_act() {
    let (mut s, mut ward) = ward();
    let mut draft = ward.wallet.draft(&mut s.world, Change::Rotate);
    draft.reveal(&[]);
    assert_eq!(verdict(&mut s, draft.sign()), CONTROL);
}

#[test]
fn controllers_that_have_ended_are_not_needed() {
    let (mut s, mut ward) = ward();
    for (place, expected) in [(0, CONTROLLERS), (1, CONTROLLERS), (2, APPLIED)] {
        let end = ward.guardians[place].deactivate(&mut s.world);
        assert_eq!(verdict(&mut s, end), APPLIED);
        let mut draft = ward.wallet.draft(&mut s.world, Change::Rotate);
        draft.agree(&[]);
        assert_eq!(verdict(&mut s, draft.sign()), expected, "without guardian {place}");
    }
}

#[test]
fn controllers_are_named_with_their_consent() {
    let mut s = stage();
    let (mut wallet, guardian) = (person(&mut s), person(&mut s));
    let named = |did: DidId| {
        let controllers = Some(Controllers { threshold: 1, dids: list([did]) });
        Change::Update(DidUpdate { controllers, ..DidUpdate::default() })
    };
    let mut silent = wallet.draft(&mut s.world, named(guardian.did));
    assert_eq!(verdict(&mut s, silent.clone().sign()), CONTROLLER);
    silent.agree(&[guardian.guardian()]);
    let willing = silent.sign();
    wallet.accept(&willing, &mut s.world);
    assert_eq!(verdict(&mut s, willing), APPLIED);
    let alone = wallet.clone().rotate(&mut s.world);
    assert_eq!(verdict(&mut s, alone), CONTROLLERS);
    wallet.guardians = vec![guardian.guardian()];
    let himself = wallet.clone().make(&mut s.world, named(wallet.did));
    assert_eq!(verdict(&mut s, himself), CONTROLLER);
    // Not even with a consent of its own, which would add nothing to its control keys.
    let mut consenting = wallet.clone().draft(&mut s.world, named(wallet.did));
    consenting.agree(&[guardian.guardian(), wallet.guardian()]);
    assert_eq!(verdict(&mut s, consenting.sign()), CONTROLLER);
    let together = wallet.rotate(&mut s.world);
    assert_eq!(verdict(&mut s, together), APPLIED);
}

#[test]
fn a_request_needs_its_controllers_as_they_are_when_it_is_executed() {
    let mut s = stage();
    let (mut parent, mut other) = (person(&mut s), person(&mut s));
    let plan = |parent: &Wallet| {
        let guardians = vec![parent.guardian()];
        Plan { guardians, guardian_threshold: 1, ..Plan::default() }
    };
    let children = [&parent, &other].map(plan);
    let children = children.map(|plan| Wallet::new(&mut s.world, &plan));
    let unknown = Wallet::person(&mut s.world);
    let orphan = Wallet::new(&mut s.world, &plan(&unknown));
    for step in [parent.revoke(&mut s.world, 0), other.deactivate(&mut s.world)] {
        s.submit(step).unwrap();
    }
    for child in children.iter().chain([&orphan]) {
        let create = s.world.create(child);
        assert_eq!(verdict(&mut s, create), CONTROLLER);
    }
}

#[test]
fn a_control_key_is_not_committed_to_again_when_it_is_used() {
    let mut s = stage();
    let mut wallet = person(&mut s);
    let mut draft = wallet.draft(&mut s.world, Change::Rotate);
    let key = KeyBytes::from(&wallet.control.keys[0].public_key());
    draft.control().next = commit_to(&[key], 1);
    assert_eq!(verdict(&mut s, draft.sign()), MALFORMED);
}

#[test]
fn commitments_can_be_met_and_not_by_anybody() {
    let mut s = stage();
    let mut wallet = person(&mut s);
    let keys = [s.world.seeds.key(), s.world.seeds.key()];
    let keys = keys.map(|key| KeyBytes::from(&key.public_key()));
    let good = commit_to(&keys, 2);
    let mut reversed = good.clone();
    reversed.keys = list([good.keys[1], good.keys[0]]);
    let twice = commit_to(&[keys[0], keys[0]], 1);
    for wrong in [commit_to(&keys, 0), commit_to(&keys, 3), commit_to(&[], 0), reversed, twice] {
        let mut draft = wallet.draft(&mut s.world, Change::Rotate);
        draft.control().next = wrong;
        assert_eq!(verdict(&mut s, draft.sign()), MALFORMED);
    }
    let mut draft = wallet.draft(&mut s.world, Change::Deactivate);
    draft.control().next = good;
    assert_eq!(verdict(&mut s, draft.sign()), MALFORMED);
}

#[test]
fn nobody_controls_a_did_that_has_ended() {
    let (sandbox, scene) = scene();
    let ends: [fn(&mut Sandbox, &mut Wallet); 2] = [
        |s, wallet| {
            let end = wallet.deactivate(&mut s.world);
            s.submit(end).unwrap();
        },
        |s, wallet| {
            let end = s.world.revoke(&[MEMBER, OTHER_MEMBER], wallet.did);
            s.submit(end).unwrap();
        },
    ];
    for end in ends {
        let (mut s, mut wallet) = (sandbox.clone(), scene.wallet.clone());
        end(&mut s, &mut wallet);
        for operation in OPERATIONS {
            let change = operation(&mut s, &wallet);
            let draft = wallet.draft(&mut s.world, change);
            assert_eq!(verdict(&mut s, draft.sign()), "rejected.did_ended");
        }
    }
}

#[test]
fn holder_operations_go_on_during_a_suspension() {
    let (sandbox, scene) = scene();
    for operation in OPERATIONS {
        let (mut s, mut wallet) = (sandbox.clone(), scene.wallet.clone());
        let stop = s.world.suspend(&[REGISTRAR], wallet.did, DAY_MS);
        s.submit(stop).unwrap();
        let change = operation(&mut s, &wallet);
        let transaction = wallet.make(&mut s.world, change);
        assert_eq!(verdict(&mut s, transaction), APPLIED);
    }
}

#[test]
fn an_operation_extends_the_log_and_the_sequence() {
    let (mut s, mut scene) = scene();
    let before = s.content(scene.wallet.did).unwrap();
    let rotation = scene.wallet.rotate(&mut s.world);
    let id = *rotation.envelope.id().hash();
    s.submit(rotation).unwrap();
    let after = s.content(scene.wallet.did).unwrap();
    assert_eq!((after.sequence, after.last_holder_operation), (before.sequence + 1, id));
    assert_eq!(after.control, scene.wallet.control.commitment());
    assert_ne!(after.last_holder_operation, Hash::default());
    let unchanged = hefu_ledger::record::Content {
        sequence: before.sequence,
        last_holder_operation: before.last_holder_operation,
        control: before.control.clone(),
        ..after
    };
    assert_eq!(unchanged, before);
}
