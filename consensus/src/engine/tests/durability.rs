//! R7, R14: what is durable before it is said, and what a restart remembers.

use super::sandbox::{Sandbox, child, proposals_sent, view, votes_sent};
use crate::{Halt, Input, Message, Output, Record, Sequence, Status, Timer};
use hefu_primitives::{Evidence, Subject, View};

/// For each vote and proposal sent: the last record that is durable before.
fn durable_before<'a>(out: &'a [Output], log: &'a [Record]) -> Vec<&'a [Record]> {
    let signed = out.iter().filter_map(|output| match output {
        Output::Send {
            message: Message::Vote(_) | Message::Notarized { .. } | Message::Proposal(_),
            after,
            ..
        } => Some(*after),
        _ => None,
    });
    signed.map(|after| &log[..usize::try_from(after.get()).unwrap()]).collect()
}

fn holds_act(log: &[Record], subject: Subject) -> bool {
    log.iter().any(|record| matches!(record, Record::Act(vote) if vote.subject == subject))
}

#[test]
fn r7_proposal_and_vote_are_durable_before_a_notarize_leaves() {
    let mut sandbox = Sandbox::new(4, 0);
    let header = child(&sandbox.root, 1);
    let out = sandbox.propose_valid(1, 0, &header);
    let before = durable_before(&out, &sandbox.log);
    assert_eq!(before.len(), 1);
    assert!(holds_act(before[0], Subject::Notarize(header.digest())));
    let holds_body = |r: &Record| matches!(r, Record::Proposal(p) if p.header == header);
    assert!(before[0].iter().any(holds_body));
}

#[test]
fn r7_a_leader_makes_its_proposal_durable_before_it_proposes() {
    let mut sandbox = Sandbox::new(4, 1);
    sandbox.pending();
    let header = child(&sandbox.root, 1);
    let out = sandbox.give(Input::Built { view: view(1), header });
    let before = durable_before(&out, &sandbox.log);
    assert_eq!(before.len(), 2, "a proposal and a notarize");
    let proposed = |log: &[Record]| log.iter().any(|r| matches!(r, Record::Proposal(_)));
    assert!(before.iter().all(|log| proposed(log)));
}

#[test]
fn r7_the_notarization_is_durable_before_a_finalize_leaves() {
    let mut sandbox = Sandbox::new(4, 0);
    let digest = child(&sandbox.root, 1).digest();
    let out = sandbox.certificate(1, Subject::Notarize(digest));
    let before = durable_before(&out, &sandbox.log);
    assert!(holds_act(before[0], Subject::Finalize(digest)));
    let certified =
        |r: &Record| matches!(r, Record::Certificate(c) if c.subject == Subject::Notarize(digest));
    assert!(before[0].iter().any(certified));
}

#[test]
fn r7_certificates_of_entry_are_durable_before_the_next_vote() {
    let mut sandbox = Sandbox::new(4, 0);
    sandbox.certificate(1, Subject::Nullify);
    sandbox.certificate(2, Subject::Nullify);
    sandbox.pending();
    let out = sandbox.give(Input::Timer(Timer::View(view(3))));
    let before = durable_before(&out, &sandbox.log);
    let views: Vec<View> = before[0]
        .iter()
        .filter_map(|r| match r {
            Record::Certificate(c) => Some(c.view),
            _ => None,
        })
        .collect();
    assert_eq!(views, [view(1), view(2)]);
}

#[test]
fn r7_our_vote_counts_when_it_is_durable() {
    let mut sandbox = Sandbox::new(4, 0);
    sandbox.vote(1, 1, Subject::Nullify);
    sandbox.vote(2, 1, Subject::Nullify);
    let out = sandbox.give_only(Input::Timer(Timer::View(view(1))));
    assert_eq!(votes_sent(&out), [(1, Subject::Nullify)]);
    assert_eq!(sandbox.engine.view(), view(1), "three votes, one not durable");
    sandbox.give(Input::Persisted(Sequence::NONE.next()));
    assert_eq!(sandbox.engine.view(), view(2));
}

/// A restarted engine that has heard enough to sign.
fn come_back(sandbox: &Sandbox) -> (Sandbox, Vec<Output>) {
    let (mut again, mut out) = sandbox.restarted();
    out.extend(again.hear_others());
    (again, out)
}

#[test]
fn r7_a_restart_remembers_votes_and_proposals_and_the_way_to_its_view() {
    let mut sandbox = Sandbox::new(4, 1);
    sandbox.pending();
    let header = child(&sandbox.root, 1);
    sandbox.give(Input::Built { view: view(1), header: header.clone() });
    let (mut again, out) = come_back(&sandbox);
    assert_eq!(proposals_sent(&out)[0].header, header, "the same proposal goes out again");
    assert!(votes_sent(&out).contains(&(1, Subject::Notarize(header.digest()))));
    let out = again.pending();
    assert!(!out.iter().any(|o| matches!(o, Output::Build { .. })), "no second one");

    let mut sandbox = Sandbox::new(4, 0);
    sandbox.certificate(6, Subject::Nullify);
    let (again, out) = come_back(&sandbox);
    assert_eq!(again.engine.view(), view(7));
    assert!(out.contains(&Output::Entered(view(7))));
}

