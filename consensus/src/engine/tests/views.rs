//! R1, R4, R5, R6, R8, R9: votes, certificates, and what follows from them.

use super::sandbox::{Sandbox, certificates_sent, child, finalized, index, view, votes_sent};
use crate::limits::{VIEWS_AHEAD, VIEWS_BEHIND};
use crate::{Fetch, Halt, Input, Message, Output, Timer, Verdict};
use hefu_primitives::{Digest, Evidence, Hash, Subject};

fn digest(number: u8) -> Digest {
    Digest::new(Hash::from_bytes([number; 32]))
}

#[test]
fn r1_every_kind_of_certificate_moves_to_the_next_view_and_is_sent_once() {
    let subjects = [Subject::Notarize(digest(1)), Subject::Nullify, Subject::Finalize(digest(1))];
    for subject in subjects {
        let mut sandbox = Sandbox::new(4, 0);
        let out = sandbox.certificate(1, subject);
        assert_eq!(sandbox.engine.view(), view(2));
        assert!(out.contains(&Output::Entered(view(2))));
        assert_eq!(certificates_sent(&out), [(1, subject)]);
        assert_eq!(certificates_sent(&sandbox.certificate(1, subject)), []);
    }
}

#[test]
fn r1_a_later_certificate_skips_views_and_an_older_one_moves_nobody() {
    let mut sandbox = Sandbox::new(4, 0);
    sandbox.certificate(7, Subject::Nullify);
    assert_eq!(sandbox.engine.view(), view(8));
    let out = sandbox.certificate(5, Subject::Nullify);
    assert_eq!(sandbox.engine.view(), view(8));
    assert_eq!(certificates_sent(&out), []);
}

#[test]
fn r1_a_finalization_of_an_older_view_is_sent_once_all_the_same() {
    let mut sandbox = Sandbox::new(4, 0);
    sandbox.certificate(3, Subject::Nullify);
    let finalize = Subject::Finalize(digest(1));
    assert_eq!(certificates_sent(&sandbox.certificate(2, finalize)), [(2, finalize)]);
    assert_eq!(certificates_sent(&sandbox.certificate(2, finalize)), []);
}

#[test]
fn r1_a_quorum_of_votes_makes_the_certificate() {
    for (n, quorum) in [(4, 3), (6, 5), (7, 5)] {
        let mut sandbox = Sandbox::new(n, 0);
        for signer in 1..quorum {
            sandbox.vote(signer, 1, Subject::Nullify);
        }
        assert_eq!(sandbox.engine.view(), view(1), "q − 1 of {n} are no quorum");
        sandbox.vote(quorum, 1, Subject::Nullify);
        assert_eq!(sandbox.engine.view(), view(2), "q of {n} are one");
    }
}

#[test]
fn r4_a_notarization_is_finalized_unless_its_view_was_nullified() {
    let mut sandbox = Sandbox::new(4, 0);
    let notarize = Subject::Notarize(digest(1));
    assert_eq!(votes_sent(&sandbox.certificate(1, notarize)), [(1, Subject::Finalize(digest(1)))]);

    let mut sandbox = Sandbox::new(4, 0);
    sandbox.pending();
    assert_eq!(
        votes_sent(&sandbox.give(Input::Timer(Timer::View(view(1))))),
        [(1, Subject::Nullify)]
    );
    assert_eq!(votes_sent(&sandbox.certificate(1, notarize)), []);
}

#[test]
fn r4_a_view_left_by_others_nullification_can_still_be_finalized() {
    let mut sandbox = Sandbox::new(4, 0);
    sandbox.certificate(1, Subject::Nullify);
    let out = sandbox.certificate(1, Subject::Notarize(digest(1)));
    assert_eq!(votes_sent(&out), [(1, Subject::Finalize(digest(1)))]);
    assert_eq!(certificates_sent(&out), [], "it moves nobody (R1)");
}

#[test]
fn r4_the_body_of_a_notarized_block_is_fetched_from_those_who_notarized_it() {
    let mut sandbox = Sandbox::new(4, 0);
    let out = sandbox.certificate(1, Subject::Notarize(digest(1)));
    let from = vec![index(1), index(2), index(3)];
    assert!(out.contains(&Output::Fetch(Fetch::Block { digest: digest(1), from })));
}

