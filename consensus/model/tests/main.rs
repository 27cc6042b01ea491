//! The healthy engine near its starts, and planted defects that a search in breadth meets there.

use hefu_consensus::{Bug, Planted};
use hefu_model::plants::Plant;
use hefu_model::{Agreement, Limits, Method, Outcome, Setup, check};
use std::time::Duration;

/// How far from the starts the healthy engine is checked, and where planted defects are met.
const NEAR: usize = 4;
const FAR: usize = 5;
/// Never needed; a search that does not end is ended by it.
const PATIENCE: Duration = Duration::from_mins(10);

fn search(setup: Setup, depth: usize) -> Outcome {
    let limits = Limits { time: PATIENCE, depth: Some(depth) };
    check(&Agreement::new(setup), Method::Breadth, limits)
}

/// The property that `bug` breaks near a start of the configuration which is to find it.
fn broken_by(bug: Bug) -> &'static str {
    let plant = Plant::all().into_iter().find(|plant| plant.bug == bug).expect("it is listed");
    let outcome = search(Setup { planted: Planted::new(bug), ..plant.setup }, FAR);
    let violation = outcome.violations.into_iter().next().expect("it breaks something");
    assert!(violation.steps.len() > 1, "a start and what follows");
    violation.property
}

#[test]
fn the_healthy_engine_breaks_no_property_near_its_starts() {
    for setup in Setup::all() {
        let name = setup.name;
        let outcome = search(setup, NEAR);
        assert_eq!(outcome.violations, [], "{name}");
        assert!(outcome.unique > 100, "{name}: {} states", outcome.unique);
    }
}

#[test]
fn one_view_is_gone_through_completely() {
    let setup = Setup { traitors: &[2], ..Setup::whole() };
    let outcome = check(&Agreement::new(setup), Method::Breadth, Limits::time(PATIENCE));
    assert!(outcome.complete && outcome.violations.is_empty());
    assert!(outcome.seen.contains("a block is final in view 1"));
}

#[test]
fn walks_take_the_same_course_from_the_same_seed() {
    let model = Agreement::new(Setup::crash());
    let walk = |seed| hefu_model::walk(&model, seed, 40);
    assert_eq!(walk(7), walk(7));
    assert_ne!(walk(7), walk(8));
}

#[test]
fn r3_an_unchecked_gap_is_found() {
    assert_eq!(broken_by(Bug::GapUnchecked), "what is notarized is justified");
}

#[test]
fn r3_an_unchecked_execution_is_found() {
    assert_eq!(broken_by(Bug::ExecutionUnchecked), "what is notarized is fit");
}

#[test]
fn r4_finalizing_after_nullifying_is_found() {
    let property = "a validator finalizes or nullifies a view, and never both";
    assert_eq!(broken_by(Bug::FinalizesAfterNullify), property);
}

#[test]
fn r5_nullifying_after_finalizing_is_found() {
    let property = "a validator finalizes or nullifies a view, and never both";
    assert_eq!(broken_by(Bug::NullifiesAfterFinalize), property);
}

#[test]
fn r7_a_certificate_that_is_not_durable_is_found() {
    assert_eq!(broken_by(Bug::CertificateNotDurable), "what is sent rests on what is durable");
}

#[test]
fn r7_forgotten_acts_are_found() {
    assert_eq!(broken_by(Bug::ActsForgotten), "nobody correct halts");
}

#[test]
fn r12_a_block_above_the_last_is_found() {
    let property = "nothing new stands above the last block of an epoch";
    assert_eq!(broken_by(Bug::BoundaryExtended), property);
}