#[test]
fn r7_a_restart_without_the_last_unsynced_record_does_not_contradict_the_rest() {
    let mut sandbox = Sandbox::new(4, 0);
    let header = child(&sandbox.root, 1);
    sandbox.propose_valid(1, 0, &header);
    sandbox.certificate(1, Subject::Notarize(header.digest()));
    for kept in 0..=sandbox.log.len() {
        let mut short = Sandbox::unstarted(4, 0, sandbox.log[..kept].to_vec());
        short.give(Input::Start);
        short.hear_others();
        let finalized = holds_act(&sandbox.log[..kept], Subject::Finalize(header.digest()));
        short.pending();
        let at = short.engine.view();
        let out = short.give(Input::Timer(Timer::View(at)));
        let nullified = votes_sent(&out).contains(&(1, Subject::Nullify));
        assert!(!(finalized && nullified), "after {kept} records");
        assert_eq!(nullified, at == view(1), "after {kept} records");
    }
}

#[test]
fn r14_own_votes_of_views_that_the_log_shows_to_be_settled_are_not_foreign() {
    let mut sandbox = Sandbox::new(4, 0);
    let header = child(&sandbox.root, 1);
    sandbox.propose_valid(1, 0, &header);
    sandbox.certificate(1, Subject::Finalize(header.digest()));
    sandbox.log.rotate_right(1);
    let (mut again, _) = sandbox.restarted();
    again.vote(0, 1, Subject::Notarize(header.digest()));
    assert_eq!(again.engine.halted(), None);
}

#[test]
fn r7_a_restart_goes_back_to_the_view_of_its_newest_act_whatever_certificates_are_left() {
    let act = Sandbox::new(4, 0).sign(0, 5, Subject::Nullify);
    let sandbox = Sandbox::unstarted(4, 0, vec![Record::Act(act)]);
    assert_eq!(sandbox.engine.view(), view(5));
}

#[test]
fn r14_an_echo_of_our_proposal_is_harmless_and_another_of_its_view_is_not() {
    let mut sandbox = Sandbox::new(4, 1);
    sandbox.pending();
    let header = child(&sandbox.root, 1);
    let out = sandbox.give(Input::Built { view: view(1), header: header.clone() });
    let made = proposals_sent(&out)[0].as_ref().clone();
    let yours_proposed = Some(made.signed);
    sandbox.propose(made);
    sandbox.hear(0, &Status { yours_proposed, ..sandbox.status(1, 0) });
    assert_eq!(sandbox.engine.halted(), None);
    sandbox.propose(sandbox.proposal(1, 0, &child(&sandbox.root, 2)));
    assert!(matches!(sandbox.engine.halted(), Some(Halt::ForeignSignature { .. })));
}

#[test]
fn r14_a_foreign_signature_is_recorded_once_however_many_a_status_shows() {
    let mut sandbox = Sandbox::new(4, 0);
    let yours = Some(sandbox.sign(0, 1, Subject::Nullify));
    let yours_proposed = Some(sandbox.proposal(4, 0, &child(&sandbox.root, 1)).signed);
    let out = sandbox.hear(1, &Status { yours, yours_proposed, ..sandbox.status(1, 0) });
    assert_eq!(sandbox.log, [Record::ForeignSignature(view(1))]);
    assert_eq!(out.iter().filter(|o| matches!(o, Output::Halted(_))).count(), 1);
}

/// Whether its deadline makes it vote.
fn signs(sandbox: &mut Sandbox) -> bool {
    sandbox.pending();
    let at = sandbox.engine.view();
    !votes_sent(&sandbox.give(Input::Timer(Timer::View(at)))).is_empty()
}

#[test]
fn r14_who_starts_signs_nothing_before_a_quorum_has_been_heard() {
    let mut sandbox = Sandbox::unstarted(7, 0, vec![]);
    assert!(!signs(&mut sandbox), "nor before the start");
    sandbox.give(Input::Start);
    let status = sandbox.status(1, 0);
    for peer in 1..=3 {
        sandbox.hear(peer, &status);
        sandbox.hear(peer, &status);
        assert!(!signs(&mut sandbox), "{peer} heard");
    }
    sandbox.hear(0, &status);
    sandbox.hear(7, &status);
    assert!(!signs(&mut sandbox), "neither we ourselves nor strangers count");
    sandbox.hear(4, &status);
    assert!(signs(&mut sandbox));
}

