//! R5, R11: work, deadlines, heartbeats.

use super::sandbox::{DELTA_MS, Sandbox, child, index, view, votes_sent};
use crate::limits::{HEARTBEAT_MS, VIEW_DEADLINE_MAX_MS};
use crate::{Input, Output, Timer};
use hefu_primitives::Subject;

fn timer_ms(out: &[Output], wanted: Timer) -> Option<u64> {
    out.iter().rev().find_map(|output| match output {
        Output::SetTimer { timer, after_ms } if *timer == wanted => Some(*after_ms),
        _ => None,
    })
}

#[test]
fn r11_without_work_there_are_no_deadlines_and_no_block() {
    for me in 0..4 {
        let mut sandbox = Sandbox::unstarted(4, me, vec![]);
        let mut out = sandbox.give(Input::Start);
        out.extend(sandbox.hear_others());
        assert_eq!(timer_ms(&out, Timer::View(view(1))), None);
        assert!(!out.iter().any(|o| matches!(o, Output::Build { .. } | Output::Persist { .. })));
        assert_eq!(timer_ms(&out, Timer::Heartbeat), Some(HEARTBEAT_MS));
    }
}

#[test]
fn r11_pending_work_starts_the_deadlines_of_its_view() {
    let mut sandbox = Sandbox::new(4, 0);
    let other_view = Input::Pending { view: view(2), waiting: true };
    assert_eq!(sandbox.give(other_view), []);
    let out = sandbox.pending();
    assert_eq!(timer_ms(&out, Timer::Leader(view(1))), Some(2 * DELTA_MS));
    assert_eq!(timer_ms(&out, Timer::View(view(1))), Some(3 * DELTA_MS));
    let out = sandbox.certificate(1, Subject::Nullify);
    assert_eq!(timer_ms(&out, Timer::View(view(2))), None, "the next leader has not got it yet");
}

#[test]
fn r11_votes_of_f_plus_1_validators_start_the_deadlines() {
    for (n, faults) in [(4, 1), (7, 2), (10, 3)] {
        let mut sandbox = Sandbox::new(n, 0);
        let mut out = vec![];
        for signer in 1..=faults {
            out.extend(sandbox.vote(signer, 1, Subject::Nullify));
            out.extend(sandbox.vote(signer, 1, Subject::Nullify));
        }
        assert_eq!(timer_ms(&out, Timer::View(view(1))), None);
        let out = sandbox.vote(faults + 1, 1, Subject::Nullify);
        assert!(timer_ms(&out, Timer::View(view(1))).is_some());
    }
}

#[test]
fn r11_votes_that_came_before_we_entered_their_view_start_its_deadlines_too() {
    let mut sandbox = Sandbox::new(4, 0);
    sandbox.vote(1, 2, Subject::Nullify);
    sandbox.vote(2, 2, Subject::Nullify);
    let out = sandbox.certificate(1, Subject::Nullify);
    assert!(timer_ms(&out, Timer::View(view(2))).is_some());
}

#[test]
fn r11_a_block_that_stays_notarized_is_work() {
    let mut sandbox = Sandbox::new(4, 0);
    let header = child(&sandbox.root, 1);
    sandbox.propose_valid(1, 0, &header);
    let out = sandbox.certificate(1, Subject::Notarize(header.digest()));
    assert_eq!(timer_ms(&out, Timer::Unfinal(view(1))), Some(DELTA_MS));
    let out = sandbox.give(Input::Timer(Timer::Unfinal(view(1))));
    assert!(timer_ms(&out, Timer::View(view(2))).is_some());
    let out = sandbox.certificate(2, Subject::Nullify);
    assert!(timer_ms(&out, Timer::View(view(3))).is_some(), "and stays work in later views");

    let mut sandbox = Sandbox::new(4, 0);
    sandbox.propose_valid(1, 0, &header);
    sandbox.certificate(1, Subject::Notarize(header.digest()));
    sandbox.certificate(1, Subject::Finalize(header.digest()));
    assert_eq!(
        sandbox.give(Input::Timer(Timer::Unfinal(view(1)))),
        [],
        "unless it is final by then"
    );
}

#[test]
fn r11_a_restart_waits_anew_for_what_is_notarized_and_not_final() {
    let mut sandbox = Sandbox::new(4, 0);
    let header = child(&sandbox.root, 1);
    sandbox.certificate(1, Subject::Notarize(header.digest()));
    sandbox.certificate(2, Subject::Nullify);
    let (_, out) = sandbox.restarted();
    assert_eq!(timer_ms(&out, Timer::Unfinal(view(1))), Some(DELTA_MS));
    let unfinal = |o: &&Output| matches!(o, Output::SetTimer { timer: Timer::Unfinal(_), .. });
    assert_eq!(out.iter().filter(unfinal).count(), 1);
}

