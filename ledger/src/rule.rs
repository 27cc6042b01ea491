//! Authority rules: whose signatures an action needs.

use crate::limits::{RULE_BRANCHES_MAX, RULE_DEPTH_MAX};
use crate::organisation::{OrganisationId, Role, Roles};
use hefu_primitives::BoundedVec;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Whose signatures an action needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AuthRule {
    /// So many distinct organisations, each with this role.
    Signatures {
        /// How many.
        count: u8,
        /// The role that each must have.
        role: Role,
    },
    /// Every one of these. An organisation may count in several of them.
    All(BoundedVec<AuthRule, RULE_BRANCHES_MAX>),
    /// One of these.
    Any(BoundedVec<AuthRule, RULE_BRANCHES_MAX>),
}

/// What needs authority.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Action {
    /// To suspend a DID.
    Suspend,
    /// To suspend a DID for a legal reason.
    SuspendLegal,
    /// To lift a suspension.
    Reinstate,
    /// To revoke a DID.
    Revoke,
    /// To admit an organisation.
    Admit,
    /// To change an organisation's name, keys, roles or standing.
    UpdateOrganisation,
    /// To put an anchor.
    Anchor,
}

/// The authority rules of a network. Some floors stand above them, whatever they say: revocation
/// of a DID takes two organisations, and so do suspensions for legal reasons and whatever exceeds a cap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// To suspend a DID.
    pub suspend: AuthRule,
    /// To suspend a DID for a legal reason.
    pub suspend_legal: AuthRule,
    /// To lift a suspension.
    pub reinstate: AuthRule,
    /// To revoke a DID.
    pub revoke: AuthRule,
    /// To admit an organisation.
    pub admit: AuthRule,
    /// To change an organisation.
    pub update_organisation: AuthRule,
    /// To put an anchor.
    pub anchor: AuthRule,
}

/// Why a rule is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RuleError {
    /// It asks for no signature.
    #[error("a rule that asks for no signature would let anybody act")]
    Empty,
    /// It nests too deeply.
    #[error("a rule nests at most {RULE_DEPTH_MAX} times")]
    TooDeep,
}

impl Action {
    /// Every action, with the name of its rule.
    pub const NAMED: [(Self, &'static str); 7] = [
        (Self::Suspend, "suspend"),
        (Self::SuspendLegal, "suspend_legal"),
        (Self::Reinstate, "reinstate"),
        (Self::Revoke, "revoke"),
        (Self::Admit, "admit"),
        (Self::UpdateOrganisation, "update_organisation"),
        (Self::Anchor, "anchor"),
    ];

    /// The name of its rule.
    pub fn word(self) -> &'static str {
        Self::NAMED.iter().find(|row| row.0 == self).map_or("", |row| row.1)
    }
}

impl Rules {
    /// The rule for an action.
    pub const fn rule(&self, action: Action) -> &AuthRule {
        match action {
            Action::Suspend => &self.suspend,
            Action::SuspendLegal => &self.suspend_legal,
            Action::Reinstate => &self.reinstate,
            Action::Revoke => &self.revoke,
            Action::Admit => &self.admit,
            Action::UpdateOrganisation => &self.update_organisation,
            Action::Anchor => &self.anchor,
        }
    }
}

impl AuthRule {
    /// Whether these organisations, each once and in good standing, satisfy the rule.
    pub fn is_satisfied(&self, signers: &[(OrganisationId, Roles)]) -> bool {
        match self {
            Self::Signatures { count, role } => {
                let with_role = signers.iter().filter(|(_, roles)| roles.contain(*role));
                with_role.count() >= usize::from(*count)
            }
            Self::All(rules) => rules.iter().all(|rule| rule.is_satisfied(signers)),
            Self::Any(rules) => rules.iter().any(|rule| rule.is_satisfied(signers)),
        }
    }

    /// Refuses a rule that would let anybody act.
    pub fn check(&self) -> Result<(), RuleError> {
        self.check_levels(RULE_DEPTH_MAX)
    }

    fn check_levels(&self, depth: usize) -> Result<(), RuleError> {
        let depth = depth.checked_sub(1).ok_or(RuleError::TooDeep)?;
        match self {
            Self::Signatures { count: 0, .. } => Err(RuleError::Empty),
            Self::Signatures { .. } => Ok(()),
            Self::All(rules) | Self::Any(rules) if rules.is_empty() => Err(RuleError::Empty),
            Self::All(rules) | Self::Any(rules) => {
                rules.iter().try_for_each(|rule| rule.check_levels(depth))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two(role: Role) -> AuthRule {
        AuthRule::Signatures { count: 2, role }
    }

    fn all(rules: Vec<AuthRule>) -> AuthRule {
        AuthRule::All(BoundedVec::new(rules).unwrap())
    }

    fn signers(roles: &[Role]) -> Vec<(OrganisationId, Roles)> {
        let numbered = (1..).zip(roles);
        numbered.map(|(id, role)| (OrganisationId::new(id), Roles::of([*role]))).collect()
    }

    #[test]
    fn a_rule_counts_organisations_with_the_role() {
        let rule = two(Role::Registrar);
        assert!(rule.is_satisfied(&signers(&[Role::Registrar, Role::Registrar])));
        assert!(!rule.is_satisfied(&signers(&[Role::Registrar, Role::Member])));
        assert!(!rule.is_satisfied(&[]));
    }

    #[test]
    fn branches_are_joined_as_they_say() {
        let branches = vec![
            AuthRule::Signatures { count: 1, role: Role::Member },
            AuthRule::Signatures { count: 1, role: Role::Auditor },
        ];
        let any = AuthRule::Any(BoundedVec::new(branches.clone()).unwrap());
        let member = signers(&[Role::Member]);
        assert!(any.is_satisfied(&member) && !all(branches.clone()).is_satisfied(&member));
        assert!(all(branches).is_satisfied(&signers(&[Role::Auditor, Role::Member])));
    }

    #[test]
    fn a_rule_that_lets_anybody_act_is_refused() {
        let none = AuthRule::Signatures { count: 0, role: Role::Member };
        for wrong in [none.clone(), all(vec![]), all(vec![two(Role::Member), none])] {
            assert_eq!(wrong.check(), Err(RuleError::Empty));
        }
        let deep = (0..RULE_DEPTH_MAX).fold(two(Role::Member), |rule, _| all(vec![rule]));
        assert_eq!(deep.check(), Err(RuleError::TooDeep));
        assert_eq!(two(Role::Member).check(), Ok(()));
    }
}
