//! The checked-in inputs, and mutations of them, given to every target without libFuzzer.

mod engine;
mod ledger;
mod mutations;

use hefu_fuzz::{CONSENSUS, LEDGER, PRIMITIVES, TARGETS, choose, seeds};
use mutations::Dice;
use std::collections::BTreeSet;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

/// Files that a target's corpus has at least.
const FILES_MIN: usize = 50;

/// Mutations of a target's inputs.
const MUTATIONS: usize = 20_000;

/// Where an input costs signatures.
const MUTATIONS_DEAR: usize = 4_000;

/// Where an input is a chain.
const MUTATIONS_OF_CHAINS: usize = 1_000;

/// What all checked-in inputs may take together: every clone carries them.
const CORPUS_BYTES_MAX: usize = 200 * 1024;

fn folder(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target)
}

/// The checked-in inputs of a target, in the order of their names.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = folder(target);
    read_all(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
}

fn read_all(folder: &Path) -> io::Result<Vec<Vec<u8>>> {
    let paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
    let paths = paths.collect::<io::Result<BTreeSet<_>>>()?;
    paths.iter().map(fs::read).collect()
}

/// Tells what was counted.
#[expect(clippy::print_stdout, reason = "the counts are what a stage shows")]
fn tell(counted: impl fmt::Display) {
    println!("{counted}");
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

/// Gives a target its corpus, its seeds, and mutations of both, always the same ones.
fn replay(name: &str, mutations: usize) {
    let target = TARGETS.iter().find(|target| target.name == name).expect("a target");
    let (files, seeds) = (corpus(name), seeds(name));
    let counted = format!("{} files, {} seeds, {mutations} mutations", files.len(), seeds.len());
    assert!(files.len() >= FILES_MIN, "{name}: {counted}, fewer files than {FILES_MIN}");
    let (mut dice, inputs) = (Dice::new(name), [files, seeds].concat());
    let mutants = std::iter::repeat_with(|| dice.mutant(&inputs)).take(mutations);
    for input in inputs.iter().cloned().chain(mutants) {
        let outcome = catch_unwind(|| (target.run)(&input));
        assert!(outcome.is_ok(), "{name} fails on {}", hex(&input));
    }
    tell(format_args!("{name}: {counted}, 0 failures"));
}

#[test]
fn corpus_of_decode_primitives() {
    replay("decode_primitives", MUTATIONS);
}

#[test]
fn corpus_of_decode_consensus() {
    replay("decode_consensus", MUTATIONS);
}

#[test]
fn corpus_of_certificate_mutations() {
    replay("certificate_mutations", MUTATIONS);
}

#[test]
fn corpus_of_engine_inputs() {
    replay("engine_inputs", MUTATIONS);
}

#[test]
fn corpus_of_decode_ledger() {
    replay("decode_ledger", MUTATIONS);
}

#[test]
fn corpus_of_parse_text() {
    replay("parse_text", MUTATIONS);
}

#[test]
fn corpus_of_verify_bundle() {
    replay("verify_bundle", MUTATIONS_DEAR);
}

#[test]
fn corpus_of_check_transaction() {
    replay("check_transaction", MUTATIONS_DEAR);
}

#[test]
fn corpus_of_execute_blocks() {
    replay("execute_blocks", MUTATIONS_OF_CHAINS);
}

#[test]
fn corpus_is_small() {
    let sizes = TARGETS.map(|target| corpus(target.name).iter().map(Vec::len).sum::<usize>());
    let bytes: usize = sizes.iter().sum();
    tell(format_args!("{bytes} bytes of corpus"));
    assert!(bytes <= CORPUS_BYTES_MAX, "{bytes} bytes, more than {CORPUS_BYTES_MAX}");
}

#[test]
fn every_type_has_seeds_and_they_decode() {
    let targets = [
        (PRIMITIVES, "decode_primitives"),
        (CONSENSUS, "decode_consensus"),
        (LEDGER, "decode_ledger"),
    ];
    for (decoders, target) in targets {
        let seeds = seeds(target);
        let chosen = seeds.iter().filter_map(|seed| choose(decoders, seed));
        let whole = chosen.filter(|(decoder, bytes)| decoder.run(bytes));
        let names: Vec<_> = whole.map(|(decoder, _)| decoder.name).collect();
        assert_eq!(names.len(), seeds.len(), "seeds of {target} that decode");
        let types: BTreeSet<_> = names.iter().collect();
        let lacking = decoders.iter().find(|decoder| !types.contains(&decoder.name));
        assert!(lacking.is_none(), "no seed of {lacking:?}");
        tell(format_args!("{target}: {} types, {} seeds", types.len(), seeds.len()));
    }
}

#[test]
fn every_target_has_seeds_a_folder_and_a_program() {
    let programs = Path::new(env!("CARGO_MANIFEST_DIR")).join("targets/bins");
    for target in TARGETS {
        assert!(!seeds(target.name).is_empty(), "{} has no seeds", target.name);
        assert!(folder(target.name).is_dir(), "{} has no corpus", target.name);
        let program = programs.join(target.name).with_extension("rs");
        assert!(program.is_file(), "{} has no program", target.name);
    }
    assert_eq!(seeds("no target"), Vec::<Vec<u8>>::new());
}