#[test]
fn r14_who_starts_signs_nothing_below_the_views_that_the_others_are_in() {
    let mut sandbox = Sandbox::unstarted(4, 0, vec![]);
    sandbox.give(Input::Start);
    let status = sandbox.status(30, 0);
    (1..4).for_each(|peer| drop(sandbox.hear(peer, &status)));
    assert!(!signs(&mut sandbox), "what was signed up to view 30 may be forgotten");
    sandbox.certificate(29, Subject::Nullify);
    let digest = child(&sandbox.root, 1).digest();
    let out = sandbox.certificate(28, Subject::Notarize(digest));
    assert_eq!(votes_sent(&out), [], "nor a view below later");
    assert!(signs(&mut sandbox));
}

#[test]
fn r14_a_status_that_shows_a_signature_of_ours_that_we_do_not_remember_stops_us() {
    for far in [1, 400] {
        let mut sandbox = Sandbox::unstarted(4, 0, vec![]);
        sandbox.give(Input::Start);
        let yours = Some(sandbox.sign(0, far, Subject::Nullify));
        sandbox.hear(1, &Status { yours, ..sandbox.status(far + 1, 0) });
        assert!(sandbox.engine.halted().is_some(), "a vote of view {far}");
        let (again, out) = sandbox.restarted();
        let halt = again.engine.halted().cloned().map(Output::Halted);
        assert!(halt.is_some() && out == Vec::from_iter(halt), "and for good");

        let mut sandbox = Sandbox::unstarted(4, 0, vec![]);
        sandbox.give(Input::Start);
        let proposal = sandbox.proposal(4 * far, 0, &child(&sandbox.root, 1));
        let yours_proposed = Some(proposal.signed);
        sandbox.hear(1, &Status { yours_proposed, ..sandbox.status(1, 0) });
        assert!(sandbox.engine.halted().is_some(), "a proposal of view {}", 4 * far);
    }
}

#[test]
fn r14_a_vote_of_ours_that_we_do_not_remember_stops_us() {
    let digest = child(&Sandbox::new(4, 0).root, 1).digest();
    for in_view in [1, 9, 10, 4_000] {
        let mut sandbox = Sandbox::new(4, 0);
        let out = sandbox.vote(0, in_view, Subject::Notarize(digest));
        let epoch = sandbox.committee.epoch;
        let halt = Halt::ForeignSignature { epoch, view: view(in_view) };
        assert!(out.contains(&Output::Halted(halt)), "view {in_view}");
    }
    let mut sandbox = Sandbox::new(4, 0);
    let known = child(&sandbox.root, 1);
    sandbox.propose_valid(1, 0, &known);
    assert_eq!(sandbox.vote(0, 1, Subject::Notarize(known.digest())), [], "an echo is harmless");
    let other = child(&sandbox.root, 2);
    let out = sandbox.vote(0, 1, Subject::Notarize(other.digest()));
    assert!(out.iter().any(|o| matches!(o, Output::Evidence(Evidence::Votes(..)))));
    assert!(sandbox.engine.halted().is_some());
}

#[test]
fn r14_a_certificate_or_proposal_with_a_signature_of_ours_that_we_do_not_remember_stops_us() {
    let mut sandbox = Sandbox::new(4, 0);
    let votes = [0, 1, 2].map(|signer| sandbox.sign(signer, 1, Subject::Nullify));
    let certificate = hefu_primitives::Certificate::assemble(&sandbox.committee, &votes).unwrap();
    sandbox.give_certificate(std::sync::Arc::new(certificate));
    assert!(matches!(sandbox.engine.halted(), Some(Halt::ForeignSignature { .. })));

    let mut sandbox = Sandbox::new(4, 1);
    let header = child(&sandbox.root, 1);
    sandbox.propose(sandbox.proposal(1, 0, &header));
    assert!(matches!(sandbox.engine.halted(), Some(Halt::ForeignSignature { .. })));
}

#[test]
fn r7_a_number_that_was_never_given_out_makes_no_later_vote_durable() {
    let mut sandbox = Sandbox::new(1, 0);
    sandbox.give_only(Input::Pending { view: view(1), waiting: true });
    let header = child(&sandbox.root, 1);
    sandbox.give_only(Input::Built { view: view(1), header: header.clone() });
    let far = (0..50).fold(Sequence::NONE, |number, _| number.next());
    let out = sandbox.give_only(Input::Persisted(far));
    let finalize = Subject::Finalize(header.digest());
    assert_eq!(votes_sent(&out), [(1, finalize)]);
    let final_by_it = |r: &Record| matches!(r, Record::Certificate(c) if c.subject == finalize);
    assert!(!sandbox.log.iter().any(final_by_it), "the finalize is not durable");
}
