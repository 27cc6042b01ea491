//! The deepest values: what can be built can be read.

use super::scene::Scene;
use hefu_fixtures::{Plan, START, Wallet, list};
use hefu_ledger::bundle::{At, Operations, Query};
use hefu_ledger::operation::did_update::DidUpdate;
use hefu_ledger::organisation::Role;
use hefu_ledger::record::{Class, Service};
use hefu_ledger::rule::AuthRule;
use hefu_ledger::state::StateKey;

#[test]
fn an_update_of_services_is_read_in_every_claim() {
    let mut scene = Scene::one_epoch();
    let world = &mut scene.chain.world;
    let mut office = Wallet::new(world, &Plan { class: Class::Organisation, ..Plan::default() });
    let create = world.create(&office);
    let service = Service {
        name: "login".parse().unwrap(),
        service_type: "Login".parse().unwrap(),
        endpoint: "https://login.example".parse().unwrap(),
    };
    let update = DidUpdate { services: Some(list([service])), ..DidUpdate::default() };
    scene.chain.extend([create]);
    let update = office.update(&mut scene.chain.world, update);
    scene.chain.extend([update]);
    let (did, operations) = (office.did, Operations::Proved);
    for query in [
        Query::History { did, operations },
        Query::Past { did, at: At::Time(scene.time()), operations },
        Query::Past { did, at: At::Time(START), operations },
        Query::Record(StateKey::Did(did)),
    ] {
        let proven = scene.verify(&scene.prove(query)).unwrap();
        assert_eq!(proven.check_answer(&query), Ok(()));
    }
}

#[test]
fn the_deepest_rules_are_read() {
    let rule = AuthRule::Signatures { count: 1, role: Role::Member };
    let any = |rule: AuthRule| AuthRule::Any(list([rule.clone(), rule]));
    let all = |rule: AuthRule| AuthRule::All(list([rule.clone(), rule]));
    let deepest = any(all(any(rule)));
    let scene = Scene::with(|genesis| genesis.rules.anchor = deepest);
    let query = Query::Record(StateKey::Rules);
    let proven = scene.verify(&scene.prove(query)).unwrap();
    assert_eq!(proven.check_answer(&query), Ok(()));
}
