//! R2, R3, R13: proposals made and proposals judged.

use super::sandbox::{Sandbox, child, empty_child, index, proposals_sent, view, votes_sent};
use crate::limits::{CLOCK_AHEAD_MAX_MS, CLOCK_BEHIND_MAX_MS, GAP_INLINE_MAX, UNFINAL_HEIGHTS_MAX};
use crate::{Anchor, Fetch, Input, Output, Timer};
use hefu_primitives::limits::BODY_BYTES_MAX;
use hefu_primitives::{Digest, Epoch, GenesisHash, Hash, Header, Height, Subject};

fn built(out: &[Output]) -> Vec<(Digest, u32)> {
    let builds = out.iter().filter_map(|output| match output {
        Output::Build { parent, body_bytes_max, .. } => Some((*parent, *body_bytes_max)),
        _ => None,
    });
    builds.collect()
}

#[test]
fn r2_a_leader_with_work_proposes_on_the_highest_notarized_block_and_carries_the_proof() {
    let mut sandbox = Sandbox::new(4, 3);
    let first = sandbox.notarize_chain(1);
    sandbox.certificate(2, Subject::Nullify);
    let out = sandbox.pending();
    assert_eq!(built(&out), [(first.digest(), BODY_BYTES_MAX)]);
    let second = child(&first, 7);
    let out = sandbox.give(Input::Built { view: view(3), header: second.clone() });
    let proposals = proposals_sent(&out);
    let [proposal] = proposals.as_slice() else { panic!("{} proposals", proposals.len()) };
    let statement = &proposal.signed.statement;
    assert_eq!((statement.parent_view, statement.parent_digest), (view(1), first.digest()));
    let justification = &proposal.justification;
    let parent = justification.parent.as_ref().unwrap();
    assert_eq!((parent.view, parent.subject), (view(1), Subject::Notarize(first.digest())));
    let gap: Vec<_> = justification.gap.iter().map(|c| (c.view, c.subject)).collect();
    assert_eq!(gap, [(view(2), Subject::Nullify)]);
    assert_eq!(votes_sent(&out), [(3, Subject::Notarize(second.digest()))]);
}

#[test]
fn r2_a_leader_carries_the_highest_final_block_it_knows() {
    let mut sandbox = Sandbox::new(4, 3);
    let second = sandbox.notarize_chain(2);
    sandbox.certificate(2, Subject::Finalize(second.digest()));
    sandbox.pending();
    let out = sandbox.give(Input::Built { view: view(3), header: child(&second, 1) });
    let justification = &proposals_sent(&out)[0].justification;
    assert_eq!(justification.finalized.as_ref().unwrap().header, second);
    let parent = justification.parent.as_ref().unwrap();
    assert_eq!((parent.view, parent.subject), (view(2), Subject::Finalize(second.digest())));
}

#[test]
fn r2_a_leader_asks_for_what_it_skipped_and_waits() {
    let mut sandbox = Sandbox::new(4, 3);
    sandbox.certificate(2, Subject::Nullify);
    let out = sandbox.pending();
    assert_eq!(built(&out), []);
    let fetch = Fetch::Certificates { first: view(1), last: view(1) };
    assert!(out.contains(&Output::Fetch(fetch)));
    let out = sandbox.certificate(1, Subject::Nullify);
    assert_eq!(built(&out), [(sandbox.root.digest(), BODY_BYTES_MAX)]);
}

#[test]
fn r2_nobody_proposes_twice_in_a_view_nor_out_of_turn_nor_what_it_was_not_asked_to_build() {
    let mut sandbox = Sandbox::new(4, 1);
    let header = child(&sandbox.root, 1);
    let early = sandbox.give(Input::Built { view: view(1), header: header.clone() });
    assert_eq!(proposals_sent(&early).len(), 0);
    sandbox.pending();
    let late = Input::Built { view: view(9), header: header.clone() };
    assert_eq!(proposals_sent(&sandbox.give(late)).len(), 0);
    let first = Input::Built { view: view(1), header: header.clone() };
    assert_eq!(proposals_sent(&sandbox.give(first.clone())).len(), 1);
    assert_eq!(built(&sandbox.give(Input::Timer(Timer::KeepAlive))), []);
    assert_eq!(proposals_sent(&sandbox.give(first)).len(), 0);
    let mut other = Sandbox::new(4, 0);
    assert_eq!(built(&other.pending()), []);
}

