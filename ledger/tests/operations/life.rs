//! One life of a DID, from its enrolment to its end.

use hefu_fixtures::{MEMBER, OTHER_MEMBER, REGISTRAR, Sandbox, Wallet, World};
use hefu_ledger::record::Status;

#[test]
fn a_did_lives_and_ends() {
    let mut sandbox = Sandbox::new(World::new(1));
    let mut person = Wallet::person(&mut sandbox.world);
    let create = sandbox.world.create(&person);
    sandbox.submit(create).unwrap();
    for step in [Wallet::rotate, Wallet::register] {
        let operation = step(&mut person, &mut sandbox.world);
        sandbox.submit(operation).unwrap();
    }
    let operation = person.revoke(&mut sandbox.world, 0);
    sandbox.submit(operation).unwrap();
    let suspension = sandbox.world.suspend(&[REGISTRAR], person.did, 10_000);
    sandbox.submit(suspension).unwrap();
    assert_eq!(sandbox.status(person.did), Some(Status::Suspended));
    sandbox.wait(10_000);
    assert_eq!(sandbox.status(person.did), Some(Status::Active));
    let revocation = sandbox.world.revoke(&[MEMBER, OTHER_MEMBER], person.did);
    sandbox.submit(revocation).unwrap();
    assert_eq!(sandbox.status(person.did), Some(Status::Revoked));
}