#[test]
fn r5_nothing_is_nullified_after_finalize() {
    let mut sandbox = Sandbox::new(4, 0);
    sandbox.certificate(1, Subject::Notarize(digest(1)));
    for timer in [Timer::View(view(1)), Timer::Leader(view(1))] {
        assert_eq!(votes_sent(&sandbox.give(Input::Timer(timer))), []);
    }
    let (mut again, _) = sandbox.restarted();
    assert_eq!(votes_sent(&again.give(Input::Timer(Timer::View(view(1))))), []);
}

#[test]
fn r5_a_certified_block_that_execution_refuses_stops_the_node() {
    let mut sandbox = Sandbox::new(4, 0);
    let header = child(&sandbox.root, 1);
    sandbox.propose(sandbox.proposal(1, 0, &header));
    sandbox.certificate(1, Subject::Notarize(header.digest()));
    let refused = Input::Validated { digest: header.digest(), verdict: Verdict::Invalid };
    let halt = Halt::Diverged { digest: header.digest() };
    assert_eq!(sandbox.give(refused), [Output::Halted(halt.clone())]);
    assert_eq!(sandbox.engine.halted(), Some(&halt));
    assert_eq!(sandbox.certificate(2, Subject::Nullify), [], "a stopped engine says nothing");
}

#[test]
fn r5_a_refused_block_that_is_certified_later_stops_the_node_too() {
    let mut sandbox = Sandbox::new(4, 0);
    let header = child(&sandbox.root, 1);
    sandbox.propose(sandbox.proposal(1, 0, &header));
    let refused = Input::Validated { digest: header.digest(), verdict: Verdict::Invalid };
    assert_eq!(votes_sent(&sandbox.give(refused)), [(1, Subject::Nullify)]);
    sandbox.certificate(1, Subject::Notarize(header.digest()));
    assert_eq!(sandbox.engine.halted(), Some(&Halt::Diverged { digest: header.digest() }));
}

#[test]
fn r6_ancestors_are_final_with_their_descendant_once_and_oldest_first() {
    let mut sandbox = Sandbox::new(4, 0);
    let third = sandbox.notarize_chain(3);
    let second = third.parent;
    let out = sandbox.certificate(3, Subject::Finalize(third.digest()));
    let delivered = finalized(&out);
    assert_eq!(delivered.len(), 3);
    assert_eq!(delivered[1..], [second, third.digest()]);
    let again = sandbox.certificate(2, Subject::Finalize(second));
    assert_eq!(finalized(&again), []);
    assert_eq!(sandbox.engine.final_header(), &third);
}

#[test]
fn r6_certificates_below_the_final_view_add_nothing_and_contradict_nothing() {
    let mut sandbox = Sandbox::new(4, 0);
    let third = sandbox.notarize_chain(3);
    sandbox.certificate(3, Subject::Finalize(third.digest()));
    let settled = [
        (3, Subject::Finalize(third.digest())),
        (3, Subject::Notarize(third.digest())),
        (2, Subject::Finalize(third.parent)),
        (2, Subject::Notarize(digest(7))),
        (2, Subject::Nullify),
        (1, Subject::Nullify),
    ];
    for (in_view, subject) in settled {
        let certificate = Message::Certificate(sandbox.certify(in_view, subject));
        assert!(!sandbox.engine.wants(&certificate), "{subject:?} of view {in_view}");
        assert_eq!(sandbox.certificate(in_view, subject), []);
    }
    assert_eq!(sandbox.engine.halted(), None);
}

#[test]
fn r5_a_certified_block_beside_the_final_chain_stops_the_node() {
    let mut sandbox = Sandbox::new(4, 0);
    let first = sandbox.notarize_chain(1);
    let beside = child(&sandbox.root, 7);
    sandbox.propose(sandbox.proposal(2, 0, &beside));
    sandbox.certificate(1, Subject::Finalize(first.digest()));
    let out = sandbox.certificate(2, Subject::Notarize(beside.digest()));
    assert!(out.contains(&Output::Halted(Halt::Forked { view: view(2) })), "{out:?}");
}