#[test]
fn r2_far_above_the_last_final_block_only_an_empty_one_is_built() {
    let near = UNFINAL_HEIGHTS_MAX;
    let mut sizes = vec![];
    for count in (near - 1)..=(near + 4) {
        let mut sandbox = Sandbox::new(4, u8::try_from((count + 1) % 4).unwrap());
        sandbox.notarize_chain(count);
        sizes.extend(built(&sandbox.pending()).into_iter().map(|(_, bytes)| (count, bytes > 0)));
    }
    assert!(sizes.iter().all(|(count, full)| *full == (*count <= near)), "{sizes:?}");
    assert_eq!(sizes.len(), 6);
}

#[test]
fn r2_the_distance_of_a_body_counts_from_the_final_block_that_is_shown() {
    let count = UNFINAL_HEIGHTS_MAX + 3;
    for (final_height, full) in [(2, false), (3, true)] {
        let mut sandbox = Sandbox::new(4, u8::try_from((count + 1) % 4).unwrap());
        sandbox.notarize_chain(count);
        let first = (0..final_height).fold(sandbox.root.clone(), |header, _| child(&header, 1));
        sandbox.certificate(final_height, Subject::Finalize(first.digest()));
        assert_eq!(sandbox.engine.final_header(), &first);
        let sizes: Vec<_> = built(&sandbox.pending()).iter().map(|(_, bytes)| *bytes > 0).collect();
        assert_eq!(sizes, [full], "{final_height}");
    }
}

#[test]
fn r2_a_proposal_carries_the_newest_nullifications_oldest_first() {
    let mut sandbox = Sandbox::new(4, 3);
    (1..=10).for_each(|number| drop(sandbox.certificate(number, Subject::Nullify)));
    sandbox.pending();
    let header = child(&sandbox.root, 1);
    let out = sandbox.give(Input::Built { view: view(11), header });
    let gap = &proposals_sent(&out)[0].justification.gap;
    let carried: Vec<u64> = gap.iter().map(|certificate| certificate.view.get()).collect();
    let newest = 11 - u64::try_from(GAP_INLINE_MAX).unwrap();
    assert_eq!(carried, (newest..=10).collect::<Vec<_>>());
}

#[test]
fn r2_a_leader_that_comes_back_shows_its_last_final_block() {
    let mut elsewhere = Sandbox::new(4, 0);
    let header = elsewhere.notarize_chain(2);
    let finalization = Some(elsewhere.certify(2, Subject::Finalize(header.digest())));
    let anchor = Anchor { header: header.clone(), finalization };
    let mut sandbox = Sandbox::anchored(4, 3, anchor, vec![]);
    sandbox.give(Input::Start);
    sandbox.hear_others();
    assert_eq!(built(&sandbox.pending()), [(header.digest(), BODY_BYTES_MAX)]);
    let out = sandbox.give(Input::Built { view: view(3), header: child(&header, 1) });
    let justification = &proposals_sent(&out)[0].justification;
    assert_eq!(justification.finalized.as_ref().unwrap().header, header);
}

#[test]
fn r2_a_leader_builds_only_on_an_executed_block() {
    let mut sandbox = Sandbox::new(4, 2);
    let header = child(&sandbox.root, 1);
    sandbox.propose(sandbox.proposal(1, 0, &header));
    sandbox.certificate(1, Subject::Notarize(header.digest()));
    assert_eq!(built(&sandbox.pending()), [], "it is executing");
    assert_eq!(built(&sandbox.validated(&header)), [(header.digest(), BODY_BYTES_MAX)]);
}

