//! Votes become certificates, certificates move us from view to view, and finalizations make
//! blocks irrevocable.

use super::Engine;
use super::chain::{Body, Path};
use super::index::Learnt;
use super::tally::Cast;
use crate::limits::{CATCH_UP_HEIGHTS_MAX, VIEWS_BEHIND};
use crate::message::Message;
use crate::planted::Bug;
use crate::port::{Fetch, Halt, Output, Record, Timer, To, Verdict};
use hefu_primitives::{
    Certificate, Checkpoint, Digest, Epoch, Evidence, Header, ProposalStatement, Signer, Subject,
    ValidatorIndex, View, Vote,
};
use std::sync::Arc;

impl<S: Signer> Engine<S> {
    pub(crate) fn on_vote(&mut self, vote: Vote, out: &mut Vec<Output>) {
        if self.is_of_other_epoch(vote.epoch) {
            return self.drop_input();
        }
        // Before the window: a vote of ours from far ahead is what an old copy must hear of.
        if self.is_me(vote.signer) {
            return self.meet_own_vote(&vote, out);
        }
        if !self.is_in_window(vote.view) {
            return self.drop_input();
        }
        self.count(vote, out);
    }

    /// R12: votes count only in their epoch.
    fn is_of_other_epoch(&self, epoch: Epoch) -> bool {
        epoch != self.committee.epoch && !self.has(Bug::EpochUnchecked)
    }

    /// R14: a signature of ours that we do not remember stops us, and is evidence if it
    /// contradicts one that we do.
    pub(crate) fn meet_own_vote(&mut self, vote: &Vote, out: &mut Vec<Output>) {
        if !self.acts.is_foreign(vote.view, &vote.subject) {
            return;
        }
        let own = self.acts.votes_in(vote.view);
        let evidence = own.into_iter().find_map(|own| Evidence::of_votes(own, *vote));
        out.extend(evidence.map(Output::Evidence));
        self.halt_for_foreign_signature(vote.view, out);
    }

    pub(crate) fn halt_for_foreign_signature(&mut self, view: View, out: &mut Vec<Output>) {
        if self.halted.is_none() && !self.has(Bug::ForeignSignatureIgnored) {
            self.persist(Record::ForeignSignature(view), out);
            self.halt(Halt::ForeignSignature { epoch: self.committee.epoch, view }, out);
        }
    }

    /// R8, R9: counts a vote once, keeps an eye on its signer, and makes a certificate of a
    /// quorum.
    pub(crate) fn count(&mut self, vote: Vote, out: &mut Vec<Output>) {
        if let Some(evidence) = self.tally.contradiction(&vote)
            && !self.has(Bug::EvidenceMissed)
        {
            out.push(Output::Evidence(evidence));
        }
        let count = match self.tally.cast(vote) {
            Cast::Counted(count) => count,
            Cast::Repeated if self.has(Bug::VoterCountedTwice) => self.tally.count_again(&vote),
            Cast::Repeated | Cast::Refused => return,
        };
        if count >= self.quorum() {
            self.certify(vote.view, vote.subject, out);
        }
        self.join_view(out);
    }

    fn certify(&mut self, view: View, subject: Subject, out: &mut Vec<Output>) {
        if self.is_known(view, &subject) {
            return;
        }
        let votes = self.tally.matching(view, subject);
        if let Ok(certificate) = Certificate::assemble(&self.committee, &votes) {
            self.learn(&Arc::new(certificate), out);
            self.settle(out);
        }
    }

    fn is_known(&self, view: View, subject: &Subject) -> bool {
        match subject {
            _ if view <= self.index.final_view() => true,
            Subject::Notarize(digest) => self.index.notarized(view) == Some(*digest),
            Subject::Nullify => {
                self.index.missing_between(view.saturating_sub(1), view.next()).is_none()
            }
            Subject::Finalize(_) => false,
        }
    }

