//! Scenarios that cannot run are refused with a sentence that says why.

use crate::network::calm;
use hefu_sim::{ATTACKERS, NodeId, Scenario, ScenarioError, SetChange, Stop, World};

fn refusal(scenario: &Scenario) -> ScenarioError {
    World::check(scenario).unwrap_err()
}

#[test]
fn an_unknown_attacker_is_answered_with_the_known_ones() {
    let sentence = refusal(&calm(4, 1, 1_000).with_attacker(0, "gremlin")).to_string();
    assert!(sentence.contains("gremlin"), "{sentence}");
    for name in ATTACKERS {
        assert!(sentence.contains(name), "{sentence} lacks {name}");
    }
}

#[test]
fn more_than_f_attackers_are_refused() {
    for validators in [4, 6, 7, 31, 100] {
        let mut scenario = calm(validators, 1, 1_000);
        let max = scenario.faults_max();
        for node in 0..u8::try_from(max).unwrap() {
            scenario = scenario.with_attacker(node, "silent");
        }
        assert_eq!(World::check(&scenario), Ok(()));
        let got = max + 1;
        let scenario = scenario.with_attacker(validators - 1, "silent");
        assert_eq!(refusal(&scenario), ScenarioError::TooManyFaulty { epoch: 0, got, max });
    }
}

#[test]
fn twins_count_as_faulty() {
    let scenario = Scenario { twins: vec![NodeId(1)], ..calm(4, 1, 1_000) };
    assert_eq!(World::check(&scenario), Ok(()));
    let refused = refusal(&scenario.with_attacker(0, "silent"));
    assert_eq!(refused, ScenarioError::TooManyFaulty { epoch: 0, got: 2, max: 1 });
}

#[test]
fn too_few_and_too_many_validators_are_refused() {
    for got in [0, 3, 101] {
        assert_eq!(refusal(&calm(got, 1, 1_000)), ScenarioError::Validators { got });
    }
}

#[test]
fn who_does_not_exist_cannot_attack() {
    let refused = refusal(&calm(4, 1, 1_000).with_attacker(4, "silent"));
    assert_eq!(refused, ScenarioError::UnknownNode { node: NodeId(4), machines: 4 });
}

#[test]
fn more_than_one_epoch_allows_is_refused() {
    let joins = vec![NodeId(4), NodeId(5)];
    let changes = vec![SetChange { height: 5, joins, ..SetChange::default() }];
    let refused = refusal(&Scenario { joiners: 2, changes, ..calm(4, 1, 1_000) });
    assert!(matches!(refused, ScenarioError::Change { height: 5, .. }), "{refused}");
}

#[test]
fn an_unknown_defect_is_refused() {
    let scenario = Scenario { bug: Some("Gremlin".to_owned()), ..calm(4, 1, 1_000) };
    let refused = World::new(scenario).err().unwrap();
    assert_eq!(refused, ScenarioError::UnknownBug { name: "Gremlin".to_owned() });
}

#[test]
fn what_makes_no_sense_is_refused() {
    let stop = Stop { heal_ms: None, at_ms: 1_000, once_settled: true };
    for scenario in
        [Scenario { delta_ms: 0, ..calm(4, 1, 1_000) }, Scenario { stop, ..calm(4, 1, 1_000) }]
    {
        let refused = refusal(&scenario);
        assert!(matches!(refused, ScenarioError::Senseless { .. }), "{refused}");
    }
}