#[test]
fn r2_what_was_built_on_another_parent_or_too_late_is_not_proposed() {
    let mut sandbox = Sandbox::new(4, 1);
    sandbox.pending();
    let stray = child(&child(&sandbox.root, 1), 1);
    let out = sandbox.give(Input::Built { view: view(1), header: stray });
    assert_eq!(proposals_sent(&out).len(), 0, "not on what we asked for");

    let mut sandbox = Sandbox::new(4, 1);
    sandbox.pending();
    sandbox.give(Input::Timer(Timer::Leader(view(1))));
    let header = child(&sandbox.root, 1);
    let out = sandbox.give(Input::Built { view: view(1), header });
    assert_eq!(proposals_sent(&out).len(), 0, "not in a view that we have nullified");
}

#[test]
fn r2_the_body_halves_with_every_step_by_which_delta_has_grown() {
    let mut expected = BODY_BYTES_MAX;
    for step in 0..12_u64 {
        let last = 2 * step + 2;
        let mut sandbox = Sandbox::new(4, u8::try_from((last + 1) % 4).unwrap());
        (1..=last).for_each(|number| drop(sandbox.certificate(number, Subject::Nullify)));
        let out = sandbox.pending();
        assert_eq!(built(&out)[0].1, expected, "after {last} nullified views");
        expected = if expected / 2 < 16 * 1024 { 0 } else { expected / 2 };
    }
    assert_eq!(expected, 0);
}

#[test]
fn r3_a_good_proposal_is_executed_and_then_notarized_once() {
    let mut sandbox = Sandbox::new(4, 0);
    let header = child(&sandbox.root, 1);
    let out = sandbox.propose(sandbox.proposal(1, 0, &header));
    assert!(out.iter().any(|o| matches!(o, Output::Validate { header: h } if **h == header)));
    assert_eq!(votes_sent(&out), []);
    assert_eq!(votes_sent(&sandbox.validated(&header)), [(1, Subject::Notarize(header.digest()))]);
    let out = sandbox.propose(sandbox.proposal(1, 0, &header));
    assert_eq!(votes_sent(&out), []);
}

#[test]
fn r3_nothing_is_notarized_in_a_view_nullified_or_left() {
    let header = |sandbox: &Sandbox| child(&sandbox.root, 1);
    let mut nullified = Sandbox::new(4, 0);
    nullified.pending();
    nullified.give(Input::Timer(Timer::View(view(1))));
    let block = header(&nullified);
    assert_eq!(votes_sent(&nullified.propose_valid(1, 0, &block)), []);
    let mut left = Sandbox::new(4, 0);
    left.certificate(1, Subject::Nullify);
    assert_eq!(votes_sent(&left.propose_valid(1, 0, &block)), []);
}

#[test]
fn r3_the_parent_must_be_notarized_and_every_view_above_it_nullified() {
    let mut sandbox = Sandbox::new(4, 0);
    let first = child(&sandbox.root, 1);
    let second = child(&first, 2);
    sandbox.certificate(4, Subject::Nullify);
    let ask =
        |first, last| Output::Fetch(Fetch::Certificates { first: view(first), last: view(last) });
    let out = sandbox.propose(sandbox.proposal(5, 1, &second));
    assert!(out.contains(&ask(1, 1)), "the parent's notarization first");
    let out = sandbox.certificate(1, Subject::Notarize(first.digest()));
    assert!(out.contains(&ask(2, 3)), "then the gap");
    sandbox.give(Input::Block(first.clone()));
    sandbox.validated(&first);
    sandbox.certificate(2, Subject::Nullify);
    let out = sandbox.certificate(3, Subject::Nullify);
    assert!(out.iter().any(|o| matches!(o, Output::Validate { header } if **header == second)));
    assert_eq!(votes_sent(&sandbox.validated(&second)), [(5, Subject::Notarize(second.digest()))]);
}