    /// Takes in a certificate, whether received or made of votes. The caller settles.
    pub(crate) fn learn(&mut self, certificate: &Arc<Certificate>, out: &mut Vec<Output>) {
        if self.is_of_other_epoch(certificate.epoch) || self.halted.is_some() {
            return;
        }
        if self.shows_foreign_signature(certificate) {
            return self.halt_for_foreign_signature(certificate.view, out);
        }
        match self.index.learn(certificate) {
            Learnt::Known => {}
            Learnt::Forked => {
                self.persist_certificate(certificate, out);
                self.halt(Halt::Forked { view: certificate.view }, out);
            }
            Learnt::New => self.act_on(certificate, out),
        }
        if !self.has(Bug::NullificationsKept) {
            self.index.trim();
        }
    }

    pub(crate) fn shows_foreign_signature(&self, certificate: &Certificate) -> bool {
        let mine = self.my_index().is_some_and(|me| certificate.signers.contains(me));
        mine && self.acts.is_foreign(certificate.view, &certificate.subject)
    }

    fn act_on(&mut self, certificate: &Arc<Certificate>, out: &mut Vec<Output>) {
        self.persist_certificate(certificate, out);
        match certificate.subject {
            Subject::Notarize(digest) => self.on_notarization(certificate, digest, out),
            Subject::Nullify => self.enter_by(certificate, None, out),
            Subject::Finalize(digest) => self.on_finalization(certificate, digest, out),
        }
    }

    fn on_notarization(
        &mut self,
        certificate: &Arc<Certificate>,
        digest: Digest,
        out: &mut Vec<Output>,
    ) {
        let view = certificate.view;
        self.chain.certify(digest);
        self.pursue(digest, Some(certificate), out);
        if self.halted.is_some() {
            return;
        }
        out.push(Output::SetTimer { timer: Timer::Unfinal(view), after_ms: self.delta_of(view) });
        // A heartbeat has made its block: if that stays unfinal, the block itself is work.
        self.pace.end_heartbeat();
        let finalize = self.finalize(view, digest, out);
        self.enter_by(certificate, finalize, out);
    }

    /// R4: finalize what is notarized, unless we have nullified its view.
    fn finalize(&mut self, view: View, digest: Digest, out: &mut Vec<Output>) -> Option<Vote> {
        let may = self.acts.may_finalize(view) || self.has(Bug::FinalizesAfterNullify);
        if !self.may_sign() || !may {
            return None;
        }
        self.cast(view, Subject::Finalize(digest), out)
    }

    /// R1: a certificate of our view or a later one moves us to the view after it and is sent
    /// to all, together with the finalize vote that it called for.
    fn enter_by(
        &mut self,
        certificate: &Arc<Certificate>,
        finalize: Option<Vote>,
        out: &mut Vec<Output>,
    ) {
        let moves = certificate.view >= self.view;
        let sends = moves && !self.has(Bug::EntryCertificateNotSent);
        match finalize {
            Some(finalize) if sends => {
                let message = Message::Notarized { certificate: Arc::clone(certificate), finalize };
                self.send(To::All, message, self.after_all(), out);
            }
            Some(finalize) => self.send(To::All, Message::Vote(finalize), self.after_all(), out),
            None if sends => self.send_certificate(To::All, certificate, out),
            None => {}
        }
        if moves {
            self.enter(certificate, out);
        }
    }

    fn enter(&mut self, certificate: &Arc<Certificate>, out: &mut Vec<Output>) {
        let by_one = self.has(Bug::EntersOneViewAtATime);
        self.view = if by_one { self.view.next() } else { certificate.view.next() };
        self.entry = Some(Arc::clone(certificate));
        self.forget_old_views();
        self.pace.enter();
        out.push(Output::Entered(self.view));
        self.hear_enough(out);
        self.resume_work(out);
        self.join_view(out);
    }

