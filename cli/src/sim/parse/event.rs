//! What goes wrong in a run, as it is typed.

use super::{Refused, Span, halves};
use hefu_sim::ATTACKERS;
use std::str::FromStr;

/// How alike two names must be (1 is the same) for one to be meant by the other.
const ALIKE: f64 = 0.75;

/// Some validators that break the rules in one way: `equivocator:1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Squad {
    /// One of the simulator's attackers.
    pub(crate) name: String,
    /// How many.
    pub(crate) count: u8,
}

impl FromStr for Squad {
    type Err = Refused;

    fn from_str(text: &str) -> Result<Self, Refused> {
        let (name, count) = halves(text, ":", "NAME:COUNT, such as equivocator:1")?;
        if !ATTACKERS.contains(&name) {
            return Refused::new(unknown(name));
        }
        match count.parse() {
            Ok(count @ 1..) => Ok(Self { name: name.to_owned(), count }),
            _ => Refused::new(format!("how many {name}s? {name}:1 is one")),
        }
    }
}

/// The sentence about a name that no attacker has.
fn unknown(name: &str) -> String {
    let alike = |known: &&str| strsim::jaro_winkler(known, name);
    let best = ATTACKERS
        .iter()
        .copied()
        .max_by(|a, b| alike(a).total_cmp(&alike(b)))
        .filter(|best| alike(best) >= ALIKE);
    let hint = best.map_or_else(String::new, |best| format!(", did you mean '{best}'?"));
    let known = ATTACKERS.join(", ");
    format!("there is no attacker named '{name}'{hint} (there are: {known})")
}

/// A time in which the network falls into groups: `3/4@10s..25s`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Split {
    /// How many nodes each group has, the nodes with the lowest numbers first.
    pub(crate) sizes: Vec<u8>,
    /// When it begins.
    pub(crate) from: Span,
    /// When it ends.
    pub(crate) until: Span,
}

impl FromStr for Split {
    type Err = Refused;

    fn from_str(text: &str) -> Result<Self, Refused> {
        let form = "SIZE/SIZE@FROM..UNTIL, such as 3/4@10s..25s";
        let (sizes, time) = halves(text, "@", form)?;
        let (from, until) = interval(time, form)?;
        let sizes = sizes.split('/').map(|size| size.parse().ok().filter(|size| *size > 0));
        match sizes.collect::<Option<Vec<u8>>>() {
            Some(sizes) if sizes.len() > 1 => Ok(Self { sizes, from, until }),
            _ => Refused::new(format!("it has the form {form}, each group with a node at least")),
        }
    }
}

/// A machine that stops: `2@5s` or `2@5s..8s`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Outage {
    /// Which machine.
    pub(crate) node: u8,
    /// When it stops.
    pub(crate) at: Span,
    /// When it comes up again, if that is said.
    pub(crate) until: Option<Span>,
}

impl FromStr for Outage {
    type Err = Refused;

    fn from_str(text: &str) -> Result<Self, Refused> {
        let form = "NODE@TIME or NODE@FROM..UNTIL, such as 2@5s or 2@5s..8s";
        let (node, time) = halves(text, "@", form)?;
        let node = number_of(node)?;
        if time.contains("..") {
            let (at, until) = interval(time, form)?;
            let until = Some(until);
            return Ok(Self { node, at, until });
        }
        let at = time.parse()?;
        Ok(Self { node, at, until: None })
    }
}

/// A machine whose wall clock is wrong: `3:+500ms` or `3:-2s`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Skew {
    /// Which machine.
    pub(crate) node: u8,
    /// How far its clock is ahead, in milliseconds; negative if behind.
    pub(crate) ahead_ms: i64,
}

impl FromStr for Skew {
    type Err = Refused;

    fn from_str(text: &str) -> Result<Self, Refused> {
        let form = "NODE:+TIME if its clock is ahead or NODE:-TIME if behind, such as 3:-2s";
        let (node, skew) = halves(text, ":", form)?;
        let node = number_of(node)?;
        let sign = match skew.chars().next() {
            Some('+') => 1,
            Some('-') => -1,
            _ => return Refused::new(format!("it has the form {form}")),
        };
        let span: Span = skew[1..].parse()?;
        let ahead_ms = i64::try_from(span.ms).map_or(0, |ms| sign * ms);
        Ok(Self { node, ahead_ms })
    }
}

fn number_of(node: &str) -> Result<u8, Refused> {
    match node.parse() {
        Ok(node) => Ok(node),
        Err(_) => Refused::new("a node is a number, the first is 0"),
    }
}

fn interval(text: &str, form: &str) -> Result<(Span, Span), Refused> {
    let (from, until) = halves(text, "..", form)?;
    let (from, until): (Span, Span) = (from.parse()?, until.parse()?);
    if from < until {
        return Ok((from, until));
    }
    Refused::new(format!("it ends at {until}, which is not after {from}"))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{reads, refuses};
    use super::*;

    fn span(ms: u64) -> Span {
        Span { ms }
    }

    #[test]
    fn attackers_have_names_and_numbers() {
        let squad = |name: &str, count| Squad { name: name.to_owned(), count };
        reads(&[("equivocator:1", squad("equivocator", 1)), ("nuller:33", squad("nuller", 33))]);
        refuses::<Squad>(&[
            ("equivocater:1", "did you mean 'equivocator'?"),
            ("quux:1", "there are: "),
            ("equivocator", "NAME:COUNT"),
            ("nuller:0", "nuller:1"),
            ("nuller:many", "nuller:1"),
        ]);
        assert!(!unknown("quux").contains("did you mean"));
    }

    #[test]
    fn partitions_have_sizes_and_a_time() {
        let split =
            |sizes: &[u8]| Split { sizes: sizes.to_vec(), from: span(10_000), until: span(25_000) };
        reads(&[("3/4@10s..25s", split(&[3, 4])), ("2/2/3@10s..25s", split(&[2, 2, 3]))]);
        refuses::<Split>(&[
            ("3/4", "3/4@10s..25s"),
            ("3/4@10s", "3/4@10s..25s"),
            ("7@10s..25s", "3/4@10s..25s"),
            ("0/7@10s..25s", "a node at least"),
            ("3/4@25s..10s", "not after"),
            ("3/4@10s..10s", "not after"),
            ("3/4@10..25", "unit"),
        ]);
    }

    #[test]
    fn outages_may_have_an_end() {
        let outage = |until| Outage { node: 2, at: span(5000), until };
        reads(&[("2@5s", outage(None)), ("2@5s..8s", outage(Some(span(8000))))]);
        refuses::<Outage>(&[
            ("2", "NODE@TIME"),
            ("two@5s", "the first is 0"),
            ("2@8s..5s", "not after"),
            ("2@5", "unit"),
        ]);
    }

    #[test]
    fn skews_have_a_sign() {
        let skew = |ahead_ms| Skew { node: 3, ahead_ms };
        reads(&[("3:+500ms", skew(500)), ("3:-2s", skew(-2000))]);
        refuses::<Skew>(&[
            ("3", "NODE:+TIME"),
            ("3:2s", "NODE:+TIME"),
            ("3:", "NODE:+TIME"),
            ("x:+2s", "the first is 0"),
            ("3:+2", "unit"),
        ]);
    }
}