#[test]
fn r3_certificates_that_a_proposal_carries_count_as_received() {
    let mut sandbox = Sandbox::new(4, 0);
    let header = child(&sandbox.root, 1);
    let mut proposal = sandbox.proposal(2, 0, &header);
    proposal.justification.gap =
        hefu_primitives::BoundedVec::first_of([sandbox.certify(1, Subject::Nullify)]);
    sandbox.propose(proposal);
    assert_eq!(sandbox.engine.view(), view(2));
    assert_eq!(votes_sent(&sandbox.validated(&header)), [(2, Subject::Notarize(header.digest()))]);
}

#[test]
fn r5_a_proposal_that_its_leader_should_not_have_signed_is_nullified_at_once() {
    type Spoil = fn(&mut Header);
    let spoils: [(&str, Spoil); 6] = [
        ("height", |h| h.height = Height::new(3)),
        ("same height", |h| h.height = Height::ZERO),
        ("time", |h| h.time = h.time.saturating_sub(1_000)),
        ("epoch", |h| h.epoch = Epoch::new(1)),
        ("genesis", |h| h.genesis = GenesisHash::default()),
        ("none", |_| ()),
    ];
    for (what, spoil) in spoils {
        let mut sandbox = Sandbox::new(4, 0);
        let mut header = child(&sandbox.root, 1);
        spoil(&mut header);
        let out = sandbox.propose_valid(1, 0, &header);
        let vote =
            if what == "none" { Subject::Notarize(header.digest()) } else { Subject::Nullify };
        assert_eq!(votes_sent(&out), [(1, vote)], "{what}");
    }
}

#[test]
fn r5_a_proposal_on_a_parent_that_can_never_be_justified_is_nullified_at_once() {
    let mut sandbox = Sandbox::new(7, 0);
    let second = sandbox.notarize_chain(2);
    sandbox.certificate(2, Subject::Finalize(second.digest()));
    let other = child(&second, 5);
    let below = sandbox.proposal(3, 1, &child(&child(&sandbox.root, 1), 3));
    assert_eq!(
        votes_sent(&sandbox.propose(below)),
        [(3, Subject::Nullify)],
        "below the final view"
    );
    sandbox.certificate(3, Subject::Nullify);
    let beside = sandbox.proposal(4, 2, &child(&other, 3));
    assert_eq!(
        votes_sent(&sandbox.propose(beside)),
        [(4, Subject::Nullify)],
        "beside the final one"
    );
    sandbox.certificate(4, Subject::Nullify);
    let itself = sandbox.proposal(5, 5, &child(&second, 1));
    assert_eq!(votes_sent(&sandbox.propose(itself)), [(5, Subject::Nullify)], "its own view");
}

#[test]
fn r2_a_full_block_far_above_the_shown_final_one_is_not_notarized_but_not_held_against_the_leader()
{
    let far = UNFINAL_HEIGHTS_MAX + 1;
    let mut sandbox = Sandbox::new(4, 0);
    let tip = sandbox.notarize_chain(far);
    let out = sandbox.propose_valid(far + 1, far, &child(&tip, 1));
    assert_eq!(votes_sent(&out), []);

    let mut sandbox = Sandbox::new(4, 0);
    let tip = sandbox.notarize_chain(far);
    let empty = empty_child(&tip);
    let out = sandbox.propose_valid(far + 1, far, &empty);
    assert_eq!(votes_sent(&out), [(far + 1, Subject::Notarize(empty.digest()))]);

    let mut sandbox = Sandbox::new(4, 0);
    let first = child(&sandbox.root, 1);
    let tip = sandbox.notarize_chain(far);
    let full = child(&tip, 1);
    let mut shown = sandbox.proposal(far + 1, far, &full);
    shown.justification.finalized = Some(sandbox.checkpoint(1, &first));
    sandbox.propose(shown);
    let out = sandbox.validated(&full);
    assert_eq!(votes_sent(&out), [(far + 1, Subject::Notarize(full.digest()))]);
}