    /// R8: drops what has left the window.
    pub(crate) fn forget_old_views(&mut self) {
        let oldest = self.view.saturating_sub(VIEWS_BEHIND);
        self.proposals = self.proposals.split_off(&self.view);
        if self.has(Bug::WindowUnbounded) {
            return;
        }
        self.tally.forget_below(oldest);
        self.acts.raise_floor(oldest);
        let kept = self.seen.split_off(&oldest);
        for seen in self.seen.values() {
            self.chain.drop_uncertified(&seen.first.statement.digest);
        }
        self.seen = kept;
    }

    /// R1, R6: a finalization is sent to all once, and ends every view up to its own.
    fn on_finalization(
        &mut self,
        certificate: &Arc<Certificate>,
        digest: Digest,
        out: &mut Vec<Output>,
    ) {
        self.chain.certify(digest);
        self.pursue(digest, Some(certificate), out);
        if self.halted.is_some() {
            return;
        }
        self.set_heartbeat(out);
        self.forget_what_sync_brings();
        if !self.has(Bug::FinalizationNotSent) {
            self.send_certificate(To::All, certificate, out);
        }
        if certificate.view >= self.view {
            self.enter(certificate, out);
        }
    }

    /// R8: the driver fetches by range what is behind us, and makes the engine anew from there.
    /// Until then final blocks are of no use to us, and would only heap up.
    fn forget_what_sync_brings(&mut self) {
        if self.behind.is_some() {
            self.chain.retain(std::iter::empty());
        }
    }

    /// R6: delivers what is final and executed, the oldest first.
    pub(crate) fn deliver(&mut self, out: &mut Vec<Output>) {
        let Some(proof) = self.index.finalization().map(Arc::clone) else {
            return;
        };
        let target = self.index.final_digest();
        let Path::Known(mut path) = self.chain.path(target) else {
            return;
        };
        if self.has(Bug::AncestorsNotDelivered) {
            path.retain(|digest| *digest == target);
        }
        let from = out.len();
        let valid = path.into_iter().take_while(|digest| self.chain.is_valid(digest));
        for digest in valid.collect::<Vec<_>>() {
            let header = self.chain.advance(digest);
            out.extend(header.map(|header| Output::Finalize { header, proof: Arc::clone(&proof) }));
        }
        if out.len() == from {
            return;
        }
        if self.has(Bug::DeliversNewestFirst) {
            out.get_mut(from..).unwrap_or_default().reverse();
        }
        self.after_delivery(target, &proof);
    }

    fn after_delivery(&mut self, target: Digest, proof: &Arc<Certificate>) {
        if self.chain.root_digest() == target {
            let header = self.chain.root().as_ref().clone();
            self.checkpoint =
                Some(Arc::new(Checkpoint { header, finalization: (**proof).clone() }));
        }
        let unfinal = self.index.unfinal().map(|(_, digest)| digest);
        let proposed = self.seen.range(self.index.final_view().next()..);
        let proposed = proposed.map(|(_, seen)| seen.first.statement.digest);
        self.chain.retain(unfinal.chain(proposed).chain([target]));
    }

    /// Sees to it that the blocks which our next steps rest on are held and executed: the highest
    /// finalized, the highest notarized, and the parent of the proposal at hand.
    pub(crate) fn pursue_certified(&mut self, out: &mut Vec<Output>) {
        let (view, highest) = self.index.highest_notarized_below(View::MAX);
        let certificate = self.index.justification(view);
        let finalization = self.index.finalization().map(Arc::clone);
        self.pursue(self.index.final_digest(), finalization.as_deref(), out);
        self.pursue(highest, certificate.as_deref(), out);
        let parent = self.proposals.get(&self.view).map(|proposal| proposal.signed.statement);
        if let Some(ProposalStatement { parent_view, parent_digest, .. }) = parent
            && self.index.notarized(parent_view) == Some(parent_digest)
        {
            let certificate = self.index.justification(parent_view);
            self.pursue(parent_digest, certificate.as_deref(), out);
        }
    }

