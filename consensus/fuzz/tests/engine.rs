//! How far the engine's inputs get, and that what they would show is seen.

use super::{corpus, tell};
use hefu_consensus::Planted;
use hefu_fuzz::{Seen, live, seeds};

#[test]
fn corpus_of_engine_inputs_gets_somewhere() {
    let inputs = [corpus("engine_inputs"), seeds("engine_inputs")].concat();
    let lives = inputs.iter().map(|input| live(input, Planted::default()));
    let seen = lives.map(|life| life.expect("no rule is broken")).fold(Seen::default(), Seen::plus);
    tell(format_args!("{seen:?}"));
    let reached = [
        seen.votes >= 50,
        seen.proposals >= 10,
        seen.views >= 100,
        seen.finals >= 20,
        seen.evidence >= 1,
        seen.restarts >= 20,
        seen.halts >= 10,
    ];
    assert_eq!(reached, [true; 7], "{seen:?}");
}

#[cfg(feature = "planted")]
mod planted {
    use crate::mutations::Dice;
    use crate::{corpus, tell};
    use hefu_consensus::{Bug, Planted};
    use hefu_fuzz::{live, seeds};

    /// Defects that break what is watched.
    const SEEN: &[Bug] = &[
        Bug::ParentAnyNotarized,
        Bug::GapUnchecked,
        Bug::ParentUnchecked,
        Bug::ExecutionUnchecked,
        Bug::NotarizesTwice,
        Bug::FullBlockUnchecked,
        Bug::BoundaryExtended,
        Bug::EpochUnchecked,
        Bug::TimeUnchecked,
        Bug::FutureAccepted,
        Bug::EntersOneViewAtATime,
        Bug::ForeignSignatureIgnored,
        Bug::FinalizesAfterNullify,
        Bug::NullifiesAfterFinalize,
        Bug::AncestorsNotDelivered,
        Bug::DeliversNewestFirst,
        Bug::VoteNotDurable,
        Bug::CertificateNotDurable,
        Bug::ProposalNotDurable,
        Bug::ActsForgotten,
        Bug::WindowUnbounded,
        Bug::NullificationsKept,
        Bug::QuorumTooSmall,
        Bug::VoterCountedTwice,
        Bug::SignsUnheard,
    ];

    const TRIES: usize = 20_000;

    /// How many inputs it takes to see a defect, and what is seen.
    fn find(bug: Bug, files: &[Vec<u8>]) -> Option<(usize, String)> {
        let mut dice = Dice::new("planted");
        let mutants = std::iter::repeat_with(|| dice.mutant(files)).take(TRIES);
        let inputs = files.iter().cloned().chain(mutants);
        (1..).zip(inputs).find_map(|(tries, input)| {
            let broken = live(&input, Planted::new(bug)).err()?;
            assert_eq!(live(&input, Planted::default()).err(), None, "without {bug:?}");
            Some((tries, broken.lines().next().unwrap_or_default().to_owned()))
        })
    }

    #[test]
    fn corpus_shows_planted_defects() {
        let files = [corpus("engine_inputs"), seeds("engine_inputs")].concat();
        let found: Vec<_> = SEEN.iter().map(|bug| (bug, find(*bug, &files))).collect();
        for (bug, found) in &found {
            tell(format_args!("{bug:?}: {found:?}"));
        }
        let missed: Vec<_> = found.iter().filter(|(_, found)| found.is_none()).collect();
        assert!(missed.is_empty(), "{missed:?}");
    }
}
