//! `hefu explain`: more of a code that an error names, without asking anybody.

mod codes;
mod single;

use crate::args::Common;
use crate::config::suggestion;
use crate::out::{self, Failure, Shown};
use anyhow::Result;
use clap::Args;
use codes::{ALONE, FAMILIES, Family};
use hefu_client::Exit;
use serde::Serialize;
use single::CODES;
use std::process::ExitCode;

/// The arguments of `hefu explain`.
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The code, such as `rejected.key_taken`; all codes if none is named
    code: Option<String>,
}

/// What there is to say of a code.
#[derive(Debug, Serialize)]
struct Explained {
    code: String,
    /// What it is about.
    about: &'static str,
    /// What it means by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    meaning: Option<&'static str>,
    /// What to do.
    next: &'static str,
}

impl Shown for Explained {
    fn table(&self) -> String {
        let meaning = self.meaning.map_or(String::new(), |meaning| format!("{meaning}\n"));
        format!("{}\n{meaning}{}\nNext: {}\n", self.code, self.about, self.next)
    }
}

/// A code in a list.
#[derive(Debug, Serialize)]
struct Row {
    code: String,
    about: &'static str,
}

impl Shown for Row {
    fn table(&self) -> String {
        format!("{}\n", self.code)
    }
}

/// Carries the command out.
pub(crate) fn main(args: &ExplainArgs, common: Common) -> Result<ExitCode> {
    let Some(code) = &args.code else {
        let rows: Vec<Row> =
            all().map(|(code, family)| Row { code, about: family.about }).collect();
        out::show_all(common.output, &rows)?;
        return Ok(ExitCode::SUCCESS);
    };
    let explained = explain(code).ok_or_else(|| unknown(code))?;
    out::show(common.output, &explained)?;
    Ok(ExitCode::SUCCESS)
}

/// Every code with its family.
fn all() -> impl Iterator<Item = (String, &'static Family)> {
    let families = FAMILIES.iter().flat_map(|family| {
        let names = family.codes.split_whitespace();
        names.map(move |name| (format!("{}.{name}", family.name), family))
    });
    families.chain(ALONE.iter().map(|family| (family.name.to_owned(), family)))
}

fn explain(code: &str) -> Option<Explained> {
    let (_, family) = all().find(|(known, _)| known == code)?;
    let own = CODES.iter().find(|row| row.0 == code);
    Some(Explained {
        code: code.to_owned(),
        about: family.about,
        meaning: own.map(|row| row.1),
        next: own.map_or(family.next, |row| row.2),
    })
}

/// What to do about a code, in a sentence.
pub(crate) fn advice(code: &str) -> Option<&'static str> {
    explain(code).map(|explained| explained.next)
}

fn unknown(code: &str) -> Failure {
    let known: Vec<String> = all().map(|(known, _)| known).collect();
    let near = suggestion(code, known.iter().map(String::as_str));
    Failure {
        exit: Exit::Usage,
        code: "explain.unknown",
        what: format!("there is no code {code:?}{near}"),
        next: "hefu explain without a code lists all of them".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::{Path, PathBuf};

    #[test]
    fn what_another_site_asks_is_not_to_be_answered() {
        for code in ["login.other_domain", "login.other_platform", "login.other_network"] {
            assert!(advice(code).unwrap_or_default().starts_with("do not answer"), "{code}");
        }
        assert!(advice("login.replayed").unwrap_or_default().contains("new challenge"));
    }

    #[test]
    fn every_explanation_is_one_of_a_code() {
        for (code, _, _) in CODES {
            assert!(explain(code).is_some(), "{code}");
        }
        let codes: Vec<_> = all().map(|(code, _)| code).collect();
        let distinct: BTreeSet<_> = codes.iter().collect();
        assert_eq!(distinct.len(), codes.len());
    }

    /// The Rust files below a folder.
    fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }

    /// The codes that a source gives: texts of the form `family.name` behind one of these.
    const BEHIND: [&str; 5] = ["=>", "code:", "code =", "&str =", "reason("];

    fn given(text: &str) -> Vec<String> {
        let parts: Vec<&str> = text.split('"').collect();
        let pairs = parts.iter().zip(parts.iter().skip(1));
        let behind = |before: &str| BEHIND.iter().any(|end| before.trim_end().ends_with(end));
        let codes = pairs.filter(|(before, code)| behind(before) && is_code(code));
        codes.map(|(_, code)| (*code).to_owned()).collect()
    }

    fn is_code(text: &str) -> bool {
        let Some((family, name)) = text.split_once('.') else { return false };
        let plain = |text: &str| text.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        // Names of files and of a setting look the same.
        let other = ["json", "toml"].contains(&name) || family == "development";
        !other && !family.is_empty() && !name.is_empty() && plain(family) && plain(name)
    }

    #[test]
    fn every_code_of_the_program_is_explained() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let mut files = Vec::new();
        for folder in ["ledger/src", "ledger/login/src", "node/src", "node/api/src", "cli"] {
            sources(&root.join(folder), &mut files);
        }
        let codes: BTreeSet<String> =
            files.iter().flat_map(|file| given(&fs::read_to_string(file).unwrap())).collect();
        let unexplained: Vec<_> = codes.iter().filter(|code| explain(code).is_none()).collect();
        assert!(codes.len() > 150, "{}", codes.len());
        assert!(unexplained.is_empty(), "{unexplained:?}");
    }
}
