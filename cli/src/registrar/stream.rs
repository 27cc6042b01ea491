//! Requests from a file or standard input: one JSON value, or one a line.

use crate::input;
use crate::out::{Failure, Usage};
use anyhow::Result;
use hefu_client::Exit;
use hefu_ledger::enrolment::EnrolmentRequest;
use hefu_ledger::json::{self, JsonError};
use hefu_ledger::limits::TRANSACTION_BYTES_MAX;

/// Bytes of a request in JSON, generously: it is a part of one transaction.
const REQUEST_BYTES_MAX: usize = 8 * TRANSACTION_BYTES_MAX;

/// A request, and the line where it begins.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) line: usize,
    pub(super) request: EnrolmentRequest,
}

/// All requests from a line on. They are read before anything is done: one that is cut short stops
/// the whole, so that nobody has to find out what was.
pub(super) fn requests(file: &str, from_line: usize) -> Result<Vec<Request>> {
    let text = input::text(file)?;
    if from_line <= 1
        && let Ok(request) = json::parse(&text, REQUEST_BYTES_MAX)
    {
        return Ok(vec![Request { line: 1, request }]);
    }
    let lines = (1..).zip(text.lines()).skip(from_line.saturating_sub(1));
    let filled = lines.filter(|(_, line)| !line.trim().is_empty());
    let parsed = filled.map(|(line, text)| {
        let request = json::parse(text, REQUEST_BYTES_MAX);
        Ok(Request { line, request: request.map_err(|error| malformed(file, line, &error))? })
    });
    let requests: Vec<Request> = parsed.collect::<Result<_>>()?;
    if requests.is_empty() {
        return Err(Usage::of(format!("{file} has no requests from line {from_line} on")));
    }
    Ok(requests)
}

fn malformed(file: &str, line: usize, error: &JsonError) -> Failure {
    Failure {
        exit: Exit::Usage,
        code: error.code(),
        what: format!("{file}, line {line}, is no enrolment request: {error}; nothing was done"),
        next: "mend the line or take it out, and repeat the command".to_owned(),
    }
}
