//! Transactions that no state would allow.

use super::Case;
use crate::operations::stage::{create_of, create_with, person};
use hefu_fixtures::{
    Change, Draft, MEMBER, OTHER_MEMBER, Plan, REGISTRAR, Sandbox, Wallet, World, list,
};
use hefu_ledger::did::DidId;
use hefu_ledger::enrolment::{Consent, EnrolmentRequest};
use hefu_ledger::key::KeyBytes;
use hefu_ledger::operation::OperationKind;
use hefu_ledger::record::MethodKey;
use hefu_ledger::transaction::{Body, Ordering, Subject, Transaction};
use hefu_primitives::{Hash, Signature};

const NO_SIGNATURE: Signature = Signature::from_bytes([0; 64]);

/// Each code with a transaction that is refused with it.
pub(super) const CASES: &[Case] = &[
    ("transaction.network", of_another_network),
    ("transaction.kind", |s| create(s, |t| t.envelope.kind = OperationKind::KeyRegister)),
    ("transaction.ordering", |s| {
        create(s, |t| t.envelope.ordering = Ordering::Authority { reference: [0; 16] })
    }),
    ("transaction.subject", |s| {
        create(s, |t| t.envelope.subject = Subject::Organisation(REGISTRAR))
    }),
    ("transaction.signature_count", |s| create(s, |t| t.signatures = list([]))),
    ("transaction.signer_order", out_of_order),
    ("transaction.signer", |s| {
        let registrar = s.world.signer(REGISTRAR);
        rotation(s, |draft| draft.signers.push(registrar))
    }),
    ("transaction.signer_missing", |s| rotation(s, |draft| draft.signers.clear())),
    ("transaction.payload_hash", |s| {
        let other = create(s, |_| ());
        create(s, |t| t.body = other.body)
    }),
    ("transaction.erased", |s| create(s, erase)),
    ("transaction.key", weak_key),
    ("transaction.signature", |s| create(s, |t| t.signatures = list([NO_SIGNATURE]))),
    ("transaction.possession", |s| {
        let wallet = Wallet::person(&mut s.world);
        let possession = list([NO_SIGNATURE]);
        let request = EnrolmentRequest { possession, ..wallet.request.clone() };
        create_of(s, &wallet, request).sign()
    }),
    ("transaction.consent", without_consent),
    ("transaction.identifier", |s| {
        let wallet = Wallet::person(&mut s.world);
        let mut draft = s.world.create_draft(&wallet);
        draft.terms.subject = Subject::Did(DidId::new(Hash::default()));
        draft.sign()
    }),
    ("transaction.malformed", |s| {
        let mut wallet = Wallet::person(&mut s.world);
        wallet.login.clear();
        create_with(s, &wallet, |operation| operation.methods = list([])).sign()
    }),
];

/// A `did.create` that is altered after it was signed.
fn create(sandbox: &mut Sandbox, change: impl FnOnce(&mut Transaction)) -> Transaction {
    let wallet = Wallet::person(&mut sandbox.world);
    let mut transaction = sandbox.world.create(&wallet);
    change(&mut transaction);
    transaction
}

/// A `control.rotate` that is altered before it is signed.
fn rotation(sandbox: &mut Sandbox, change: impl FnOnce(&mut Draft)) -> Transaction {
    let mut wallet = person(sandbox);
    let mut draft = wallet.draft(&mut sandbox.world, Change::Rotate);
    change(&mut draft);
    draft.sign()
}

fn of_another_network(sandbox: &mut Sandbox) -> Transaction {
    let mut other = World::new(8);
    other.now = sandbox.world.now;
    let wallet = Wallet::person(&mut other);
    other.create(&wallet)
}

fn out_of_order(sandbox: &mut Sandbox) -> Transaction {
    let did = person(sandbox).did;
    let mut transaction = sandbox.world.revoke(&[MEMBER, OTHER_MEMBER], did);
    let reversed: Vec<_> = transaction.envelope.signers.iter().rev().copied().collect();
    transaction.envelope.signers = list(reversed);
    transaction
}

fn erase(transaction: &mut Transaction) {
    if let Body::Single(sealed) = &mut transaction.body {
        **sealed = sealed.erased();
    }
}

fn weak_key(sandbox: &mut Sandbox) -> Transaction {
    let wallet = Wallet::person(&mut sandbox.world);
    let draft = create_with(sandbox, &wallet, |operation| {
        let mut method = operation.methods[0];
        method.key = MethodKey::Ed25519(KeyBytes::from_bytes([0; 32]));
        operation.methods = list([method]);
    });
    draft.sign()
}

fn without_consent(sandbox: &mut Sandbox) -> Transaction {
    let guardians = vec![person(sandbox).guardian()];
    let plan = Plan { guardians, guardian_threshold: 1, ..Plan::default() };
    let ward = Wallet::new(&mut sandbox.world, &plan);
    let wrong = Consent { signature: NO_SIGNATURE, ..ward.request.consents[0] };
    let request = EnrolmentRequest { consents: list([wrong]), ..ward.request.clone() };
    create_of(sandbox, &ward, request).sign()
}