/// A relay can take a checkpoint away, or put an older one in its place.
#[test]
fn r3_a_copy_of_a_proposal_takes_its_place_if_it_shows_a_higher_checkpoint() {
    let count = UNFINAL_HEIGHTS_MAX + 2;
    for shown in [[None, Some(2)], [Some(1), Some(2)], [Some(2), Some(1)], [Some(2), None]] {
        let mut sandbox = Sandbox::new(4, 0);
        let tip = sandbox.notarize_chain(count);
        let full = child(&tip, 1);
        for height in shown {
            let mut copy = sandbox.proposal(count + 1, count, &full);
            copy.justification.finalized = height.map(|height: u64| {
                let header = (0..height).fold(sandbox.root.clone(), |header, _| child(&header, 1));
                sandbox.checkpoint(height, &header)
            });
            sandbox.propose(copy);
        }
        let out = sandbox.validated(&full);
        let notarized = [(count + 1, Subject::Notarize(full.digest()))];
        assert_eq!(votes_sent(&out), notarized, "shown {shown:?}");
    }
}

#[test]
fn r3_the_parent_at_hand_is_executed_though_another_is_notarized_above_it() {
    let mut sandbox = Sandbox::new(4, 0);
    let (parent, beside) = (child(&sandbox.root, 1), child(&sandbox.root, 2));
    sandbox.certificate(1, Subject::Notarize(parent.digest()));
    sandbox.certificate(2, Subject::Nullify);
    sandbox.certificate(2, Subject::Notarize(beside.digest()));
    let header = child(&parent, 3);
    sandbox.propose(sandbox.proposal(3, 1, &header));
    let out = sandbox.give(Input::Block(parent.clone()));
    let executed = |o: &Output| matches!(o, Output::Validate { header } if **header == parent);
    assert!(out.iter().any(executed));
    sandbox.validated(&parent);
    let out = sandbox.validated(&header);
    assert_eq!(votes_sent(&out), [(3, Subject::Notarize(header.digest()))]);
}

#[test]
fn r13_a_block_from_the_near_future_waits_and_one_from_the_past_is_passed_over() {
    let mut sandbox = Sandbox::new(4, 0);
    let mut header = child(&sandbox.root, 1);
    header.time = sandbox.now.saturating_add(CLOCK_AHEAD_MAX_MS + 7);
    let out = sandbox.propose_valid(1, 0, &header);
    assert!(out.contains(&Output::SetTimer { timer: Timer::Early(view(1)), after_ms: 7 }));
    assert_eq!(votes_sent(&out), []);
    assert_eq!(sandbox.give(Input::Timer(Timer::Early(view(2)))), [], "another view's");
    sandbox.now = sandbox.now.saturating_add(7);
    let out = sandbox.give(Input::Timer(Timer::Early(view(1))));
    assert_eq!(votes_sent(&out), [(1, Subject::Notarize(header.digest()))]);

    for (behind_ms, votes) in [(CLOCK_BEHIND_MAX_MS, 1), (CLOCK_BEHIND_MAX_MS + 1, 0)] {
        let mut sandbox = Sandbox::new(4, 0);
        let header = child(&sandbox.root, 1);
        sandbox.now = header.time.saturating_add(behind_ms);
        assert_eq!(votes_sent(&sandbox.propose_valid(1, 0, &header)).len(), votes);
    }
}

#[test]
fn r3_a_block_is_executed_only_on_an_executed_parent() {
    let mut sandbox = Sandbox::new(4, 0);
    let first = child(&sandbox.root, 1);
    let second = child(&first, 2);
    sandbox.propose(sandbox.proposal(1, 0, &first));
    sandbox.certificate(1, Subject::Notarize(first.digest()));
    let out = sandbox.propose(sandbox.proposal(2, 1, &second));
    assert!(!out.iter().any(|o| matches!(o, Output::Validate { .. })), "first is executing");
    let out = sandbox.validated(&first);
    assert!(out.iter().any(|o| matches!(o, Output::Validate { header } if **header == second)));
    assert_eq!(sandbox.committee.leader(view(2)), index(2));
    assert_ne!(Hash::default(), first.validators);
}
