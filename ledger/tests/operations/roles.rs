//! Who may do what by authority: each operation, signed by each sort of organisation and by some
//! that sign together.

use super::stage::{APPLIED, person, stage, verdict};
use hefu_fixtures::{
    AUDITOR, Draft, ISSUER, MEMBER, OPENER, OTHER_MEMBER, OTHER_REGISTRAR, PLATFORM, REGISTRAR,
    Sandbox, THIRD_MEMBER, Wallet, list,
};
use hefu_ledger::did::DidId;
use hefu_ledger::key::KeyBytes;
use hefu_ledger::operation::Payload;
use hefu_ledger::operation::anchor_put::AnchorPut;
use hefu_ledger::operation::did_reinstate::DidReinstate;
use hefu_ledger::operation::did_revoke::DidRevoke;
use hefu_ledger::operation::org_admit::OrgAdmit;
use hefu_ledger::operation::org_update::OrgUpdate;
use hefu_ledger::organisation::{OrganisationId, Role, Roles, Standing};
use hefu_ledger::parameters::DAY_MS;
use hefu_ledger::record::ReasonClass;
use hefu_ledger::transaction::{SignerRef, Subject};
use hefu_primitives::Hash;

/// A member that has left.
const GONE: OrganisationId = OrganisationId::new(20);
/// An organisation that is none.
const UNKNOWN: OrganisationId = OrganisationId::new(99);
/// An organisation with a key that is not its own.
const IMPOSTOR: OrganisationId = OrganisationId::new(1_000);

/// Who signs; [`IMPOSTOR`] stands for the registrar with a wrong key.
const ACTORS: [&[OrganisationId]; 17] = [
    &[REGISTRAR],
    &[OTHER_REGISTRAR],
    &[MEMBER],
    &[AUDITOR],
    &[PLATFORM],
    &[ISSUER],
    &[OPENER],
    &[THIRD_MEMBER], // suspended
    &[GONE],
    &[IMPOSTOR],
    &[UNKNOWN],
    &[],
    &[MEMBER, OTHER_MEMBER],
    &[MEMBER, THIRD_MEMBER],
    &[REGISTRAR, MEMBER],
    &[REGISTRAR, OTHER_REGISTRAR],
    &[AUDITOR, PLATFORM],
];

// What becomes of it.
const OK: &str = APPLIED;
const UN: &str = "rejected.unauthorised";
const KY: &str = "rejected.organisation_key";
const NO: &str = "rejected.organisation_unknown";
const NR: &str = "rejected.not_registrar";
const OR: &str = "rejected.other_registrar";
const MS: &str = "transaction.signer_missing";

/// What is to be done, before it is known who signs.
type Operation = fn(&mut Sandbox, &Scene, by: OrganisationId) -> Draft;

/// Each operation, and what becomes of it by each of [`ACTORS`].
#[rustfmt::skip]
const TABLE: [(&str, Operation, [&str; 17]); 11] = [
    //                                    reg oth mem aud pla iss opn sus lft key unk --- m+m m+s r+m r+r a+p
    ("did.suspend", suspend,             [OK, OK, OK, UN, UN, UN, UN, KY, KY, KY, NO, MS, OK, KY, OK, OK, UN]),
    ("did.suspend, legal", suspend_legal,[UN, UN, UN, UN, UN, UN, UN, KY, KY, KY, NO, MS, OK, KY, UN, UN, UN]),
    ("did.reinstate", reinstate,         [OK, OK, OK, UN, UN, UN, UN, KY, KY, KY, NO, MS, OK, KY, OK, OK, UN]),
    ("did.revoke", revoke,               [UN, UN, UN, UN, UN, UN, UN, KY, KY, KY, NO, MS, OK, KY, OK, UN, UN]),
    ("org.admit", admit,                 [UN, UN, UN, UN, UN, UN, UN, KY, KY, KY, NO, MS, OK, KY, UN, UN, UN]),
    ("org.update of a name", rename,     [UN, UN, UN, UN, OK, UN, UN, KY, KY, KY, NO, MS, OK, KY, UN, UN, OK]),
    ("org.update of a standing", expel,  [UN, UN, UN, UN, UN, UN, UN, KY, KY, KY, NO, MS, OK, KY, UN, UN, UN]),
    ("anchor.put of one's own", anchor,  [OK, OK, OK, OK, OK, OK, UN, KY, KY, KY, NO, MS, OK, KY, OK, OK, OK]),
    ("anchor.put of another's", foreign, [UN, UN, UN, UN, OK, UN, UN, KY, KY, KY, NO, MS, UN, KY, UN, UN, OK]),
    ("did.create", create,               [OK, OR, NR, NR, NR, NR, NR, NR, NR, NR, NO, MS, MS, MS, MS, MS, MS]),
    ("did.create_batch", batch,          [OK, NR, NR, NR, NR, NR, NR, NR, NR, NR, NO, MS, MS, MS, MS, MS, MS]),
];

/// What the operations are about.
struct Scene {
    /// Somebody in force.
    active: DidId,
    /// Somebody suspended.
    suspended: DidId,
    /// Somebody who is not enrolled yet.
    coming: Wallet,
}

fn suspend(s: &mut Sandbox, scene: &Scene, _: OrganisationId) -> Draft {
    s.world.suspend_draft(&[], scene.active, DAY_MS, ReasonClass::Fraud)
}

fn suspend_legal(s: &mut Sandbox, scene: &Scene, _: OrganisationId) -> Draft {
    s.world.suspend_draft(&[], scene.active, DAY_MS, ReasonClass::Legal)
}

