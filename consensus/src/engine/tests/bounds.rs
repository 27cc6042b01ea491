//! R8: what is kept, for how long, and that all of it is counted.

use super::sandbox::{Sandbox, child, finalized, index, view};
use crate::limits::{CATCH_UP_HEIGHTS_MAX, GAP_INLINE_MAX, NOTARIZATIONS_KEPT, VIEWS_BEHIND};
use crate::{Fetch, Footprint, Input, Output, Record, Timer};
use hefu_primitives::{Digest, Hash, Header, Subject};

fn digest(number: u8) -> Digest {
    Digest::new(Hash::from_bytes([number; 32]))
}

fn blocks_fetched(out: &[Output]) -> Vec<Digest> {
    let fetched = out.iter().filter_map(|output| match output {
        Output::Fetch(Fetch::Block { digest, .. }) => Some(*digest),
        _ => None,
    });
    fetched.collect()
}

#[test]
fn r8_whatever_is_kept_is_counted() {
    let mut sandbox = Sandbox::new(4, 0);
    assert_eq!(sandbox.engine.footprint(), Footprint::default());
    let header = child(&sandbox.root, 1);
    sandbox.propose_valid(1, 0, &header);
    let one = Footprint { votes: 1, acts: 1, blocks: 1, proposals: 2, ..Footprint::default() };
    assert_eq!(sandbox.engine.footprint(), one);
    sandbox.vote(1, 1, Subject::Nullify);
    sandbox.vote(2, 5, Subject::Nullify);
    sandbox.certificate(1, Subject::Notarize(header.digest()));
    sandbox.certificate(3, Subject::Nullify);
    sandbox.certificate(5, Subject::Nullify);
    sandbox.certificate(6, Subject::Notarize(digest(1)));
    let all = Footprint {
        votes: 5,
        acts: 2,
        unfinal: 2,
        nullified_runs: 2,
        certificates: 4,
        blocks: 2,
        proposals: 1,
    };
    assert_eq!(sandbox.engine.footprint(), all);
    assert_eq!(all.total(), 18);
}

#[test]
fn r8_votes_and_acts_and_proposals_leave_with_the_window() {
    let mut sandbox = Sandbox::new(4, 0);
    let mut most = 0;
    for number in 1..=100 {
        if number % 4 != 0 {
            sandbox.propose(sandbox.proposal(number, number - 1, &child(&sandbox.root, 1)));
        }
        sandbox.vote(1, number, Subject::Nullify);
        sandbox.pending();
        sandbox.give(Input::Timer(Timer::View(view(number))));
        sandbox.certificate(number, Subject::Nullify);
        let footprint = sandbox.engine.footprint();
        if number == 2 * VIEWS_BEHIND {
            most = footprint.total();
            let window = usize::try_from(VIEWS_BEHIND).unwrap();
            assert_eq!((footprint.votes, footprint.acts), (2 * window, window));
        }
        assert!(number < 2 * VIEWS_BEHIND || footprint.total() <= most, "{footprint:?}");
    }
}

#[test]
fn r8_the_newest_certificates_alone_are_kept_in_full() {
    let mut sandbox = Sandbox::new(4, 0);
    for number in 1..=40 {
        let subject = Subject::Notarize(digest(u8::try_from(number).unwrap()));
        sandbox.certificate(number, if number % 2 == 0 { Subject::Nullify } else { subject });
    }
    let kept = sandbox.engine.footprint().certificates;
    assert_eq!(kept, NOTARIZATIONS_KEPT + GAP_INLINE_MAX);
}

#[test]
fn r8_of_the_blocks_that_leave_the_window_those_stay_that_a_quorum_stands_behind() {
    for certified in [false, true] {
        let mut sandbox = Sandbox::new(4, 0);
        let header = child(&sandbox.root, 1);
        sandbox.propose_valid(1, 0, &header);
        if certified {
            sandbox.certificate(1, Subject::Notarize(header.digest()));
        }
        sandbox.certificate(VIEWS_BEHIND, Subject::Nullify);
        assert!(sandbox.engine.holds(&header.digest()), "in the window");
        let out = sandbox.certificate(VIEWS_BEHIND + 1, Subject::Nullify);
        assert_eq!(sandbox.engine.holds(&header.digest()), certified);
        assert_eq!(blocks_fetched(&out), [], "nor is it asked for again");
    }
}

