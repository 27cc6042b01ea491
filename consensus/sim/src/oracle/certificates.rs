//! Certificates seen anywhere: quorums, and what no two of them may say.

use super::agreement::signers;
use super::{Finding, Ground};
use crate::scenario::NodeId;
use hefu_primitives::{Certificate, Digest, Epoch, Subject, View};
use std::collections::{BTreeMap, BTreeSet};

/// What was certified, by epoch and view.
#[derive(Default)]
pub(crate) struct Certificates {
    notarized: BTreeMap<(Epoch, View), Digest>,
    finalized: BTreeMap<(Epoch, View), Digest>,
    nullified: BTreeSet<(Epoch, View)>,
    highest: BTreeMap<Epoch, View>,
    /// Nullified views that nobody has asked for yet.
    news: Vec<(Epoch, View)>,
    /// What each machine has learnt.
    known: BTreeMap<NodeId, Known>,
}

/// The certificates that a machine has told its disk.
#[derive(Default)]
struct Known {
    nullified: BTreeSet<(Epoch, View)>,
    certified: BTreeMap<(Epoch, View), Digest>,
    finalized: BTreeMap<Epoch, View>,
}

impl Certificates {
    /// Takes in a certificate, from the correct machine `node` or verified.
    pub(crate) fn seen(
        &mut self,
        ground: Ground<'_>,
        node: Option<NodeId>,
        certificate: &Certificate,
        found: &mut Vec<Finding>,
    ) {
        let (signers, quorum) = (signers(certificate), ground.quorum(certificate.epoch));
        let wrong = if signers < quorum {
            let kind = certificate.subject.kind();
            let sentence = format!("a {kind} certificate of {signers} signers, not {quorum}");
            Some((3, sentence))
        } else {
            self.add(certificate)
        };
        found.extend(wrong.map(|(rule, sentence)| Finding {
            rule,
            oracle: "certificates",
            node,
            sentence: format!("{sentence}, in view {}", certificate.view),
        }));
    }

    fn add(&mut self, certificate: &Certificate) -> Option<(u8, String)> {
        let at = (certificate.epoch, certificate.view);
        let highest = self.highest.entry(at.0).or_default();
        *highest = (*highest).max(at.1);
        match certificate.subject {
            Subject::Notarize(digest) => {
                let other = self.notarized.insert(at, digest).filter(|d| *d != digest);
                other.map(|other| (3, format!("{digest:?} and {other:?} are both notarized")))
            }
            Subject::Nullify => {
                if self.nullified.insert(at) {
                    self.news.push(at);
                }
                let final_too = self.finalized.contains_key(&at);
                final_too.then(|| (5, "a view is nullified and finalized".to_owned()))
            }
            Subject::Finalize(digest) => {
                let other = self.finalized.insert(at, digest).filter(|d| *d != digest);
                let other = other.or(self.notarized.get(&at).copied().filter(|d| *d != digest));
                let null_too = self.nullified.contains(&at);
                let null_too =
                    null_too.then(|| (5, "a view is nullified and finalized".to_owned()));
                null_too.or(other.map(|other| (4, format!("{digest:?} is final, {other:?} too"))))
            }
        }
    }

    /// Whether a machine knows that a quorum stands behind `digest` in a view. What is final it
    /// may know from its chain.
    pub(crate) fn is_notarized(
        &self,
        node: NodeId,
        (epoch, view): (Epoch, View),
        digest: &Digest,
    ) -> bool {
        let at = (epoch, view);
        let known = self.known.get(&node).and_then(|known| known.certified.get(&at));
        known == Some(digest) || self.finalized.get(&at) == Some(digest)
    }

    /// Whether a machine knows that a view is nullified.
    pub(crate) fn is_nullified(&self, node: NodeId, epoch: Epoch, view: View) -> bool {
        self.known.get(&node).is_some_and(|known| known.nullified.contains(&(epoch, view)))
    }

    /// A machine has told its disk of a certificate.
    pub(crate) fn learnt(&mut self, node: NodeId, certificate: &Certificate) {
        let (epoch, view) = (certificate.epoch, certificate.view);
        let known = self.known.entry(node).or_default();
        match certificate.subject {
            Subject::Nullify => {
                known.nullified.insert((epoch, view));
            }
            Subject::Notarize(digest) => {
                known.certified.insert((epoch, view), digest);
            }
            Subject::Finalize(digest) => {
                known.certified.insert((epoch, view), digest);
                let highest = known.finalized.entry(epoch).or_default();
                *highest = (*highest).max(view);
            }
        }
    }

    /// A process begins: of the finalizations that it had learnt only the one of its last block is
    /// sure to be left.
    pub(crate) fn booted(&mut self, node: NodeId, epoch: Epoch, settled: View) {
        let known = self.known.entry(node).or_default();
        known.finalized = BTreeMap::from([(epoch, settled)]);
    }

    /// Whether a machine has a certificate of `digest`.
    pub(crate) fn knows(&self, node: NodeId, digest: &Digest) -> bool {
        let known = self.known.get(&node);
        known.is_some_and(|known| known.certified.values().any(|certified| certified == digest))
    }

    /// The highest view of an epoch whose finalization a machine knows.
    pub(crate) fn final_view(&self, node: NodeId, epoch: Epoch) -> View {
        let known = self.known.get(&node).and_then(|known| known.finalized.get(&epoch));
        known.copied().unwrap_or_default()
    }

    /// How many blocks a machine knows to be certified above the last one that it knows final.
    pub(crate) fn unfinal_of(&self, node: NodeId, epoch: Epoch) -> usize {
        let above = (epoch, self.final_view(node, epoch).next());
        let known = self.known.get(&node);
        known.map_or(0, |known| known.certified.range(above..).count())
    }

    /// The highest certified view of each epoch, summed up.
    pub(crate) fn views(&self) -> u64 {
        self.highest.values().map(|view| view.get()).sum()
    }

    /// How many notarized views lie above the last finalized one.
    pub(crate) fn unfinal(&self) -> usize {
        let last = self.finalized.last_key_value().map(|(at, _)| *at);
        match last {
            None => self.notarized.len(),
            Some(last) => self.notarized.range(last..).skip(1).count(),
        }
    }

    /// Views that were found nullified since the last call.
    pub(crate) fn take_nullified(&mut self) -> Vec<(Epoch, View)> {
        std::mem::take(&mut self.news)
    }
}
