//! How far the inputs of the ledger's targets get.

use super::{corpus, tell};
use hefu_fuzz::{
    Done, TEXTS, Verdict, execution, seeds, verdict_on_bundle, verdict_on_transaction,
};
use std::collections::BTreeSet;

fn inputs(target: &str) -> Vec<Vec<u8>> {
    [corpus(target), seeds(target)].concat()
}

#[test]
fn corpus_of_verify_bundle_is_refused_in_many_ways() {
    let verdicts: Vec<_> =
        inputs("verify_bundle").iter().map(|input| verdict_on_bundle(input)).collect();
    let count = |verdict: Verdict| verdicts.iter().filter(|one| **one == verdict).count();
    let codes: BTreeSet<_> = verdicts
        .iter()
        .filter_map(|verdict| match verdict {
            Verdict::Refused(code) => Some(code),
            Verdict::Genuine | Verdict::Withholding => None,
        })
        .collect();
    let (genuine, withholding) = (count(Verdict::Genuine), count(Verdict::Withholding));
    tell(format_args!("{genuine} genuine, {withholding} withholding, refused: {codes:?}"));
    assert!(genuine >= 40 && withholding >= 1 && codes.len() >= 25, "{codes:?}");
}

#[test]
fn corpus_of_check_transaction_is_refused_in_many_ways() {
    let verdicts = inputs("check_transaction");
    let verdicts: Vec<_> = verdicts.iter().map(|input| verdict_on_transaction(input)).collect();
    let codes: BTreeSet<_> = verdicts.iter().filter_map(|verdict| verdict.err()).collect();
    let accepted = verdicts.iter().filter(|verdict| verdict.is_ok()).count();
    tell(format_args!("{accepted} accepted, refused: {codes:?}"));
    assert!(accepted >= 32 && codes.len() >= 12, "{codes:?}");
}

#[test]
fn corpus_of_execute_blocks_does_everything() {
    let inputs = inputs("execute_blocks");
    let done = inputs.iter().map(|input| execution(input)).fold(Done::default(), Done::plus);
    tell(format_args!("{done:?}"));
    let reached = [
        done.blocks >= 200,
        done.malformed >= 20,
        done.erased >= 20,
        done.applied.len() >= 13,
        done.left_out.len() >= 15,
    ];
    assert_eq!(reached, [true; 5], "{done:?}");
}

#[test]
fn every_parser_accepts_a_seed() {
    let seeds = seeds("parse_text");
    let accepts = |seed: &&Vec<u8>| {
        let text = String::from_utf8_lossy(&seed[1..]);
        TEXTS[usize::from(seed[0])].run(&text)
    };
    let chosen: BTreeSet<_> = seeds.iter().filter(accepts).map(|seed| seed[0]).collect();
    let lacking: Vec<_> =
        (0..).zip(TEXTS).filter(|(at, _)| !chosen.contains(at)).map(|(_, one)| one.name).collect();
    tell(format_args!("{} parsers, {} seeds", TEXTS.len(), seeds.len()));
    assert!(lacking.is_empty(), "no seed of {lacking:?} is accepted");
}
