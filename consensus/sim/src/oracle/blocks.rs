//! What correct validators vouch for, checked against what everybody has seen, and when correct
//! leaders propose.

use super::certificates::Certificates;
use super::{Finding, Ground};
use crate::ledger::{Block, Epochs};
use crate::scenario::{NodeId, Scenario};
use hefu_consensus::Proposal;
use hefu_primitives::{Digest, Epoch, Header, ProposalStatement, Subject, Timestamp, View, Vote};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// R2: heights between the last final block and a parent from which on only empty blocks count.
const UNFINAL_HEIGHTS: u64 = 16;
/// R13: how far a block may be ahead of a voter's clock, and how far behind it.
const AHEAD_MS: u64 = 2_000;
const BEHIND_MS: u64 = 25_000;
/// Blocks of heights further below the last final one are forgotten.
const KEPT_BELOW: u64 = 2_000;

/// Everything that was ever proposed.
pub(crate) struct Blocks {
    known: BTreeMap<Digest, Arc<Block>>,
    heights: BTreeSet<(u64, Digest)>,
    statements: BTreeMap<(Epoch, View), Vec<ProposalStatement>>,
    everybody_correct: bool,
}

/// A vote of a correct validator, with what was known when it was decided.
pub(crate) struct Case<'a> {
    pub(crate) ground: Ground<'a>,
    pub(crate) node: NodeId,
    /// The validator's clock.
    pub(crate) wall: Timestamp,
    pub(crate) vote: &'a Vote,
    pub(crate) certificates: &'a Certificates,
    /// The highest final height anywhere.
    pub(crate) final_height: u64,
}

/// Why a vote is wrong.
type Wrong = (u8, String);

fn require(condition: bool, rule: u8, otherwise: &str) -> Result<(), Wrong> {
    if condition { Ok(()) } else { Err((rule, otherwise.to_owned())) }
}

impl Blocks {
    pub(crate) fn new(scenario: &Scenario, epochs: &Epochs) -> Self {
        let genesis = Arc::new(Block::new(epochs.genesis().clone(), Vec::new()));
        Self {
            known: BTreeMap::from([(genesis.digest, genesis)]),
            heights: BTreeSet::new(),
            statements: BTreeMap::new(),
            everybody_correct: scenario.attackers.is_empty() && scenario.twins.is_empty(),
        }
    }

    pub(crate) fn block(&self, digest: &Digest) -> Option<&Arc<Block>> {
        self.known.get(digest)
    }

    /// Takes in whatever was proposed, by whomever.
    pub(crate) fn seen(&mut self, proposal: &Proposal, block: Option<&Arc<Block>>) {
        let statement = proposal.signed.statement;
        let statements = self.statements.entry((statement.epoch, statement.view)).or_default();
        if !statements.contains(&statement) {
            statements.push(statement);
        }
        if let Some(block) = block
            && self.known.insert(block.digest, Arc::clone(block)).is_none()
        {
            self.heights.insert((block.height(), block.digest));
        }
    }

    fn forget_below(&mut self, height: u64) {
        while let Some((lowest, digest)) = self.heights.first()
            && *lowest + KEPT_BELOW < height
        {
            self.known.remove(digest);
            self.heights.pop_first();
        }
    }

    /// A correct validator decided to vote.
    pub(crate) fn vouched(&mut self, case: &Case<'_>, found: &mut Vec<Finding>) {
        self.forget_below(case.final_height);
        let Subject::Notarize(digest) = case.vote.subject else {
            return;
        };
        let view = case.vote.view;
        // A faulty leader may have signed several statements about one block.
        let statements = self.statements.get(&(case.vote.epoch, view)).into_iter().flatten();
        let mut checked = Err((3, "what nobody proposed".to_owned()));
        for statement in statements.filter(|statement| statement.digest == digest) {
            checked = self.check(case, statement);
            if checked.is_ok() {
                return;
            }
        }
        found.extend(checked.err().map(|(rule, sentence)| Finding {
            rule,
            oracle: "blocks",
            node: Some(case.node),
            sentence: format!("a correct validator notarizes in view {view}: {sentence}"),
        }));
    }

