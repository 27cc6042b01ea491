//! What the guides tell a reader to type, typed: each document in a home directory that holds nothing
//! but the clone and what building it leaves. `docs/testing.md` says how a block is written.

mod book;
mod document;
mod home;
mod reader;
mod shell;

use document::Document;
use home::Home;
use reader::Reader;

/// Does all that a document says, from its first line to its last.
#[allow(
    clippy::print_stdout,
    reason = "the stage counts what ran, and a failure is below its line"
)]
fn follow(path: &str) {
    let document = Document::read(path);
    let home = Home::make();
    let mut reader = Reader::new(home.path());
    for step in &document.steps {
        println!("{path}:{}: $ {}", step.line, step.command);
        if let Err(trouble) = reader.take(step) {
            panic!("{path}:{}: $ {}\n{trouble}", step.line, step.command);
        }
    }
    if let Err(trouble) = reader.leave() {
        panic!("{path}: at its end: {trouble}");
    }
    println!("{path}: {} commands ran, {} marked", document.steps.len(), document.unrun.len());
    for (line, reason) in &document.unrun {
        println!("{path}:{line}: not run: {reason}");
    }
}

#[test]
fn the_readme_does_what_it_says() {
    follow("README.md");
}

#[test]
fn the_developer_guide_does_what_it_says() {
    follow("docs/developer-guide.md");
}

#[test]
fn networks_do_what_is_said() {
    follow("docs/testnet.md");
}

#[test]
fn wallets_do_what_is_said() {
    follow("docs/wallet.md");
}

#[test]
fn logins_do_what_is_said() {
    follow("docs/login.md");
}

#[test]
fn the_commands_do_what_is_said() {
    follow("docs/commands.md");
}

#[test]
fn the_http_api_does_what_is_said() {
    follow("docs/http-api.md");
}

#[test]
fn the_operator_guide_does_what_it_says() {
    follow("docs/operator-guide.md");
}
