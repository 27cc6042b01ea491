//! `did.update`: services, names and controllers.

use super::stage::{APPLIED, enrol, person, stage, verdict};
use hefu_fixtures::{Plan, Sandbox, Wallet, list};
use hefu_ledger::operation::did_update::DidUpdate;
use hefu_ledger::record::{Class, Controllers, Service};
use hefu_ledger::text::Reference;

const MALFORMED: &str = "transaction.malformed";

fn service(name: &str) -> Service {
    Service {
        name: name.parse().unwrap(),
        service_type: "Login".parse().unwrap(),
        endpoint: "https://office.example/login".parse().unwrap(),
    }
}

fn services(names: &[&str]) -> DidUpdate {
    DidUpdate { services: Some(list(names.iter().map(|name| service(name)))), ..none() }
}

fn names(names: &[&str]) -> DidUpdate {
    let names = names.iter().map(|name| name.parse::<Reference>().unwrap());
    DidUpdate { also_known_as: Some(list(names)), ..none() }
}

fn none() -> DidUpdate {
    DidUpdate::default()
}

fn office(s: &mut Sandbox, class: Class) -> Wallet {
    enrol(s, &Plan { class, ..Plan::default() })
}

#[test]
fn offices_show_services_and_names() {
    for class in [Class::Organisation, Class::Public] {
        let mut s = stage();
        let mut office = office(&mut s, class);
        for update in [services(&["a", "b"]), names(&["https://a.example", "urn:x:1"])] {
            let update = office.update(&mut s.world, update);
            assert_eq!(verdict(&mut s, update), APPLIED);
        }
        // What an update does not mention stays.
        let content = s.content(office.did).unwrap();
        assert_eq!(content.services[..], [service("a"), service("b")]);
        assert_eq!(content.also_known_as.len(), 2);
        let update = office.update(&mut s.world, services(&[]));
        assert_eq!(verdict(&mut s, update), APPLIED);
        let content = s.content(office.did).unwrap();
        assert_eq!((content.services.len(), content.also_known_as.len()), (0, 2));
    }
}

#[test]
fn persons_show_neither() {
    let mut s = stage();
    for update in [services(&["a"]), services(&[]), names(&["urn:x:1"]), names(&[])] {
        let update = person(&mut s).update(&mut s.world, update);
        assert_eq!(verdict(&mut s, update), "rejected.not_for_persons");
    }
}

#[test]
fn an_update_changes_something_and_is_in_order() {
    let mut s = stage();
    let office = office(&mut s, Class::Public);
    let someone = person(&mut s).did;
    let controllers = |threshold, dids: &[_]| DidUpdate {
        controllers: Some(Controllers { threshold, dids: list(dids.iter().copied()) }),
        ..none()
    };
    let wrong = [
        none(),
        services(&["b", "a"]),
        services(&["a", "a"]),
        names(&["urn:x:2", "urn:x:1"]),
        names(&["urn:x:1", "urn:x:1"]),
        controllers(1, &[]),
        controllers(0, &[someone]),
        controllers(2, &[someone]),
        controllers(1, &[someone, someone]),
    ];
    for update in wrong {
        let transaction = office.clone().update(&mut s.world, update.clone());
        assert_eq!(verdict(&mut s, transaction), MALFORMED, "{update:?}");
    }
}

#[test]
fn controllers_are_dismissed_by_themselves() {
    let mut s = stage();
    let guardians = vec![person(&mut s).guardian(), person(&mut s).guardian()];
    let mut ward = enrol(&mut s, &Plan { guardians, guardian_threshold: 2, ..Plan::default() });
    let dismissal = DidUpdate { controllers: Some(Controllers::default()), ..none() };
    let mut alone = ward.clone();
    alone.guardians.truncate(1);
    let alone = alone.update(&mut s.world, dismissal.clone());
    assert_eq!(verdict(&mut s, alone), "rejected.controllers");
    let together = ward.update(&mut s.world, dismissal);
    assert_eq!(verdict(&mut s, together), APPLIED);
    ward.guardians.clear();
    let rotation = ward.rotate(&mut s.world);
    assert_eq!(verdict(&mut s, rotation), APPLIED);
}
