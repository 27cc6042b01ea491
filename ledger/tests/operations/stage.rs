//! What the tests of operations begin with.

use hefu_fixtures::{Draft, Plan, Refused, Sandbox, Wallet, World};
use hefu_ledger::Transaction;
use hefu_ledger::enrolment::{EnrolmentRequest, GenesisOperation};
use hefu_ledger::operation::Payload;
use hefu_ledger::transaction::Subject;

/// What [`verdict`] says of a transaction that was executed.
pub(crate) const APPLIED: &str = "applied";

/// A network at its beginning.
pub(crate) fn stage() -> Sandbox {
    Sandbox::new(World::new(7))
}

/// Enrols as planned.
pub(crate) fn enrol(sandbox: &mut Sandbox, plan: &Plan) -> Wallet {
    let wallet = Wallet::new(&mut sandbox.world, plan);
    let create = sandbox.world.create(&wallet);
    sandbox.submit(create).unwrap();
    wallet
}

/// Enrols a person.
pub(crate) fn person(sandbox: &mut Sandbox) -> Wallet {
    enrol(sandbox, &Plan::default())
}

/// What became of a transaction, as its code or [`APPLIED`].
pub(crate) fn code(result: &Result<(), Refused>) -> &'static str {
    result.as_ref().map_or_else(Refused::code, |()| APPLIED)
}

/// Submits a transaction, and tells what became of it.
pub(crate) fn verdict(sandbox: &mut Sandbox, transaction: Transaction) -> &'static str {
    code(&sandbox.submit(transaction))
}

/// A `did.create` of a genesis operation that `change` has altered, with every signature but those
/// of controllers made anew.
pub(crate) fn create_with(
    sandbox: &mut Sandbox,
    wallet: &Wallet,
    change: impl FnOnce(&mut GenesisOperation),
) -> Draft {
    let mut operation = wallet.request.operation.clone();
    change(&mut operation);
    let keys: Vec<_> = wallet.login.iter().collect();
    let consents = wallet.request.consents.to_vec();
    let request = hefu_ledger::author::request(&sandbox.world.hash, operation, &keys, consents);
    create_of(sandbox, wallet, request)
}

/// A `did.create` of this request.
pub(crate) fn create_of(
    sandbox: &mut Sandbox,
    wallet: &Wallet,
    request: EnrolmentRequest,
) -> Draft {
    let did = request.operation.did(&sandbox.world.hash);
    let mut draft = sandbox.world.create_draft(wallet);
    draft.terms.subject = Subject::Did(did);
    *draft.payload() = Payload::DidCreate(sandbox.world.attest(request));
    draft
}
