//! Whether a machine printed what a document shows, but for what is different each time.
//!
//! An identifier, a key or a port in the document stands for the one that this machine printed in its
//! place, there and wherever it comes again, also in what is typed. A time, an amount with its unit and
//! a height stand for any other. `…` stands for any rest of a line, and alone for any number of lines.
//! Widths of columns do not count. All else is what it is.

use std::net::TcpListener;

/// Letters and digits in a row from which on they name something: keys, hashes, DIDs.
const NAME_CHARS: usize = 32;
/// What an amount may be an amount of.
const UNITS: &[&str] = &["ms", "µs", "s", "min", "bytes", "KiB", "MiB", "MB", "%"];
/// What stands before a height.
const HEIGHTS: &[&str] = &["block ", "height "];
/// What stands before a port.
const PORTS: &[&str] = &["127.0.0.1:"];
/// How a time is written, with zeros for digits.
const TIME: &str = "0000-00-00T00:00:00Z";

/// What the document's identifiers and ports are on this machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Book {
    pairs: Vec<(String, String)>,
}

impl Book {
    /// What is known after these lines were printed where those are shown; nothing if they differ.
    pub(super) fn compare(&self, shown: &[String], printed: &[String]) -> Option<Self> {
        match shown.split_first() {
            None => printed.is_empty().then(|| self.clone()),
            Some((line, rest)) if line == "…" => {
                (0..=printed.len()).find_map(|skipped| self.compare(rest, &printed[skipped..]))
            }
            Some((line, rest)) => {
                let (first, more) = printed.split_first()?;
                self.line(line.trim_end(), first.trim_end())?.compare(rest, more)
            }
        }
    }

    /// What a reader types where the document says this. A port that is new to him is one of his
    /// choice.
    pub(super) fn put_in(&mut self, command: &str) -> String {
        let (mut rest, mut typed) = (command, String::new());
        while let Some(first) = rest.chars().next() {
            let port = port(rest);
            let length = name(rest).max(port);
            let shown = &rest[..length];
            match self.pairs.iter().find(|(known, _)| known == shown) {
                Some((_, printed)) => typed.push_str(printed),
                None if port > 0 => typed.push_str(&self.choose(shown)),
                None if length > 0 => typed.push_str(shown),
                None => typed.push(first),
            }
            rest = &rest[length.max(first.len_utf8())..];
        }
        typed
    }

    /// A free port for one that is written.
    fn choose(&mut self, shown: &str) -> String {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let free = free.unwrap().to_string();
        self.pairs.push((shown.to_owned(), free.clone()));
        free
    }

    fn line(&self, shown: &str, printed: &str) -> Option<Self> {
        let Some(first) = shown.chars().next() else {
            return printed.is_empty().then(|| self.clone());
        };
        let rest = &shown[first.len_utf8()..];
        if first == '…' {
            return ends(printed).find_map(|end| self.line(rest, end));
        }
        if first.is_whitespace() {
            let begins = printed.starts_with(char::is_whitespace);
            return begins.then(|| self.line(shown.trim_start(), printed.trim_start()))?;
        }
        if let Some(Varying { shown: one, printed: other, bound }) = varying(shown, printed) {
            let pair = (&shown[..one], &printed[..other]);
            let book = if bound { self.with(pair.0, pair.1)? } else { self.clone() };
            return book.line(&shown[one..], &printed[other..]);
        }
        self.line(rest, printed.strip_prefix(first)?)
    }

    /// The same with one more pair; nothing if either of the two belongs to another.
    fn with(&self, shown: &str, printed: &str) -> Option<Self> {
        let pair = (shown.to_owned(), printed.to_owned());
        let known = self.pairs.iter().find(|(one, other)| *one == pair.0 || *other == pair.1);
        let mut book = self.clone();
        if let Some(known) = known {
            return (*known == pair).then_some(book);
        }
        book.pairs.push(pair);
        Some(book)
    }
}

/// How long something is at the beginning of a text; nothing, if it is not there.
type Length = fn(&str) -> usize;

/// How long something is that varies, and whether it stands for one thing everywhere.
struct Varying {
    shown: usize,
    printed: usize,
    bound: bool,
}

/// What both begin with, if that is something that varies.
fn varying(shown: &str, printed: &str) -> Option<Varying> {
    let kinds: [(Length, bool); 5] =
        [(name, true), (port, true), (time, false), (amount, false), (height, false)];
    let both = |(length, bound): &(Length, bool)| Varying {
        shown: length(shown),
        printed: length(printed),
        bound: *bound,
    };
    kinds.iter().map(both).find(|found| found.shown > 0 && found.printed > 0)
}

/// Every end of a text, the whole first.
fn ends(text: &str) -> impl Iterator<Item = &str> {
    let starts = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    starts.map(|at| &text[at..])
}

