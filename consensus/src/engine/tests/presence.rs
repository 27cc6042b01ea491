//! R10: what is said again, and to whom.

use super::sandbox::{
    DELTA_MS, Sandbox, certificates_sent, child, finalized, index, view, votes_sent,
};
use crate::limits::VOTES_PER_ANSWER;
use crate::{Fetch, Input, Message, Output, Timer, To};
use hefu_primitives::Subject;

/// What is sent to one peer: votes and certificates as (view, subject).
fn sent_to(out: &[Output], peer: u8) -> Vec<(u64, Subject)> {
    let sent = out.iter().filter_map(|output| match output {
        Output::Send { to: To::One(to), message, .. } if *to == index(peer) => match message {
            Message::Vote(vote) => Some((vote.view.get(), vote.subject)),
            Message::Certificate(c) => Some((c.view.get(), c.subject)),
            _ => None,
        },
        _ => None,
    });
    sent.collect()
}

fn statuses(out: &[Output]) -> Vec<u8> {
    let peers = out.iter().filter_map(|output| match output {
        Output::Send { to: To::One(to), message: Message::Status(_), .. } => Some(to.get()),
        _ => None,
    });
    peers.collect()
}

#[test]
fn r10_while_there_is_work_the_last_vote_and_the_entry_are_repeated() {
    let mut sandbox = Sandbox::new(4, 0);
    sandbox.certificate(1, Subject::Nullify);
    sandbox.pending();
    sandbox.give(Input::Timer(Timer::View(view(2))));
    let out = sandbox.give(Input::Timer(Timer::Repeat(view(2))));
    assert_eq!(votes_sent(&out), [(2, Subject::Nullify)]);
    assert_eq!(certificates_sent(&out), [(1, Subject::Nullify)]);
    let again = Output::SetTimer { timer: Timer::Repeat(view(2)), after_ms: DELTA_MS };
    assert!(out.contains(&again));
    sandbox.certificate(2, Subject::Nullify);
    assert_eq!(sandbox.give(Input::Timer(Timer::Repeat(view(3)))), [], "no work, no repetition");
}

#[test]
fn r10_a_restart_says_its_last_words_again() {
    let mut sandbox = Sandbox::new(4, 0);
    sandbox.certificate(1, Subject::Nullify);
    sandbox.pending();
    sandbox.give(Input::Timer(Timer::View(view(2))));
    let (_, out) = sandbox.restarted();
    assert_eq!(votes_sent(&out), [(2, Subject::Nullify)]);
    assert_eq!(certificates_sent(&out), [(1, Subject::Nullify)]);
}

#[test]
fn r10_a_nullify_is_repeated_although_a_finalize_of_an_older_view_came_after_it() {
    let mut sandbox = Sandbox::new(4, 0);
    let digest = child(&sandbox.root, 1).digest();
    sandbox.certificate(1, Subject::Nullify);
    sandbox.pending();
    sandbox.give(Input::Timer(Timer::View(view(2))));
    sandbox.certificate(1, Subject::Notarize(digest));
    let out = sandbox.give(Input::Timer(Timer::Repeat(view(2))));
    assert_eq!(votes_sent(&out), [(2, Subject::Nullify), (1, Subject::Finalize(digest))]);
}

#[test]
fn r10_keep_alives_go_to_every_other_validator_with_what_we_hold_of_theirs() {
    let mut sandbox = Sandbox::new(4, 2);
    sandbox.vote(1, 1, Subject::Nullify);
    sandbox.vote(1, 3, Subject::Nullify);
    let out = sandbox.give(Input::Timer(Timer::KeepAlive));
    assert_eq!(statuses(&out), [0, 1, 3]);
    let yours: Vec<_> = out
        .iter()
        .filter_map(|o| match o {
            Output::Send { message: Message::Status(status), .. } => status.yours,
            _ => None,
        })
        .collect();
    assert_eq!(yours, [sandbox.sign(1, 3, Subject::Nullify)]);
}

