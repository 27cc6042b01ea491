//! All configurations, one after the other, and what is said of them in the end.

use crate::floors::{BREADTH_PER_SECOND, WALKS_PER_SECOND, WHOLE};
use crate::model::Agreement;
use crate::run::{Limits, Method, Outcome, check};
use crate::setup::Setup;
use std::collections::BTreeSet;
use std::time::Duration;

/// What was found out.
#[derive(Clone, Debug, Default)]
pub struct Campaign {
    /// Every run.
    pub outcomes: Vec<Outcome>,
}

impl Campaign {
    /// Runs the configurations and shows each outcome to `watch`. The time is shared by those
    /// that no time would suffice for; what is gone through completely may take as long again.
    pub fn run(setups: Vec<Setup>, time: Duration, seed: u64, watch: impl Fn(&Outcome)) -> Self {
        let open = setups.iter().filter(|setup| !setup.exhaustive).count();
        let share = time / u32::try_from(open.max(1)).unwrap_or(u32::MAX);
        let mut campaign = Self::default();
        for setup in setups {
            let runs = if setup.exhaustive {
                vec![exhaust(setup, time)]
            } else {
                explore(setup, share, seed)
            };
            runs.iter().for_each(&watch);
            campaign.outcomes.extend(runs);
        }
        campaign
    }

    /// What is wrong, in sentences; nothing if all is well.
    pub fn complaints(&self) -> Vec<String> {
        let broken = self.outcomes.iter().flat_map(|outcome| {
            let violations = outcome.violations.iter();
            violations.map(|v| format!("{}: it is not true that {}", outcome.setup, v.property))
        });
        let floors = [("breadth", BREADTH_PER_SECOND), ("walks", WALKS_PER_SECOND)];
        let slow = floors.into_iter().filter_map(|(method, floor)| self.slow(method, floor));
        broken.chain(self.incomplete()).chain(self.unseen()).chain(slow).collect()
    }

    /// Different states in all.
    pub fn unique(&self) -> usize {
        self.outcomes.iter().map(|outcome| outcome.unique).sum()
    }

    fn incomplete(&self) -> impl Iterator<Item = String> {
        let exhaustive = |o: &&Outcome| o.exhaustive && o.violations.is_empty();
        self.outcomes.iter().filter(exhaustive).filter_map(|outcome| {
            let Outcome { setup, unique, complete, elapsed, .. } = outcome;
            let seconds = elapsed.as_secs();
            if !complete {
                return Some(format!("{setup}: {seconds} s did not suffice for all of it"));
            }
            (*unique < WHOLE).then(|| format!("{setup}: {unique} states, fewer than {WHOLE}"))
        })
    }

    fn unseen(&self) -> Vec<String> {
        let setups: BTreeSet<_> = self.outcomes.iter().map(|outcome| outcome.setup).collect();
        let unseen = |setup| {
            let runs = self.outcomes.iter().filter(move |outcome| outcome.setup == setup);
            let seen: BTreeSet<_> = runs.clone().flat_map(|run| &run.seen).collect();
            let expected: BTreeSet<_> = runs.flat_map(|run| &run.expected).collect();
            let missing: Vec<_> = expected.difference(&seen).copied().collect();
            missing.into_iter().map(move |name| format!("{setup}: it was never seen that {name}"))
        };
        setups.into_iter().flat_map(unseen).collect()
    }

    /// A sentence if the runs of this method came through too few states a second.
    fn slow(&self, method: &str, floor: u64) -> Option<String> {
        let runs = self.outcomes.iter().filter(|outcome| outcome.method.to_string() == method);
        let (unique, time) = runs.fold((0, Duration::ZERO), |(unique, time), outcome| {
            (unique + outcome.unique as u128, time + outcome.elapsed)
        });
        let rate = (unique * 1_000).checked_div(time.as_millis())?;
        let few = rate < u128::from(floor);
        few.then(|| format!("{method}: {rate} states a second, fewer than {floor}"))
    }
}

fn exhaust(setup: Setup, time: Duration) -> Outcome {
    check(&Agreement::new(setup), Method::Breadth, Limits::time(time))
}

/// Half of the time in breadth; what is left of it belongs to the walks.
fn explore(setup: Setup, time: Duration, seed: u64) -> Vec<Outcome> {
    let model = Agreement::new(setup);
    let near = check(&model, Method::Breadth, Limits::time(time / 2));
    let rest = time.saturating_sub(near.elapsed);
    let far = check(&model, Method::Walks(seed), Limits::time(rest));
    vec![near, far]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::Violation;

    fn outcome(method: Method, unique: usize) -> Outcome {
        Outcome {
            setup: "setup",
            method,
            generated: unique,
            unique,
            depth: 1,
            complete: false,
            exhaustive: false,
            elapsed: Duration::from_secs(1),
            violations: Vec::new(),
            seen: BTreeSet::new(),
            expected: BTreeSet::from(["it happens"]),
        }
    }

    fn complaints(outcomes: &[Outcome]) -> Vec<String> {
        Campaign { outcomes: outcomes.to_vec() }.complaints()
    }

    #[test]
    fn what_one_run_sees_is_seen() {
        let near = outcome(Method::Breadth, 10_000_000);
        let far = outcome(Method::Walks(1), 10_000_000);
        let sees = Outcome { seen: far.expected.clone(), ..far.clone() };
        assert_eq!(complaints(&[near.clone(), sees]), [""; 0]);
        assert_eq!(complaints(&[near, far]), ["setup: it was never seen that it happens"]);
    }

    #[test]
    fn violations_and_few_states_are_complained_of() {
        let violation = Violation { property: "all is well", steps: Vec::new() };
        let near = Outcome {
            violations: vec![violation],
            seen: BTreeSet::from(["it happens"]),
            ..outcome(Method::Breadth, 9)
        };
        let expected = [
            "setup: it is not true that all is well".to_owned(),
            format!("breadth: 9 states a second, fewer than {BREADTH_PER_SECOND}"),
        ];
        assert_eq!(complaints(&[near]), expected);
    }

    #[test]
    fn what_is_to_be_complete_must_be() {
        let cut = outcome(Method::Breadth, 10_000_000);
        let cut = Outcome { exhaustive: true, seen: cut.expected.clone(), ..cut };
        assert_eq!(
            complaints(std::slice::from_ref(&cut)),
            ["setup: 1 s did not suffice for all of it"]
        );
        let whole = Outcome { complete: true, ..cut };
        assert_eq!(complaints(&[whole]), [""; 0]);
    }
}
