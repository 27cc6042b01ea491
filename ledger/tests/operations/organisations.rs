//! `org.admit`, `org.update` and `anchor.put`: who takes part, and what they put on record.

use super::stage::{APPLIED, stage, verdict};
use hefu_fixtures::{
    Draft, MEMBER, OTHER_MEMBER, OTHER_REGISTRAR, PLATFORM, REGISTRAR, Sandbox, Wallet, list,
};
use hefu_ledger::key::KeyBytes;
use hefu_ledger::operation::Payload;
use hefu_ledger::operation::org_admit::OrgAdmit;
use hefu_ledger::operation::org_update::OrgUpdate;
use hefu_ledger::organisation::{Organisation, OrganisationId, Role, Roles, Standing};
use hefu_ledger::state;
use hefu_ledger::transaction::{SignerRef, Subject};
use hefu_primitives::{Hash, SecretKey};

const TWO: [OrganisationId; 2] = [MEMBER, OTHER_MEMBER];
const NEW: OrganisationId = OrganisationId::new(40);
const MALFORMED: &str = "transaction.malformed";
const NOT_ENTITLED: &str = "rejected.organisation_key";

fn organisation(s: &Sandbox, id: OrganisationId) -> Option<Organisation> {
    state::organisation(&s.state, id).unwrap()
}

fn update(
    s: &mut Sandbox,
    by: &[OrganisationId],
    id: OrganisationId,
    update: OrgUpdate,
) -> &'static str {
    let transaction = s.world.update_organisation(by, id, update);
    verdict(s, transaction)
}

fn standing(standing: Standing) -> OrgUpdate {
    OrgUpdate { standing: Some(standing), ..OrgUpdate::default() }
}

/// An `org.update` that gives an organisation these keys.
fn with_keys(s: &mut Sandbox, by: OrganisationId, id: OrganisationId, keys: &[SecretKey]) -> Draft {
    let mut keys = keys.to_vec();
    keys.sort_by_key(SecretKey::public_key);
    let bytes = keys.iter().map(|key| KeyBytes::from(&key.public_key()));
    let update = OrgUpdate { keys: Some(list(bytes)), ..OrgUpdate::default() };
    let mut draft = s.world.act(&[by], Subject::Organisation(id), Payload::OrgUpdate(update));
    draft.signers.extend((0..).map(SignerRef::Possession).zip(keys));
    draft
}

#[test]
fn an_admitted_organisation_acts_in_its_role() {
    let mut s = stage();
    let now = s.world.now;
    let admission = s.world.admit(&TWO, NEW, Role::Registrar);
    assert_eq!(verdict(&mut s, admission), APPLIED);
    let organisation = organisation(&s, NEW).unwrap();
    assert_eq!((organisation.standing, organisation.admitted), (Standing::Good, now));
    let plan = hefu_fixtures::Plan { registrar: NEW, ..hefu_fixtures::Plan::default() };
    let wallet = Wallet::new(&mut s.world, &plan);
    let create = s.world.create(&wallet);
    assert_eq!(verdict(&mut s, create), APPLIED);
}

#[test]
fn an_admission_is_complete_and_each_key_signs() {
    let mut s = stage();
    let mut keys = [s.world.seeds.key(), s.world.seeds.key()];
    keys.sort_by_key(SecretKey::public_key);
    let bytes = keys.each_ref().map(|key| KeyBytes::from(&key.public_key()));
    let good = OrgAdmit {
        name: "New".parse().unwrap(),
        roles: Roles::of([Role::Member]),
        keys: list(bytes),
    };
    let draft = |s: &mut Sandbox, admit: OrgAdmit| {
        let count = admit.keys.len();
        let mut draft = s.world.act(&TWO, Subject::Organisation(NEW), Payload::OrgAdmit(admit));
        let new = (0..).map(SignerRef::Possession).zip(keys.clone());
        draft.signers.extend(new.take(count));
        draft
    };
    let wrong = [
        OrgAdmit { roles: Roles::default(), ..good.clone() },
        OrgAdmit { keys: list([]), ..good.clone() },
        OrgAdmit { keys: list([bytes[1], bytes[0]]), ..good.clone() },
        OrgAdmit { keys: list([bytes[0], bytes[0]]), ..good.clone() },
    ];
    for admit in wrong {
        let draft = draft(&mut s, admit);
        assert_eq!(verdict(&mut s, draft.sign()), MALFORMED);
    }
    let mut silent = draft(&mut s, good.clone());
    silent.signers.pop();
    assert_eq!(verdict(&mut s, silent.sign()), "transaction.signer_missing");
    let mut stolen = draft(&mut s, good.clone());
    stolen.signers[3].1 = s.world.seeds.key();
    assert_eq!(verdict(&mut s, stolen.sign()), "transaction.signature");
    let good = draft(&mut s, good);
    assert_eq!(verdict(&mut s, good.sign()), APPLIED);
}