fn reinstate(s: &mut Sandbox, scene: &Scene, _: OrganisationId) -> Draft {
    let payload = Payload::DidReinstate(DidReinstate { detail: Hash::default() });
    s.world.act(&[], Subject::Did(scene.suspended), payload)
}

fn revoke(s: &mut Sandbox, scene: &Scene, _: OrganisationId) -> Draft {
    let revoke = DidRevoke { reason: ReasonClass::Ceased, detail: Hash::default() };
    s.world.act(&[], Subject::Did(scene.active), Payload::DidRevoke(revoke))
}

fn admit(s: &mut Sandbox, _: &Scene, _: OrganisationId) -> Draft {
    let key = s.world.seeds.key();
    let admit = OrgAdmit {
        name: "New".parse().unwrap(),
        roles: Roles::of([Role::Issuer]),
        keys: list([KeyBytes::from(&key.public_key())]),
    };
    let subject = Subject::Organisation(OrganisationId::new(30));
    let mut draft = s.world.act(&[], subject, Payload::OrgAdmit(admit));
    draft.signers.push((SignerRef::Possession(0), key));
    draft
}

fn update(s: &mut Sandbox, update: OrgUpdate) -> Draft {
    s.world.act(&[], Subject::Organisation(PLATFORM), Payload::OrgUpdate(update))
}

fn rename(s: &mut Sandbox, _: &Scene, _: OrganisationId) -> Draft {
    update(s, OrgUpdate { name: Some("Other".parse().unwrap()), ..OrgUpdate::default() })
}

fn expel(s: &mut Sandbox, _: &Scene, _: OrganisationId) -> Draft {
    update(s, OrgUpdate { standing: Some(Standing::Left), ..OrgUpdate::default() })
}

fn anchor(s: &mut Sandbox, _: &Scene, by: OrganisationId) -> Draft {
    let put = AnchorPut { digest: Hash::default(), label: "a".parse().unwrap() };
    s.world.act(&[], Subject::Organisation(by), Payload::AnchorPut(put))
}

fn foreign(s: &mut Sandbox, scene: &Scene, _: OrganisationId) -> Draft {
    anchor(s, scene, PLATFORM)
}

fn create(s: &mut Sandbox, scene: &Scene, _: OrganisationId) -> Draft {
    let mut draft = s.world.create_draft(&scene.coming);
    draft.signers.clear();
    draft
}

fn batch(s: &mut Sandbox, scene: &Scene, _: OrganisationId) -> Draft {
    let mut draft = s.world.batch_draft(REGISTRAR, [scene.coming.request.clone()]);
    draft.signers.clear();
    draft
}

/// Suspends one member, and lets another join and leave.
fn scene() -> (Sandbox, Scene) {
    let mut s = stage();
    let two = [MEMBER, OTHER_MEMBER];
    let mut standing = |id, standing| {
        let update = OrgUpdate { standing: Some(standing), ..OrgUpdate::default() };
        s.world.update_organisation(&two, id, update)
    };
    let (stop, leave) =
        (standing(THIRD_MEMBER, Standing::Suspended), standing(GONE, Standing::Left));
    let admission = s.world.admit(&two, GONE, Role::Member);
    for step in [stop, admission, leave] {
        s.submit(step).unwrap();
    }
    for stranger in [IMPOSTOR, UNKNOWN] {
        let key = s.world.seeds.key();
        s.world.offices.insert(stranger, key);
    }
    let (active, suspended) = (person(&mut s).did, person(&mut s).did);
    let suspension = s.world.suspend(&[REGISTRAR], suspended, DAY_MS);
    s.submit(suspension).unwrap();
    let coming = Wallet::person(&mut s.world);
    (s, Scene { active, suspended, coming })
}

fn sign_as(s: &Sandbox, draft: &mut Draft, by: &[OrganisationId]) {
    draft.signers.extend(by.iter().map(|id| match s.world.signer(*id) {
        (SignerRef::Organisation { key, .. }, secret) if *id == IMPOSTOR => {
            (SignerRef::Organisation { organisation: REGISTRAR, key }, secret)
        }
        signer => signer,
    }));
}

#[test]
fn each_role_may_do_what_the_rules_say() {
    let (sandbox, scene) = scene();
    for (name, operation, expected) in &TABLE {
        for (by, expected) in ACTORS.iter().zip(expected) {
            let mut s = sandbox.clone();
            let mut draft = operation(&mut s, &scene, by.first().copied().unwrap_or(MEMBER));
            sign_as(&s, &mut draft, by);
            assert_eq!(verdict(&mut s, draft.sign()), *expected, "{name} by {by:?}");
        }
    }
}

#[test]
fn two_keys_of_one_organisation_are_one_signature() {
    let (mut s, scene) = scene();
    let keys = [s.world.offices[&MEMBER].clone(), s.world.seeds.key()];
    let mut bytes = keys.each_ref().map(|key| KeyBytes::from(&key.public_key()));
    bytes.sort_unstable();
    let update = OrgUpdate { keys: Some(list(bytes)), ..OrgUpdate::default() };
    let mut draft =
        s.world.act(&[MEMBER], Subject::Organisation(MEMBER), Payload::OrgUpdate(update));
    let mut sorted = keys.to_vec();
    sorted.sort_by_key(hefu_primitives::SecretKey::public_key);
    draft.signers.extend((0..).map(SignerRef::Possession).zip(sorted));
    assert_eq!(verdict(&mut s, draft.sign()), OK);
    let mut draft = revoke(&mut s, &scene, MEMBER);
    let pair = keys.map(|key| (hefu_ledger::author::organisation(MEMBER, &key), key));
    draft.signers.extend(pair);
    assert_eq!(verdict(&mut s, draft.sign()), UN);
}