    fn check(&self, case: &Case<'_>, statement: &ProposalStatement) -> Result<(), Wrong> {
        let find = |digest: &Digest| {
            let block = self.known.get(digest);
            block.ok_or((3, format!("the unknown block {digest:?}")))
        };
        let (block, parent) = (find(&statement.digest)?, find(&statement.parent_digest)?);
        check_place(case.node, case.certificates, statement)?;
        if parent.header.is_boundary() && parent.header.epoch == statement.epoch {
            let same = statement.digest == statement.parent_digest;
            return require(same, 12, "a new block stands above an epoch's last one");
        }
        check_block(case.ground, block, parent, statement)?;
        check_distance(block, parent, case.final_height)?;
        check_time(&block.header, &parent.header, case.wall)
    }

    /// A correct leader proposed for the first time; `idle` tells that there was no work.
    pub(crate) fn proposed(
        &self,
        ground: Ground<'_>,
        node: NodeId,
        proposal: &Proposal,
        (certificates, idle): (&Certificates, bool),
        found: &mut Vec<Finding>,
    ) {
        let checked = self
            .check_proposal(ground, node, proposal, certificates)
            .and_then(|()| require(!(idle && self.everybody_correct), 11, "there was no work"));
        let view = proposal.signed.statement.view;
        found.extend(checked.err().map(|(rule, sentence)| Finding {
            rule,
            oracle: "blocks",
            node: Some(node),
            sentence: format!("a correct leader proposes in view {view}: {sentence}"),
        }));
    }

    /// R2, R12: what a correct leader proposes follows from what it knows.
    fn check_proposal(
        &self,
        ground: Ground<'_>,
        node: NodeId,
        proposal: &Proposal,
        certificates: &Certificates,
    ) -> Result<(), Wrong> {
        let statement = &proposal.signed.statement;
        check_place(node, certificates, statement).map_err(|(_, sentence)| (2, sentence))?;
        let parent = self.known.get(&statement.parent_digest);
        let (Some(block), Some(parent)) = (self.known.get(&statement.digest), parent) else {
            return Err((2, "a block or a parent that nobody has seen".to_owned()));
        };
        if parent.header.is_boundary() && parent.header.epoch == statement.epoch {
            let same = statement.digest == statement.parent_digest;
            return require(same, 12, "a new block stands above an epoch's last one");
        }
        check_block(ground, block, parent, statement).map_err(|(_, sentence)| (2, sentence))?;
        match &proposal.justification.finalized {
            Some(shown) => check_distance(block, parent, shown.header.height.get()),
            None => Ok(()),
        }
    }
}

/// R3: the machine knows that the parent is notarized and every view in between nullified.
fn check_place(
    node: NodeId,
    certificates: &Certificates,
    statement: &ProposalStatement,
) -> Result<(), Wrong> {
    let (epoch, parent) = (statement.epoch, statement.parent_view);
    require(parent < statement.view, 3, "its parent is no earlier")?;
    let starts = parent == View::ZERO;
    let justified =
        starts || certificates.is_notarized(node, (epoch, parent), &statement.parent_digest);
    require(justified, 3, "its parent is not notarized")?;
    for view in parent.get() + 1..statement.view.get() {
        let nullified = certificates.is_nullified(node, epoch, View::new(view));
        require(nullified, 3, "a view since its parent is not nullified")?;
    }
    Ok(())
}

/// R3: the header follows from the parent, and so do its roots.
fn check_block(
    ground: Ground<'_>,
    block: &Block,
    parent: &Block,
    statement: &ProposalStatement,
) -> Result<(), Wrong> {
    let header = &block.header;
    let linked = header.parent == statement.parent_digest && header.epoch == statement.epoch;
    require(linked, 3, "its header names another parent or epoch")?;
    let above = header.height.get() == parent.height() + 1;
    require(above, 3, "its height does not follow")?;
    let valid = ground.epochs.is_valid(block, &parent.header);
    require(valid, 3, "its roots do not follow")
}

/// R2: far above the last final block, only an empty one.
fn check_distance(block: &Block, parent: &Block, final_height: u64) -> Result<(), Wrong> {
    let near = parent.height() <= final_height + UNFINAL_HEIGHTS;
    require(near || block.body.is_empty(), 2, "it is full and far above the last final block")
}

/// R13.
fn check_time(header: &Header, parent: &Header, wall: Timestamp) -> Result<(), Wrong> {
    require(header.time > parent.time, 13, "it is no later than its parent")?;
    let (time, wall) = (header.time.get(), wall.get());
    require(time <= wall + AHEAD_MS, 13, "it comes from the future")?;
    require(wall <= time + BEHIND_MS, 13, "it comes from the past")
}
