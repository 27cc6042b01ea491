//! Which views have which certificate. The certificates themselves lie in the driver's store;
//! in memory are those that the next proposal carries.

use super::ranges::ViewRanges;
use crate::limits::{CERTIFICATES_PER_FETCH, GAP_INLINE_MAX, NOTARIZATIONS_KEPT};
use hefu_primitives::{Certificate, Digest, Subject, View};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The certificates of the views from the highest finalization on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Index {
    /// The block that the epoch, or this run, starts from.
    base: Digest,
    finalization: Option<Arc<Certificate>>,
    notarized: BTreeMap<View, Digest>,
    nullified: ViewRanges,
    notarizations: BTreeMap<View, Arc<Certificate>>,
    nullifications: BTreeMap<View, Arc<Certificate>>,
}

/// What a certificate adds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Learnt {
    /// Something.
    New,
    /// Nothing.
    Known,
    /// A contradiction to an earlier one.
    Forked,
}

impl Index {
    pub(crate) fn new(base: Digest) -> Self {
        Self {
            base,
            finalization: None,
            notarized: BTreeMap::new(),
            nullified: ViewRanges::default(),
            notarizations: BTreeMap::new(),
            nullifications: BTreeMap::new(),
        }
    }

    /// F: the view of the highest finalization; 0 while there is none in this epoch.
    pub(crate) fn final_view(&self) -> View {
        self.finalization.as_ref().map_or(View::ZERO, |certificate| certificate.view)
    }

    pub(crate) fn finalization(&self) -> Option<&Arc<Certificate>> {
        self.finalization.as_ref()
    }

    /// The block of the highest finalization.
    pub(crate) fn final_digest(&self) -> Digest {
        let finalized = self.finalization.as_ref();
        finalized.and_then(|certificate| certificate.subject.digest()).unwrap_or(self.base)
    }

    /// The block that a quorum notarized in `view`, as far as we know.
    pub(crate) fn notarized(&self, view: View) -> Option<Digest> {
        if view == self.final_view() {
            return Some(self.final_digest());
        }
        self.notarized.get(&view).copied()
    }

    /// The highest notarized block below `view`.
    pub(crate) fn highest_notarized_below(&self, view: View) -> (View, Digest) {
        let highest = self.notarized.range(..view).next_back();
        highest.map_or((self.final_view(), self.final_digest()), |(view, digest)| (*view, *digest))
    }

    /// The blocks notarized above the highest finalization.
    pub(crate) fn unfinal(&self) -> impl Iterator<Item = (View, Digest)> + '_ {
        self.notarized.iter().map(|(view, digest)| (*view, *digest))
    }

    /// Of the views after `low` and before `high`, the newest that we do not know to be
    /// nullified: as many as one request may ask for.
    pub(crate) fn missing_between(&self, low: View, high: View) -> Option<(View, View)> {
        let (first, last) = self.nullified.missing_between(low, high)?;
        let most = last.saturating_sub(CERTIFICATES_PER_FETCH.saturating_sub(1));
        Some((first.max(most), last))
    }

    /// The certificate that justifies the block notarized in `view`, if it is in memory.
    pub(crate) fn justification(&self, view: View) -> Option<Arc<Certificate>> {
        let finalization = self.finalization.as_ref().filter(|f| f.view == view);
        self.notarizations.get(&view).or(finalization).map(Arc::clone)
    }

    /// The newest nullifications after `low` and before `high` that are in memory, oldest first.
    pub(crate) fn newest_nullifications(&self, low: View, high: View) -> Vec<Arc<Certificate>> {
        let high = high.max(low.next());
        let newest = self.nullifications.range(low.next()..high).rev().take(GAP_INLINE_MAX);
        let mut certificates: Vec<_> = newest.map(|(_, c)| Arc::clone(c)).collect();
        certificates.reverse();
        certificates
    }

    fn compare_with_final(&self, certificate: &Certificate) -> Learnt {
        let contradicts = certificate.subject.digest() != Some(self.final_digest());
        if certificate.view == self.final_view() && contradicts {
            return Learnt::Forked;
        }
        Learnt::Known
    }

    /// Adds a certificate. A finalization takes the place of all that lies below it.
    pub(crate) fn learn(&mut self, certificate: &Arc<Certificate>) -> Learnt {
        let view = certificate.view;
        if view <= self.final_view() {
            return self.compare_with_final(certificate);
        }
        match certificate.subject {
            Subject::Notarize(digest) => self.learn_notarization(view, digest, certificate),
            Subject::Nullify if self.nullified.insert(view) => {
                self.nullifications.insert(view, Arc::clone(certificate));
                Learnt::New
            }
            Subject::Nullify => Learnt::Known,
            Subject::Finalize(digest) => self.learn_finalization(view, digest, certificate),
        }
    }

    fn learn_notarization(
        &mut self,
        view: View,
        digest: Digest,
        certificate: &Arc<Certificate>,
    ) -> Learnt {
        match self.notarized.insert(view, digest) {
            None => {
                self.notarizations.insert(view, Arc::clone(certificate));
                keep_newest(&mut self.notarizations, NOTARIZATIONS_KEPT);
                Learnt::New
            }
            Some(known) if known == digest => Learnt::Known,
            Some(_) => Learnt::Forked,
        }
    }

    fn learn_finalization(
        &mut self,
        view: View,
        digest: Digest,
        certificate: &Arc<Certificate>,
    ) -> Learnt {
        let other = self.notarized.get(&view).is_some_and(|known| *known != digest);
        if other || self.nullified.contains(view) {
            return Learnt::Forked;
        }
        self.finalization = Some(Arc::clone(certificate));
        self.notarized = self.notarized.split_off(&view.next());
        self.notarizations = self.notarizations.split_off(&view.next());
        self.nullifications = self.nullifications.split_off(&view.next());
        self.nullified.forget_up_to(view);
        Learnt::New
    }

    /// Whether a certificate would add something, be it a contradiction.
    pub(crate) fn wants(&self, certificate: &Certificate) -> bool {
        let view = certificate.view;
        match certificate.subject {
            _ if view <= self.final_view() => self.compare_with_final(certificate) != Learnt::Known,
            Subject::Notarize(digest) => self.notarized.get(&view) != Some(&digest),
            Subject::Nullify => !self.nullified.contains(view),
            Subject::Finalize(_) => true,
        }
    }

    /// Drops from memory the nullifications that no proposal will carry inline.
    pub(crate) fn trim(&mut self) {
        keep_newest(&mut self.nullifications, GAP_INLINE_MAX);
    }

    /// How many entries there are: blocks, ranges of nullified views, full certificates.
    pub(crate) fn len(&self) -> (usize, usize, usize) {
        let certificates = self.notarizations.len().saturating_add(self.nullifications.len());
        (self.notarized.len(), self.nullified.len(), certificates)
    }
}

fn keep_newest(certificates: &mut BTreeMap<View, Arc<Certificate>>, count: usize) {
    while certificates.len() > count {
        certificates.pop_first();
    }
}
