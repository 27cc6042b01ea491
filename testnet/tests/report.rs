//! The one place where a check prints: its counts, and everything it found.

/// Prints what a check counted, then fails if it found anything.
#[expect(clippy::print_stdout, reason = "the counts are what a stage shows")]
pub(crate) fn settle(counted: &str, findings: &[String]) {
    println!("{counted}, {} findings", findings.len());
    assert!(findings.is_empty(), "\n{}\n", findings.join("\n"));
}