#[test]
fn r10_a_peer_that_is_behind_is_sent_what_it_lacks_once_a_keep_alive() {
    let mut sandbox = Sandbox::new(4, 0);
    let first = sandbox.notarize_chain(1);
    let out = sandbox.certificate(1, Subject::Finalize(first.digest()));
    assert_eq!(finalized(&out), [first.digest()]);
    let second = child(&first, 2);
    sandbox.propose_valid(2, 1, &second);
    sandbox.certificate(2, Subject::Notarize(second.digest()));
    let laggard = sandbox.status(1, 0);
    let out = sandbox.hear(3, &laggard);
    let lacked = sent_to(&out, 3);
    for item in [
        (1, Subject::Finalize(first.digest())),
        (2, Subject::Notarize(second.digest())),
        (2, Subject::Finalize(second.digest())),
    ] {
        assert!(lacked.contains(&item), "{item:?} of {lacked:?}");
    }
    assert_eq!(sent_to(&sandbox.hear(3, &laggard), 3), [], "one answer");
    sandbox.give(Input::Timer(Timer::KeepAlive));
    assert!(!sent_to(&sandbox.hear(3, &laggard), 3).is_empty(), "until the next keep-alive");
    let equal = sandbox.status(3, 1);
    assert_eq!(sent_to(&sandbox.hear(2, &equal), 2), []);
}

#[test]
fn r10_the_finalization_goes_to_who_is_behind_it_in_height_or_in_view() {
    let mut sandbox = Sandbox::new(4, 0);
    let first = sandbox.notarize_chain(1);
    sandbox.certificate(1, Subject::Finalize(first.digest()));
    let finalization = (1, Subject::Finalize(first.digest()));
    sandbox.certificate(3, Subject::Nullify);
    for (in_view, height, lacks) in [(4, 0, true), (1, 1, true), (2, 1, false), (2, 0, true)] {
        sandbox.give(Input::Timer(Timer::KeepAlive));
        let out = sandbox.hear(3, &sandbox.status(in_view, height));
        let sent = sent_to(&out, 3);
        assert_eq!(sent.contains(&finalization), lacks, "view {in_view}, height {height}");
        assert_eq!(sent.contains(&(3, Subject::Nullify)), in_view < 4, "the entry");
    }
}

fn fetches(out: &[Output]) -> Vec<Fetch> {
    let fetches = out.iter().filter_map(|output| match output {
        Output::Fetch(fetch) => Some(fetch.clone()),
        _ => None,
    });
    fetches.collect()
}

#[test]
fn r10_what_is_missing_is_asked_for_again_and_not_in_between() {
    let mut sandbox = Sandbox::new(4, 3);
    let digest = child(&sandbox.root, 1).digest();
    let block = Fetch::Block { digest, from: vec![index(0), index(1), index(2)] };
    let asked = fetches(&sandbox.certificate(1, Subject::Notarize(digest)));
    assert_eq!(asked, std::slice::from_ref(&block));
    assert_eq!(fetches(&sandbox.certificate(1, Subject::Notarize(digest))), []);
    sandbox.certificate(6, Subject::Nullify);
    let certificates = Fetch::Certificates { first: view(2), last: view(5) };
    assert_eq!(fetches(&sandbox.pending()), std::slice::from_ref(&certificates));
    assert_eq!(fetches(&sandbox.pending()), []);
    for timer in [Timer::Repeat(view(7)), Timer::KeepAlive] {
        let asked = fetches(&sandbox.give(Input::Timer(timer)));
        assert_eq!(asked, [block.clone(), certificates.clone()], "{timer:?}");
    }
}

#[test]
fn r14_statuses_show_every_leader_the_newest_proposal_that_we_hold_of_it() {
    let mut sandbox = Sandbox::new(4, 0);
    for number in [1, 5, 2] {
        sandbox.propose(sandbox.proposal(number, 0, &child(&sandbox.root, 1)));
    }
    let out = sandbox.give(Input::Timer(Timer::KeepAlive));
    let shown = out.iter().filter_map(|output| match output {
        Output::Send { to: To::One(to), message: Message::Status(status), .. } => {
            Some((to.get(), status.yours_proposed.map(|proposal| proposal.statement.view.get())))
        }
        _ => None,
    });
    assert_eq!(shown.collect::<Vec<_>>(), [(1, Some(5)), (2, Some(2)), (3, None)]);
}

#[test]
fn r10_an_answer_is_bounded() {
    let mut sandbox = Sandbox::new(4, 0);
    let mut header = sandbox.root.clone();
    for number in 1..=40 {
        header = child(&header, 1);
        sandbox.notarize_elsewhere(number, &header);
    }
    let out = sandbox.hear(3, &sandbox.status(1, 0));
    assert!(sent_to(&out, 3).len() <= VOTES_PER_ANSWER + 2);
    assert!(sent_to(&out, 3).len() > 10);
}

#[test]
fn r10_who_awaits_statuses_is_answered_with_one() {
    let mut sandbox = Sandbox::new(4, 0);
    let mut status = sandbox.status(1, 0);
    assert_eq!(statuses(&sandbox.hear(3, &status)), []);
    status.awaiting = true;
    assert_eq!(statuses(&sandbox.hear(3, &status)), [3]);
}
