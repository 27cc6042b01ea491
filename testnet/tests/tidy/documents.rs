//! Documents name only what exists: files behind links, targets of make, subcommands of hefu.

use std::collections::BTreeSet;
use std::path::Path;

use crate::report::settle;
use crate::rust::Source;
use crate::workspace::{files, has_extension, read, root, sources};

/// The targets of a relative link in Markdown, with their lines; fenced code holds none.
fn relative_links(text: &str) -> Vec<(usize, String)> {
    let mut fenced = false;
    let mut found = Vec::new();
    for (at, line) in text.lines().enumerate() {
        fenced ^= line.trim_start().starts_with("```");
        let targets = line.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        let relative = targets.filter(|target| !fenced && !target.contains("://"));
        found.extend(relative.map(|target| (at + 1, target.to_owned())));
    }
    found
}

/// The anchors of a Markdown file, as a forge derives them from its headings.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let anchor = |line: &str| {
        let heading = line.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
        heading.chars().filter(kept).collect()
    };
    headings.map(anchor).collect()
}

/// Links of one document that lead nowhere. `text_of` gives the text of a file that exists.
fn broken_links(path: &str, text: &str, text_of: &dyn Fn(&Path) -> Option<String>) -> Vec<String> {
    let folder = Path::new(path).parent().unwrap_or(Path::new(""));
    let broken = |(line, target): (usize, String)| {
        let (file, anchor) = target.split_once('#').unwrap_or((&target, ""));
        let found = text_of(&if file.is_empty() { path.into() } else { folder.join(file) });
        let leads = found.is_some_and(|text| anchor.is_empty() || anchors(&text).contains(anchor));
        (!leads).then(|| format!("{path}:{line}: {target} leads nowhere"))
    };
    relative_links(text).into_iter().filter_map(broken).collect()
}

/// What stands in code, inline or fenced, one command or name each.
fn code(text: &str) -> Vec<String> {
    let mut fenced = false;
    let mut found = Vec::new();
    for line in text.lines() {
        fenced ^= line.trim_start().starts_with("```");
        if fenced {
            found.push(line.trim_start_matches(['$', ' ']).to_owned());
        } else {
            found.extend(line.split('`').skip(1).step_by(2).map(str::to_owned));
        }
    }
    found
}

/// The second words of the commands that begin with `program`.
fn subcommands(text: &str, program: &str) -> BTreeSet<String> {
    let commands = code(text).into_iter();
    let named = commands.filter_map(|command| {
        let mut words = command.split_whitespace().map(str::to_owned);
        words.next().filter(|word| word == program).and_then(|_| words.next())
    });
    named.filter(|word| word.starts_with(|c: char| c.is_ascii_lowercase())).collect()
}

fn make_targets(makefile: &str) -> BTreeSet<String> {
    let rules = makefile.lines().filter(|line| !line.starts_with(['\t', '#', '.']));
    let targets = rules.filter_map(|line| line.split_once(':').map(|(target, _)| target));
    targets.filter(|target| !target.contains(['=', ' '])).map(str::to_owned).collect()
}

/// The variants of the enums that derive `Subcommand`, as a shell types them.
fn hefu_subcommands(source: &Source) -> BTreeSet<String> {
    let file = syn::parse2::<syn::File>(source.tokens.clone()).expect("the CLI compiles");
    let enums = file.items.into_iter().filter_map(|item| match item {
        syn::Item::Enum(item) if derives_subcommand(&item.attrs) => Some(item),
        _ => None,
    });
    enums.flat_map(|item| item.variants).map(|variant| kebab(&variant.ident.to_string())).collect()
}

fn derives_subcommand(attributes: &[syn::Attribute]) -> bool {
    let lists = attributes.iter().filter(|attribute| attribute.path().is_ident("derive"));
    let mut lists = lists.filter_map(|attribute| attribute.meta.require_list().ok());
    lists.any(|list| list.tokens.to_string().contains("Subcommand"))
}

fn kebab(name: &str) -> String {
    let mut found = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !found.is_empty() {
            found.push('-');
        }
        found.extend(c.to_lowercase());
    }
    found
}

fn missing(text: &str, program: &str, known: &BTreeSet<String>) -> Vec<String> {
    let named = subcommands(text, program);
    let unknown = named.difference(known);
    unknown
        .map(|name| format!("README.md names `{program} {name}`, which does not exist"))
        .collect()
}

#[test]
fn links_lead_somewhere() {
    let text_of = |path: &Path| {
        let path = root().join(path);
        let folder = path.is_dir().then(String::new);
        folder.or_else(|| std::fs::read_to_string(path).ok())
    };
    let documents: Vec<_> = files().into_iter().filter(|path| has_extension(path, "md")).collect();
    let texts: Vec<_> = documents.iter().map(|path| (path, read(path))).collect();
    let links: usize = texts.iter().map(|(_, text)| relative_links(text).len()).sum();
    let findings: Vec<_> =
        texts.iter().flat_map(|(path, text)| broken_links(path, text, &text_of)).collect();
    settle(&format!("{} documents, {links} links", documents.len()), &findings);
}

#[test]
fn the_readme_names_commands_that_exist() {
    let readme = read("README.md");
    let cli: Vec<_> = sources().into_iter().filter(|s| s.path.starts_with("cli/src/")).collect();
    let hefu: BTreeSet<String> = cli.iter().flat_map(hefu_subcommands).collect();
    let make = make_targets(&read("Makefile"));
    let findings = [missing(&readme, "make", &make), missing(&readme, "hefu", &hefu)].concat();
    let named = subcommands(&readme, "make").len() + subcommands(&readme, "hefu").len();
    settle(&format!("{named} commands in the README"), &findings);
}

#[test]
fn a_broken_link_is_refused() {
    let exists = |path: &Path| (path == Path::new("docs/b.md")).then(|| "# A `b`: c\n".to_owned());
    let text = "[ok](b.md) [ok](b.md#a-b-c) [out](https://example.org/x)\n```\n[code](no.md)\n```\n\
                [file](c.md) and [anchor](b.md#none)";
    let found = broken_links("docs/a.md", text, &exists);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("docs/a.md:5: c.md") && found[1].contains("b.md#none"));
}

#[test]
fn a_missing_command_is_refused() {
    let make = make_targets("BIN = x:y\n.PHONY: all\ntest: tools ## run\n\t@echo a: b\ntools:\n");
    assert_eq!(make, BTreeSet::from(["test".to_owned(), "tools".to_owned()]));
    let text = "make sure of `make test`.\n```\n$ make gone\nhefu sim --seed 1\n```\n`hefu --help`";
    assert_eq!(missing(text, "make", &make), ["README.md names `make gone`, which does not exist"]);
    assert_eq!(missing(text, "hefu", &BTreeSet::new()).len(), 1);
}

#[test]
fn subcommands_are_read_from_the_cli() {
    let cli = "#[derive(Debug, Subcommand)] enum Command { Sim(SimArgs), NodeInit { x: u8 } }\n\
               #[derive(Debug)] enum Other { Not }";
    let found = hefu_subcommands(&Source::new("cli/src/main.rs", cli));
    assert_eq!(found, BTreeSet::from(["sim".to_owned(), "node-init".to_owned()]));
}
