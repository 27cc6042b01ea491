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

    /// Whether a quorum stands behind `digest` in a view.
    pub(crate) fn is_notarized(&self, epoch: Epoch, view: View, digest: &Digest) -> bool {
        let at = (epoch, view);
        self.notarized.get(&at) == Some(digest) || self.finalized.get(&at) == Some(digest)
    }

    pub(crate) fn is_nullified(&self, epoch: Epoch, view: View) -> bool {
        self.nullified.contains(&(epoch, view))
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