#[test]
fn a_suspended_organisation_acts_again_when_it_is_reinstated() {
    let mut s = stage();
    assert_eq!(update(&mut s, &TWO, PLATFORM, standing(Standing::Suspended)), APPLIED);
    let anchor = s.world.anchor(PLATFORM, Hash::default());
    assert_eq!(verdict(&mut s, anchor.clone()), NOT_ENTITLED);
    assert_eq!(update(&mut s, &[PLATFORM], PLATFORM, standing(Standing::Good)), NOT_ENTITLED);
    assert_eq!(update(&mut s, &TWO, PLATFORM, standing(Standing::Good)), APPLIED);
    assert_eq!(verdict(&mut s, anchor), APPLIED);
}

#[test]
fn an_organisation_that_left_never_returns() {
    let mut s = stage();
    assert_eq!(update(&mut s, &TWO, PLATFORM, standing(Standing::Left)), APPLIED);
    assert_eq!(update(&mut s, &TWO, PLATFORM, standing(Standing::Good)), NOT_ENTITLED);
    let admission = s.world.admit(&TWO, PLATFORM, Role::Platform);
    assert_eq!(verdict(&mut s, admission), "rejected.organisation_exists");
}

#[test]
fn an_update_changes_what_it_names_and_nothing_else() {
    let mut s = stage();
    let before = organisation(&s, PLATFORM).unwrap();
    let roles = Roles::of([Role::Platform, Role::Issuer]);
    let other = OrgUpdate { roles: Some(roles), ..OrgUpdate::default() };
    assert_eq!(update(&mut s, &TWO, PLATFORM, other), APPLIED);
    let name: hefu_ledger::text::Title = "Other".parse().unwrap();
    let other = OrgUpdate { name: Some(name.clone()), ..OrgUpdate::default() };
    assert_eq!(update(&mut s, &[PLATFORM], PLATFORM, other), APPLIED);
    assert_eq!(organisation(&s, PLATFORM), Some(Organisation { name, roles, ..before }));
    let nothing = OrgUpdate::default();
    assert_eq!(update(&mut s, &TWO, PLATFORM, nothing), MALFORMED);
    let no_roles = OrgUpdate { roles: Some(Roles::default()), ..OrgUpdate::default() };
    assert_eq!(update(&mut s, &TWO, PLATFORM, no_roles), MALFORMED);
    let unknown = OrganisationId::new(500);
    let missing = update(&mut s, &TWO, unknown, standing(Standing::Good));
    assert_eq!(missing, "rejected.organisation_unknown");
}

#[test]
fn an_organisation_changes_its_own_keys() {
    let mut s = stage();
    let old = s.world.offices[&REGISTRAR].clone();
    let new = [s.world.seeds.key(), s.world.seeds.key()];
    let foreign = with_keys(&mut s, OTHER_REGISTRAR, REGISTRAR, &new);
    assert_eq!(verdict(&mut s, foreign.sign()), "rejected.unauthorised");
    let own = with_keys(&mut s, REGISTRAR, REGISTRAR, &new);
    assert_eq!(verdict(&mut s, own.sign()), APPLIED);
    for (key, expected) in
        [(&old, "rejected.not_registrar"), (&new[0], APPLIED), (&new[1], APPLIED)]
    {
        s.world.offices.insert(REGISTRAR, key.clone());
        let wallet = Wallet::person(&mut s.world);
        let create = s.world.create(&wallet);
        assert_eq!(verdict(&mut s, create), expected);
    }
}

#[test]
fn an_organisation_gives_itself_no_roles() {
    let mut s = stage();
    for role in [Role::Member, Role::Registrar] {
        let roles = Some(Roles::of([role, Role::Platform]));
        let more = OrgUpdate { roles, ..OrgUpdate::default() };
        assert_eq!(update(&mut s, &[PLATFORM], PLATFORM, more), "rejected.unauthorised");
    }
    let hidden = OrgUpdate {
        name: Some("Other".parse().unwrap()),
        roles: Some(Roles::of([Role::Member])),
        ..OrgUpdate::default()
    };
    assert_eq!(update(&mut s, &[PLATFORM], PLATFORM, hidden), "rejected.unauthorised");
}

#[test]
fn an_anchor_keeps_the_time_at_which_it_was_first_put() {
    let mut s = stage();
    let digest = Hash::from_bytes([3; 32]);
    let now = s.world.now;
    for (by, expected) in
        [(PLATFORM, APPLIED), (PLATFORM, "rejected.anchor_exists"), (REGISTRAR, APPLIED)]
    {
        let anchor = s.world.anchor(by, digest);
        assert_eq!(verdict(&mut s, anchor), expected);
    }
    let anchor = state::anchor(&s.state, PLATFORM, digest).unwrap().unwrap();
    assert_eq!((anchor.time, anchor.label.as_str()), (now, "fixture"));
}