#[test]
fn r6_a_final_block_that_is_not_held_is_fetched_with_its_ancestors_and_then_delivered() {
    let mut sandbox = Sandbox::new(4, 0);
    let first = child(&sandbox.root, 1);
    let second = child(&first, 2);
    sandbox.certificate(2, Subject::Finalize(second.digest()));
    let out = sandbox.give(Input::Block(second.clone()));
    let asked = |o: &Output| matches!(o, Output::Fetch(Fetch::Block { digest, .. }) if *digest == first.digest());
    assert!(out.iter().any(asked));
    let out = sandbox.give(Input::Block(first.clone()));
    assert!(out.iter().any(|o| matches!(o, Output::Validate { header } if **header == first)));
    assert_eq!(finalized(&sandbox.validated(&first)), [first.digest()]);
    assert_eq!(finalized(&sandbox.validated(&second)), [second.digest()]);
}

#[test]
fn r6_a_block_far_above_is_left_to_block_sync() {
    let mut sandbox = Sandbox::new(4, 0);
    let mut far = child(&sandbox.root, 1);
    far.height = far.height.saturating_add(5_000);
    far.parent = digest(3);
    sandbox.certificate(9, Subject::Finalize(far.digest()));
    let out = sandbox.give(Input::Block(far.clone()));
    assert!(out.contains(&Output::Behind { height: far.height }));
    let out = sandbox.certificate(10, Subject::Finalize(digest(2)));
    assert!(!out.iter().any(|o| matches!(o, Output::Fetch(Fetch::Block { .. }))));
}

#[test]
fn r8_a_node_that_is_behind_keeps_no_blocks_until_its_driver_has_caught_up() {
    let mut sandbox = Sandbox::new(4, 0);
    let mut far = child(&sandbox.root, 1);
    far.height = far.height.saturating_add(5_000);
    far.parent = digest(3);
    sandbox.certificate(1, Subject::Finalize(far.digest()));
    sandbox.give(Input::Block(far.clone()));
    for number in (2..60).filter(|number| number % 4 != 0) {
        far = child(&far, 1);
        sandbox.propose(sandbox.proposal(number, number - 1, &far));
        sandbox.certificate(number, Subject::Notarize(far.digest()));
        sandbox.certificate(number, Subject::Finalize(far.digest()));
    }
    assert_eq!(sandbox.engine.halted(), None);
    assert!(sandbox.engine.footprint().blocks <= 2, "{:?}", sandbox.engine.footprint());
}

#[test]
fn r8_votes_outside_of_the_window_are_dropped_and_counted() {
    let mut sandbox = Sandbox::new(4, 0);
    sandbox.certificate(30, Subject::Nullify);
    let (low, high) = (31 - VIEWS_BEHIND, 31 + VIEWS_AHEAD);
    for (in_view, dropped) in [(low, 0), (high, 0), (low - 1, 1), (high + 1, 2), (u64::MAX, 3)] {
        sandbox.vote(1, in_view, Subject::Nullify);
        assert_eq!(sandbox.engine.dropped(), dropped, "view {in_view}");
    }
    assert_eq!(sandbox.engine.footprint().votes, 2);
}

#[test]
fn r8_the_first_vote_of_a_validator_view_and_kind_counts_and_no_other() {
    let mut sandbox = Sandbox::new(4, 0);
    for number in 1..=9 {
        sandbox.vote(1, 1, Subject::Notarize(digest(number)));
        sandbox.vote(1, 1, Subject::Nullify);
    }
    assert_eq!(sandbox.engine.footprint().votes, 2);
    sandbox.vote(2, 1, Subject::Nullify);
    assert_eq!(sandbox.engine.view(), view(1), "two voters, however often, are no quorum of four");
}

#[test]
fn r8_ten_thousand_nullified_views_leave_memory_flat() {
    let mut sandbox = Sandbox::new(4, 0);
    let mut most = 0;
    for number in 1..=10_000 {
        sandbox.certificate(number, Subject::Nullify);
        sandbox.log.clear();
        if number == 100 {
            most = sandbox.engine.footprint().total();
        }
    }
    assert_eq!(sandbox.engine.footprint().total(), most);
    assert_eq!(sandbox.engine.footprint().nullified_runs, 1);
}

fn evidence(out: &[Output]) -> Vec<Evidence> {
    let found = out.iter().filter_map(|output| match output {
        Output::Evidence(evidence) => Some(evidence.clone()),
        _ => None,
    });
    found.collect()
}

