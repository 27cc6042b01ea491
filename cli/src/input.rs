//! What is read from files or, for `-`, from standard input.

use crate::out::{Failure, Usage};
use anyhow::Result;
use hefu_client::Exit;
use hefu_ledger::Transaction;
use hefu_ledger::json;
use std::fs;
use std::io::{self, Read};

/// Bytes that are read at all: a million requests.
const INPUT_BYTES_MAX: u64 = 2 * 1024 * 1024 * 1024;

/// The text of a file, or of standard input.
pub(crate) fn text(file: &str) -> Result<String> {
    let mut text = String::new();
    let done = if file == "-" {
        io::stdin().take(INPUT_BYTES_MAX).read_to_string(&mut text)
    } else {
        fs::File::open(file)
            .and_then(|opened| opened.take(INPUT_BYTES_MAX).read_to_string(&mut text))
    };
    let named = if file == "-" { "standard input" } else { file };
    done.map_err(|error| Usage::of(format!("{named} cannot be read: {error}")))?;
    Ok(text)
}

/// The transactions of a file: one JSON value, or one a line.
pub(crate) fn transactions(file: &str) -> Result<Vec<Transaction>> {
    let text = text(file)?;
    if let Ok(transaction) = json::parse_transaction(&text) {
        return Ok(vec![transaction]);
    }
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    let parsed = lines.map(|(line, text): (usize, &str)| {
        json::parse_transaction(text).map_err(|error| {
            let what = format!("{file}, line {line}, is no transaction: {error}; nothing was done");
            let next = "mend the line, or take it out".to_owned();
            Failure { exit: Exit::Usage, code: error.code(), what, next }.into()
        })
    });
    let all = parsed.collect::<Result<Vec<_>>>()?;
    if all.is_empty() { Err(Usage::of(format!("{file} has no transaction"))) } else { Ok(all) }
}