#[test]
fn r11_a_heartbeat_is_work_until_a_block_is_final() {
    let mut sandbox = Sandbox::new(4, 1);
    let out = sandbox.give(Input::Timer(Timer::Heartbeat));
    assert!(out.iter().any(|o| matches!(o, Output::Build { .. })));
    let header = child(&sandbox.root, 1);
    let out = sandbox.certificate(1, Subject::Nullify);
    assert!(timer_ms(&out, Timer::View(view(2))).is_some());
    let out = sandbox.certificate(2, Subject::Finalize(header.digest()));
    assert_eq!(timer_ms(&out, Timer::View(view(3))), None);
    assert_eq!(timer_ms(&out, Timer::Heartbeat), Some(HEARTBEAT_MS));
}

#[test]
fn r11_a_heartbeat_makes_one_block() {
    let mut sandbox = Sandbox::new(4, 2);
    sandbox.give(Input::Timer(Timer::Heartbeat));
    let header = child(&sandbox.root, 1);
    sandbox.propose_valid(1, 0, &header);
    let out = sandbox.certificate(1, Subject::Notarize(header.digest()));
    assert!(!out.iter().any(|o| matches!(o, Output::Build { .. })), "the next leader has no work");
    let out = sandbox.give(Input::Timer(Timer::Unfinal(view(1))));
    assert!(out.iter().any(|o| matches!(o, Output::Build { .. })), "unless it stays unfinal");
}

#[test]
fn r11_a_deadline_means_nothing_once_the_work_is_gone() {
    let mut sandbox = Sandbox::new(4, 0);
    sandbox.pending();
    sandbox.give(Input::Pending { view: view(1), waiting: false });
    assert_eq!(votes_sent(&sandbox.give(Input::Timer(Timer::View(view(1))))), []);
}

#[test]
fn r5_the_leader_has_until_its_deadline_and_the_view_until_the_other() {
    let mut sandbox = Sandbox::new(4, 0);
    sandbox.pending();
    let out = sandbox.give(Input::Timer(Timer::Leader(view(1))));
    assert_eq!(votes_sent(&out), [(1, Subject::Nullify)]);

    let mut sandbox = Sandbox::new(4, 0);
    sandbox.pending();
    let header = child(&sandbox.root, 1);
    sandbox.propose(sandbox.proposal(1, 0, &header));
    assert_eq!(votes_sent(&sandbox.give(Input::Timer(Timer::Leader(view(1))))), []);
    let out = sandbox.give(Input::Timer(Timer::View(view(1))));
    assert_eq!(votes_sent(&out), [(1, Subject::Nullify)]);
    assert_eq!(votes_sent(&sandbox.give(Input::Timer(Timer::View(view(1))))), [], "once");
}

#[test]
fn r5_deadlines_of_other_views_do_nothing() {
    let mut sandbox = Sandbox::new(4, 0);
    sandbox.pending();
    let deadlines = [Timer::Leader(view(2)), Timer::View(view(2)), Timer::View(view(9))];
    for timer in deadlines.into_iter().chain([Timer::Repeat(view(2)), Timer::Early(view(2))]) {
        assert_eq!(sandbox.give(Input::Timer(timer)), []);
    }
}

#[test]
fn r5_an_unreachable_leader_is_nullified_while_there_is_work_and_not_otherwise() {
    let mut sandbox = Sandbox::new(4, 0);
    assert_eq!(sandbox.give(Input::Unreachable(index(1))), []);
    assert_eq!(votes_sent(&sandbox.pending()), [(1, Subject::Nullify)]);

    let mut sandbox = Sandbox::new(4, 0);
    sandbox.pending();
    assert_eq!(votes_sent(&sandbox.give(Input::Unreachable(index(2)))), []);
    assert_eq!(votes_sent(&sandbox.give(Input::Unreachable(index(1)))), [(1, Subject::Nullify)]);

    let mut sandbox = Sandbox::new(4, 0);
    sandbox.pending();
    sandbox.propose(sandbox.proposal(1, 0, &child(&sandbox.root, 1)));
    let out = sandbox.give(Input::Unreachable(index(1)));
    assert_eq!(votes_sent(&out), [], "its proposal has come already");

    let mut sandbox = Sandbox::new(4, 0);
    sandbox.give(Input::Unreachable(index(1)));
    sandbox.give(Input::Reachable(index(1)));
    assert_eq!(votes_sent(&sandbox.pending()), []);
}

/// Δ by rows: validators, views since the last final one, Δ in units of 100 ms / 100.
#[test]
fn r11_delta_grows_by_half_every_f_plus_1_views_after_f_plus_2() {
    let table = [
        (4, 1, 100),
        (4, 3, 100),
        (4, 4, 150),
        (4, 5, 150),
        (4, 6, 225),
        (4, 8, 338),
        (7, 4, 100),
        (7, 5, 150),
        (7, 8, 225),
        (4, 10_000, VIEW_DEADLINE_MAX_MS / 3),
    ];
    for (n, at, delta_ms) in table {
        let sandbox = Sandbox::new(n, 0);
        assert_eq!(sandbox.engine.delta_of(view(at)), delta_ms, "view {at} of {n}");
    }
    let mut sandbox = Sandbox::new(4, 0);
    let digest = child(&sandbox.root, 1).digest();
    sandbox.certificate(97, Subject::Finalize(digest));
    assert_eq!(sandbox.engine.delta_of(view(100)), 100, "counted from the last final view");
}