    /// Gets or executes what is lacking on the way to a certified block. Whoever signed its
    /// certificate holds it; that certificate may be in memory no more.
    fn pursue(&mut self, digest: Digest, certificate: Option<&Certificate>, out: &mut Vec<Output>) {
        if self.halted.is_some() {
            return;
        }
        match self.chain.path(digest) {
            Path::Known(path) => self.execute_next(&path, out),
            Path::Missing(missing) if !self.chain.is_wanted(&missing) && self.behind.is_none() => {
                let from: Option<Vec<_>> = certificate.map(|c| c.signers.iter().collect());
                self.fetch(missing, &from.unwrap_or_default(), out);
            }
            Path::Missing(_) => {}
            Path::Astray => {
                let view = certificate.map_or(self.view, |certificate| certificate.view);
                self.halt(Halt::Forked { view }, out);
            }
        }
    }

    fn fetch(&mut self, digest: Digest, from: &[ValidatorIndex], out: &mut Vec<Output>) {
        let others: Vec<_> = from.iter().copied().filter(|index| !self.is_me(*index)).collect();
        if self.chain.want(digest, &others) && !self.has(Bug::BodyNeverFetched) {
            out.push(Output::Fetch(Fetch::Block { digest, from: others }));
        }
    }

    fn execute_next(&mut self, path: &[Digest], out: &mut Vec<Output>) {
        let Some(digest) = path.iter().find(|digest| !self.chain.is_valid(digest)) else {
            return;
        };
        self.chain.certify(*digest);
        match self.chain.body(digest) {
            Some(Body::Held) => self.execute(*digest, out),
            Some(Body::Refused) => self.diverge(*digest, out),
            Some(Body::Executing | Body::Valid) | None => {}
        }
    }

    pub(crate) fn execute(&mut self, digest: Digest, out: &mut Vec<Output>) {
        if let Some(header) = self.chain.header(&digest).map(Arc::clone) {
            self.chain.set_body(&digest, Body::Executing);
            out.push(Output::Validate { header });
        }
    }

    /// R5: a certificate for a block that our own execution refuses.
    fn diverge(&mut self, digest: Digest, out: &mut Vec<Output>) {
        if !self.has(Bug::DivergenceIgnored) {
            self.halt(Halt::Diverged { digest }, out);
        }
    }

    pub(crate) fn on_validated(&mut self, digest: Digest, verdict: Verdict, out: &mut Vec<Output>) {
        let body = match verdict {
            Verdict::Valid => Body::Valid,
            Verdict::Invalid => Body::Refused,
        };
        self.chain.set_body(&digest, body);
        if body == Body::Refused && self.chain.is_certified(&digest) {
            return self.diverge(digest, out);
        }
        self.settle(out);
    }

    pub(crate) fn on_block(&mut self, header: Header, out: &mut Vec<Output>) {
        let digest = header.digest();
        if !self.chain.is_wanted(&digest) {
            return self.drop_input();
        }
        let height = header.height;
        let far = height.since(self.chain.root().height) > CATCH_UP_HEIGHTS_MAX;
        if far && matches!(self.chain.path(header.parent), Path::Missing(_)) {
            self.chain.unwant(&digest);
            self.behind = Some(height);
            return out.push(Output::Behind { height });
        }
        let parent = header.parent;
        let from = self.chain.unwant(&digest);
        self.chain.insert(digest, header);
        self.chain.certify(digest);
        if let Path::Missing(missing) = self.chain.path(parent)
            && !self.chain.is_wanted(&missing)
        {
            self.fetch(missing, &from, out);
        }
        self.settle(out);
    }

    /// Asks again for what is still missing.
    pub(crate) fn fetch_again(&mut self, out: &mut Vec<Output>) {
        if !self.has(Bug::BodyNeverFetched) {
            let wanted = self.chain.wanted();
            out.extend(wanted.map(|(digest, from)| Output::Fetch(Fetch::Block { digest, from })));
        }
    }
}