#[test]
fn r8_a_finalization_leaves_what_is_notarized_or_proposed_above_it() {
    let mut sandbox = Sandbox::new(4, 0);
    let rival = child(&sandbox.root, 9);
    sandbox.propose_valid(1, 0, &rival);
    sandbox.certificate(1, Subject::Nullify);
    let first = child(&sandbox.root, 1);
    let second = child(&first, 2);
    let third = child(&second, 3);
    sandbox.notarize_elsewhere(2, &first);
    sandbox.notarize_elsewhere(3, &second);
    sandbox.certificate(4, Subject::Nullify);
    sandbox.propose_valid(5, 3, &third);
    let holds = |sandbox: &Sandbox, header: &Header| sandbox.engine.holds(&header.digest());
    assert!([&rival, &first, &second, &third].into_iter().all(|h| holds(&sandbox, h)));
    let out = sandbox.certificate(2, Subject::Finalize(first.digest()));
    assert_eq!(finalized(&out), [first.digest()]);
    assert!([&first, &second, &third].into_iter().all(|h| holds(&sandbox, h)));
    assert!(!holds(&sandbox, &rival));
}

#[test]
fn r8_the_driver_keeps_what_is_proposed_or_asked_for_and_nothing_else() {
    let mut sandbox = Sandbox::new(4, 0);
    let header = child(&sandbox.root, 1);
    assert!(sandbox.engine.holds(&sandbox.root.digest()));
    assert!(!sandbox.engine.holds(&header.digest()) && !sandbox.engine.holds(&digest(1)));
    sandbox.propose(sandbox.proposal(1, 0, &header));
    sandbox.certificate(1, Subject::Notarize(digest(1)));
    assert!(sandbox.engine.holds(&header.digest()) && sandbox.engine.holds(&digest(1)));
}

#[test]
fn r8_a_block_as_far_above_as_the_engine_walks_is_walked_down_from_and_no_farther_one() {
    for beyond in [0, 1] {
        let mut sandbox = Sandbox::new(4, 0);
        let mut far = child(&sandbox.root, 1);
        far.height = sandbox.root.height.saturating_add(CATCH_UP_HEIGHTS_MAX + beyond);
        far.parent = digest(3);
        sandbox.certificate(1, Subject::Finalize(far.digest()));
        let out = sandbox.give(Input::Block(far.clone()));
        let behind = out.contains(&Output::Behind { height: far.height });
        assert_eq!(behind, beyond > 0);
        assert_eq!(blocks_fetched(&out).contains(&digest(3)), !behind);
        let out = sandbox.give(Input::Timer(Timer::KeepAlive));
        assert_eq!(blocks_fetched(&out).is_empty(), behind, "left to block sync");
    }
}

#[test]
fn r4_ancestors_are_fetched_from_those_who_vouched_for_the_block_above() {
    let mut sandbox = Sandbox::new(4, 0);
    let first = child(&sandbox.root, 1);
    let second = child(&first, 2);
    sandbox.certificate(2, Subject::Notarize(second.digest()));
    sandbox.certificate(3, Subject::Notarize(digest(1)));
    let out = sandbox.give(Input::Block(second));
    let from = vec![index(1), index(2), index(3)];
    assert!(out.contains(&Output::Fetch(Fetch::Block { digest: first.digest(), from })));
}

#[test]
fn r8_a_restart_takes_in_nothing_of_settled_views() {
    let mut sandbox = Sandbox::new(4, 0);
    let header = child(&sandbox.root, 1);
    sandbox.propose_valid(1, 0, &header);
    let finalization = sandbox.certify(2, Subject::Finalize(digest(1)));
    sandbox.log.insert(0, Record::Certificate(finalization));
    let (again, out) = sandbox.restarted();
    let footprint = again.engine.footprint();
    assert_eq!((footprint.votes, footprint.acts, footprint.proposals), (0, 0, 0));
    assert_eq!(footprint.blocks, 1, "the final one, which is asked for: {out:?}");
    assert_eq!(super::sandbox::votes_sent(&out), [], "nor repeats it");
}