/// How far something goes from the beginning of a text.
fn span(text: &str, mut goes_on: impl FnMut(char) -> bool) -> usize {
    text.find(|c| !goes_on(c)).unwrap_or(text.len())
}

fn digits(text: &str) -> usize {
    span(text, |c| c.is_ascii_digit())
}

fn name(text: &str) -> usize {
    let length = span(text, |c| c.is_ascii_alphanumeric());
    if length < NAME_CHARS { 0 } else { length }
}

fn time(text: &str) -> usize {
    let same = |(c, form): (char, char)| c == form || form == '0' && c.is_ascii_digit();
    let alike = text.len() >= TIME.len() && text.chars().zip(TIME.chars()).all(same);
    if alike { TIME.len() } else { 0 }
}

/// A number, perhaps with a fraction, and its unit.
fn amount(text: &str) -> usize {
    let whole = digits(text);
    let fraction = text[whole..].strip_prefix('.').map_or(0, |rest| 1 + digits(rest));
    let rest = &text[whole + fraction..];
    let unit = rest.strip_prefix(' ').unwrap_or(rest);
    let ends = |rest: &str| !rest.starts_with(char::is_alphanumeric);
    let known = UNITS.iter().find(|name| unit.strip_prefix(**name).is_some_and(ends));
    match known {
        Some(name) if whole > 0 => text.len() - unit.len() + name.len(),
        _ => 0,
    }
}

fn port(text: &str) -> usize {
    counted(text, PORTS)
}

fn height(text: &str) -> usize {
    counted(text, HEIGHTS)
}

/// One of these beginnings and a number.
fn counted(text: &str, beginnings: &[&str]) -> usize {
    let begun = beginnings.iter().find(|beginning| text.starts_with(**beginning));
    let length = begun.map_or(0, |beginning| beginning.len());
    let number = digits(&text[length..]);
    if length > 0 && number > 0 { length + number } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOWN: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    const PRINTED: &str = "b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2";

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    fn compare(shown: &str, printed: &str) -> Option<Book> {
        Book::default().compare(&lines(shown), &lines(printed))
    }

    #[test]
    fn what_varies_may_and_the_rest_must_not() {
        for (shown, printed) in [
            ("ready after 0.4 s", "ready after 12.3 s"),
            ("p50 969 ms, p99 6095 ms", "p50   7 ms, p99 1.2 s"),
            ("in block 2, 2026-11-22T14:10:51Z", "in block 17, 2027-01-02T03:04:05Z"),
            ("at http://127.0.0.1:30645/", "at http://127.0.0.1:5/"),
            ("one … three", "one and two and three"),
            ("one\n…\nfour", "one\ntwo\nthree\nfour"),
            ("one\n…", "one"),
        ] {
            assert!(compare(shown, printed).is_some(), "{shown} | {printed}");
        }
        for (shown, printed) in [
            ("20 batches", "21 batches"),
            ("ready after 0.4 s", "ready after 0.4 t"),
            ("in block 2", "in block two"),
            ("2026-11-22T14:10:51Z", "2026-11-22 14:10:51"),
            ("one … three", "one and two and four"),
            ("one\ntwo", "one"),
            ("one", "one\ntwo"),
            ("ab", "a b"),
        ] {
            assert!(compare(shown, printed).is_none(), "{shown} | {printed}");
        }
    }

    #[test]
    fn a_name_stands_for_one_name_everywhere() {
        let shown = format!("did:hefu:a:{SHOWN}\nagain {SHOWN}");
        let mut book = compare(&shown, &shown.replace(SHOWN, PRINTED)).unwrap();
        assert_eq!(
            book.put_in(&format!("hefu resolve {SHOWN}")),
            format!("hefu resolve {PRINTED}")
        );
        let other = PRINTED.replace('2', "3");
        assert!(compare(&shown, &format!("did:hefu:a:{PRINTED}\nagain {other}")).is_none());
        let two = format!("{SHOWN} {other}");
        assert!(compare(&two, &format!("{PRINTED} {PRINTED}")).is_none(), "two names, one thing");
        assert!(compare(SHOWN, "short").is_none());
    }

    #[test]
    fn a_port_that_is_typed_is_free_and_stays_the_same() {
        let mut book = compare("at 127.0.0.1:4001", "at 127.0.0.1:4").unwrap();
        let typed = book.put_in("a 127.0.0.1:4001 127.0.0.1:8001 127.0.0.1:8001 b");
        let ports: Vec<_> = typed.split(' ').collect();
        assert_eq!((ports[1], ports[2]), ("127.0.0.1:4", ports[3]));
        assert!(!typed.contains("8001"), "{typed}");
        assert!(book.compare(&lines("127.0.0.1:8001"), &lines(ports[2])).is_some());
    }
}
