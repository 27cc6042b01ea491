//! Who signs: the fewest organisations with which the network's rule is content.

use super::{Act, AuthorityArgs, Elsewhere};
use crate::network::Network;
use crate::office::{Offices, public};
use crate::out::Failure;
use anyhow::Result;
use hefu_client::Exit;
use hefu_ledger::key::KeyBytes;
use hefu_ledger::organisation::{Organisation, OrganisationId, Role, Roles};
use hefu_ledger::rule::{Action, AuthRule};
use hefu_ledger::transaction::{SignerRef, Subject};
use hefu_primitives::SecretKey;

/// An organisation with what it may do.
type Office = (OrganisationId, Roles);

/// An organisation that signs.
pub(super) struct Signer {
    id: OrganisationId,
    roles: Roles,
    key: KeyBytes,
    /// Its secret key, if it is at hand.
    pub(super) secret: Option<SecretKey>,
}

impl Signer {
    /// It, as an envelope names it.
    pub(super) const fn reference(&self) -> SignerRef {
        SignerRef::Organisation { organisation: self.id, key: self.key }
    }
}

/// Those who sign: the ones that are named, and of the context's others as few as will do.
pub(super) fn signers(
    network: &Network,
    offices: &Offices<'_>,
    act: &Act,
    args: &AuthorityArgs,
) -> Result<Vec<Signer>> {
    let others =
        args.with.iter().map(|one| elsewhere(offices, *one)).collect::<Result<Vec<_>>>()?;
    let named: Vec<_> = args.by.iter().copied().map(OrganisationId::new).collect();
    let asked = if named.is_empty() { offices.numbers() } else { named.clone() };
    let mut own = Vec::new();
    for id in asked {
        if others.iter().all(|other| other.id != id) {
            own.push((id, offices.good(id)?.roles));
        }
    }
    let rule = network.client.rules()?.value.rule(act.action).clone();
    let enough = |chosen: &[Office]| {
        let mut all: Vec<_> = others.iter().map(|other| (other.id, other.roles)).collect();
        all.extend(chosen);
        is_content(&rule, act, &all)
    };
    let chosen = if named.is_empty() { fewest(&own, enough) } else { Some(own.clone()) };
    let chosen = chosen.filter(|chosen| enough(chosen));
    let chosen = chosen.ok_or_else(|| too_few(act.action, &rule, &own))?;
    let mut signers = others;
    for (id, roles) in chosen {
        let secret = offices.key(id)?;
        signers.push(Signer { id, roles, key: public(&secret), secret: Some(secret) });
    }
    Ok(signers)
}

/// An organisation that signs elsewhere, with the key that it is said to use, or its first.
fn elsewhere(offices: &Offices<'_>, Elsewhere { number, key }: Elsewhere) -> Result<Signer> {
    let id = OrganisationId::new(number);
    let Organisation { roles, keys, .. } = offices.good(id)?;
    let key = key.or_else(|| keys.first().copied()).filter(|key| keys.contains(key));
    let key = key.ok_or_else(|| {
        let what = format!("organisation {id} has no such key");
        let next = format!("hefu org show {id} shows its keys");
        Failure { exit: Exit::Usage, code: "organisation.no_key", what, next }
    })?;
    Ok(Signer { id, roles, key, secret: None })
}

/// Whether the rule is content with these. Some floors stand above every rule.
fn is_content(rule: &AuthRule, act: &Act, all: &[Office]) -> bool {
    let two = matches!(act.action, Action::Revoke | Action::SuspendLegal);
    let own_affair = match (act.action, act.subject) {
        (Action::UpdateOrganisation, Subject::Organisation(id)) => {
            act.is_own_affair() && all.iter().any(|(signer, _)| *signer == id)
        }
        _ => false,
    };
    own_affair || (rule.is_satisfied(all) && (!two || all.len() >= 2))
}

/// As few of these as will do; of several such choices the one with the lowest numbers.
fn fewest(own: &[Office], enough: impl Fn(&[Office]) -> bool) -> Option<Vec<Office>> {
    let mut rounds = vec![(Vec::new(), 0)];
    while !rounds.is_empty() {
        if let Some((found, _)) = rounds.iter().find(|(chosen, _)| enough(chosen)) {
            return Some(found.clone());
        }
        let longer = |(chosen, next): &(Vec<_>, usize)| {
            let rest = own.iter().enumerate().skip(*next);
            let with = rest.map(|(at, one)| ([chosen.as_slice(), &[*one]].concat(), at + 1));
            with.collect::<Vec<_>>()
        };
        rounds = rounds.iter().flat_map(longer).take(CHOICES_MAX).collect();
    }
    None
}

/// Choices of one size that are looked at. A person holds the keys of a handful of organisations.
const CHOICES_MAX: usize = 10_000;

fn too_few(action: Action, rule: &AuthRule, own: &[Office]) -> anyhow::Error {
    let have: Vec<_> =
        own.iter().map(|(id, roles)| format!("{id} ({})", roles_in_words(*roles))).collect();
    let have = if have.is_empty() { "none".to_owned() } else { have.join(", ") };
    let what = format!(
        "to {} takes {}; the organisations whose keys are at hand do not suffice: {have}",
        action.word(),
        in_words(rule)
    );
    let next = "name who signs elsewhere: --with NUMBER; hefu org list shows them".to_owned();
    Failure { exit: Exit::Rejected, code: "rejected.unauthorised", what, next }.into()
}

/// A rule in words.
fn in_words(rule: &AuthRule) -> String {
    let joined =
        |rules: &[AuthRule], word: &str| rules.iter().map(in_words).collect::<Vec<_>>().join(word);
    match rule {
        AuthRule::Signatures { count, role } => format!("{count} × {}", role.word()),
        AuthRule::All(rules) => joined(rules, " and "),
        AuthRule::Any(rules) => joined(rules, " or "),
    }
}

/// Roles in words.
pub(crate) fn roles_in_words(roles: Roles) -> String {
    let named = Role::NAMED.iter().filter(|(role, _)| roles.contain(*role));
    named.map(|(_, word)| *word).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use hefu_primitives::BoundedVec;

    fn office(number: u16, roles: &[Role]) -> (OrganisationId, Roles) {
        (OrganisationId::new(number), Roles::of(roles.iter().copied()))
    }

    #[test]
    fn as_few_sign_as_will_do() {
        let one = |role| AuthRule::Signatures { count: 1, role };
        let rule = AuthRule::All(BoundedVec::first_of([
            one(Role::Registrar),
            AuthRule::Signatures { count: 2, role: Role::Member },
        ]));
        let own = [
            office(3, &[Role::Member]),
            office(5, &[Role::Auditor]),
            office(7, &[Role::Registrar, Role::Member]),
            office(8, &[Role::Registrar]),
        ];
        let enough = |chosen: &[Office]| rule.is_satisfied(chosen);
        let found = fewest(&own, enough).unwrap();
        assert_eq!(found, [own[0], own[2]]);
        assert_eq!(fewest(&own[..2], enough), None);
        assert_eq!(in_words(&rule), "1 × registrar and 2 × member");
    }
}
