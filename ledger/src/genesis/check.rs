//! What a genesis must be for its network to live: nobody can mend it later.

use super::{Founder, Genesis, GenesisError, PROTOCOL_VERSION};
use crate::key::KeyBytes;
use crate::limits::{
    DELTA_MS_MAX, DELTA_MS_MIN, GENESIS_START_MAX_MS, ORGANISATIONS_MAX, SIGNERS_MAX,
};
use crate::operation::holder::is_strictly_sorted;
use crate::organisation::{OrganisationId, Role, Roles};
use crate::rule::{Action, AuthRule};
use hefu_primitives::limits::VALIDATORS_MIN_OUTSIDE_DEVELOPMENT;
use std::collections::BTreeMap;

/// What somebody must be, so that the network can enrol and can be governed.
const NEEDED_ROLES: [Role; 2] = [Role::Member, Role::Registrar];

impl Genesis {
    /// Refuses a genesis whose network could not act, or not as its founders think.
    pub fn check(&self) -> Result<(), GenesisError> {
        self.check_numbers()?;
        self.check_validators()?;
        self.check_order()?;
        self.organisations.iter().try_for_each(Founder::check)?;
        self.check_owners()?;
        self.check_roles()?;
        Action::NAMED.into_iter().try_for_each(|(action, _)| self.check_rule(action))?;
        Ok(self.parameters.check()?)
    }

    fn check_numbers(&self) -> Result<(), GenesisError> {
        let got = self.protocol_version;
        if got != PROTOCOL_VERSION {
            return Err(GenesisError::ProtocolVersion { got });
        }
        if self.start.get() > GENESIS_START_MAX_MS {
            return Err(GenesisError::Start(self.start));
        }
        let got = self.agreement.delta_ms;
        if !(DELTA_MS_MIN..=DELTA_MS_MAX).contains(&got) {
            return Err(GenesisError::Delta { got });
        }
        Ok(())
    }

    fn check_validators(&self) -> Result<(), GenesisError> {
        let got = self.validators.len();
        if !self.development && got < VALIDATORS_MIN_OUTSIDE_DEVELOPMENT {
            return Err(GenesisError::FewValidators { got });
        }
        Ok(())
    }

    fn check_order(&self) -> Result<(), GenesisError> {
        let ids: Vec<OrganisationId> = self.organisations.iter().map(|one| one.id).collect();
        if !is_strictly_sorted(&ids) {
            return Err(GenesisError::OrganisationOrder);
        }
        let beyond = ids.into_iter().find(|id| usize::from(id.get()) >= ORGANISATIONS_MAX);
        beyond.map_or(Ok(()), |id| Err(GenesisError::OrganisationNumber(id)))
    }

    /// Refuses a key with two owners: one theft would be two, and one person two organisations.
    fn check_owners(&self) -> Result<(), GenesisError> {
        let mut owners = BTreeMap::new();
        let keys =
            self.organisations.iter().flat_map(|one| one.keys.iter().map(|key| (key, one.id)));
        for (key, second) in keys {
            if let Some(first) = owners.insert(*key, second) {
                return Err(GenesisError::SharedKey { first, second });
            }
        }
        let validators = self.validators.iter().map(|(_, member)| KeyBytes::from(&member.key));
        match validators.into_iter().find_map(|key| owners.get(&key)) {
            Some(owner) => Err(GenesisError::ValidatorKey(*owner)),
            None => Ok(()),
        }
    }

    fn check_roles(&self) -> Result<(), GenesisError> {
        let has = |role: &Role| self.organisations.iter().any(|one| one.roles.contain(*role));
        match NEEDED_ROLES.into_iter().find(|role| !has(role)) {
            Some(role) => Err(GenesisError::Nobody(role)),
            None => Ok(()),
        }
    }

    /// Refuses a rule that lets anybody act, or, outside development, nobody.
    fn check_rule(&self, action: Action) -> Result<(), GenesisError> {
        let rule = self.rules.rule(action);
        rule.check().map_err(|error| GenesisError::Rule { action, error })?;
        if self.development {
            return Ok(());
        }
        let all: Vec<(OrganisationId, Roles)> =
            self.organisations.iter().map(|one| (one.id, one.roles)).collect();
        let two = action != Action::Revoke || all.len() >= 2;
        // Whoever joins signs too, with one key at least.
        let joining = usize::from(action == Action::Admit);
        let signers = signers_min(rule).saturating_add(joining);
        if !two || !rule.is_satisfied(&all) || signers > SIGNERS_MAX {
            return Err(GenesisError::Unsatisfiable(action));
        }
        Ok(())
    }
}

/// A number of signers below which the rule is never satisfied. It may take more: an organisation
/// counts in several branches only if it has the roles of all.
fn signers_min(rule: &AuthRule) -> usize {
    match rule {
        AuthRule::Signatures { count, .. } => usize::from(*count),
        AuthRule::All(rules) => rules.iter().map(signers_min).max().unwrap_or_default(),
        AuthRule::Any(rules) => rules.iter().map(signers_min).min().unwrap_or_default(),
    }
}

impl Founder {
    fn check(&self) -> Result<(), GenesisError> {
        let organisation = self.id;
        if self.roles.is_malformed() {
            return Err(GenesisError::Roles(organisation));
        }
        if self.keys.is_empty() || !is_strictly_sorted(&self.keys) {
            return Err(GenesisError::KeyOrder(organisation));
        }
        let wrong = |error| GenesisError::Key { organisation, error };
        self.keys.iter().try_for_each(|key| key.check().map(|_| ()).map_err(wrong))
    }
}