#[test]
fn r9_contradicting_votes_are_evidence_once_an_offender_and_view() {
    let [a, b] = [digest(1), digest(2)];
    let cases = [
        (Subject::Notarize(a), Subject::Notarize(b), true),
        (Subject::Nullify, Subject::Finalize(a), true),
        (Subject::Finalize(a), Subject::Nullify, true),
        (Subject::Finalize(a), Subject::Finalize(b), true),
        (Subject::Notarize(a), Subject::Nullify, false),
        (Subject::Notarize(a), Subject::Finalize(b), false),
        (Subject::Nullify, Subject::Nullify, false),
    ];
    for (first, second, contradicts) in cases {
        let mut sandbox = Sandbox::new(4, 0);
        sandbox.vote(2, 1, first);
        let found = evidence(&sandbox.vote(2, 1, second));
        assert_eq!(found.len(), usize::from(contradicts), "{first:?} and {second:?}");
        assert!(found.iter().all(|e| e.offender(&sandbox.committee) == index(2)));
        assert_eq!(evidence(&sandbox.vote(2, 1, second)), [], "said once");
    }
}

#[test]
fn r9_two_proposals_in_a_view_are_evidence_and_the_first_is_kept() {
    let mut sandbox = Sandbox::new(4, 0);
    let (one, other) = (child(&sandbox.root, 1), child(&sandbox.root, 2));
    sandbox.propose(sandbox.proposal(1, 0, &one));
    let out = sandbox.propose(sandbox.proposal(1, 0, &other));
    assert_eq!(evidence(&out).len(), 1);
    assert_eq!(evidence(&sandbox.propose(sandbox.proposal(1, 0, &one))), []);
    let out = sandbox.validated(&one);
    assert_eq!(votes_sent(&out), [(1, Subject::Notarize(one.digest()))]);
}

#[test]
fn r9_a_leader_is_accused_once_a_view_however_much_it_signs() {
    let mut sandbox = Sandbox::new(4, 0);
    let mut found = vec![];
    for salt in 1..=9 {
        let header = child(&sandbox.root, salt);
        found.extend(evidence(&sandbox.propose(sandbox.proposal(1, 0, &header))));
    }
    assert_eq!(found.len(), 1);
}

/// What `wants` refuses changes nothing.
#[test]
fn unwanted_messages_are_those_that_a_step_passes_over() {
    let mut sandbox = Sandbox::new(4, 0);
    let header = child(&sandbox.root, 1);
    sandbox.propose_valid(1, 0, &header);
    let subjects = [
        Subject::Notarize(header.digest()),
        Subject::Notarize(digest(7)),
        Subject::Nullify,
        Subject::Finalize(header.digest()),
    ];
    let mut unwanted = 0;
    for round in 0..3 {
        for in_view in [1, 2, 3, 40] {
            for subject in subjects {
                for signer in 0..4 {
                    let vote = sandbox.sign(signer, in_view, subject);
                    if !sandbox.engine.wants(&Message::Vote(vote)) {
                        unwanted += 1;
                        assert_eq!(sandbox.vote(signer, in_view, subject), []);
                    } else if round == 1 && signer > 0 {
                        sandbox.vote(signer, in_view, subject);
                    }
                }
                let certificate = sandbox.certify(in_view, subject);
                if !sandbox.engine.wants(&Message::Certificate(certificate)) {
                    unwanted += 1;
                    assert_eq!(sandbox.certificate(in_view, subject), []);
                }
            }
        }
        if round == 0 {
            sandbox.certificate(1, subjects[0]);
            sandbox.certificate(1, subjects[3]);
        }
    }
    assert!(unwanted > 20, "{unwanted}");
}

#[test]
fn contradicting_certificates_stop_the_node() {
    let pairs = [
        (Subject::Notarize(digest(1)), Subject::Notarize(digest(2))),
        (Subject::Nullify, Subject::Finalize(digest(1))),
        (Subject::Finalize(digest(1)), Subject::Nullify),
        (Subject::Finalize(digest(1)), Subject::Finalize(digest(2))),
    ];
    for (first, second) in pairs {
        let mut sandbox = Sandbox::new(4, 0);
        sandbox.certificate(1, first);
        let out = sandbox.certificate(1, second);
        assert!(out.contains(&Output::Halted(Halt::Forked { view: view(1) })), "{first:?}");
        let (again, _) = sandbox.restarted();
        assert_eq!(again.engine.halted(), sandbox.engine.halted(), "and after a restart");
    }
}
