//! Numbers and nodes in words, the same in the picture, the lines and the report.

use hefu_sim::NodeId;

/// A time with its unit.
pub(crate) fn seconds(ms: u64) -> String {
    format!("{}.{:03} s", ms / 1000, ms % 1000)
}

/// A quotient, rounded to hundredths; none if there is nothing to divide by.
pub(crate) fn ratio(count: u64, by: u64) -> Option<f64> {
    let hundredths = (count * 100 + by / 2).checked_div(by)?;
    let hundredths = u32::try_from(hundredths).unwrap_or(u32::MAX);
    Some(f64::from(hundredths) / 100.0)
}

/// A quotient with so many decimals; a dash if there is none.
pub(crate) fn decimal(ratio: Option<f64>, decimals: usize) -> String {
    ratio.map_or_else(|| "–".to_owned(), |ratio| format!("{ratio:.decimals$}"))
}

/// The parts of a network that is cut: `A = 0–2 | B = 3–6`.
pub(crate) fn parts(groups: &[Vec<NodeId>]) -> String {
    let named = groups.iter().zip('A'..='Z');
    let words: Vec<String> =
        named.map(|(group, name)| format!("{name} = {}", numbers(group))).collect();
    words.join(" | ")
}

/// Numbers of nodes, those that follow each other as a range.
fn numbers(nodes: &[NodeId]) -> String {
    let mut ranges: Vec<(u8, u8)> = Vec::new();
    for node in nodes {
        match ranges.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(node.0) => *last = node.0,
            _ => ranges.push((node.0, node.0)),
        }
    }
    let words = ranges.into_iter().map(|(first, last)| match last - first {
        0 => format!("{first}"),
        _ => format!("{first}–{last}"),
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quotient_has_two_decimals() {
        assert_eq!(ratio(1, 3), Some(0.33));
        assert_eq!(decimal(ratio(0, 5), 2), "0.00");
        assert_eq!(decimal(ratio(5, 0), 2), "–");
    }

    #[test]
    fn neighbours_are_ranges() {
        let groups = [vec![0, 1, 2, 5], vec![3], vec![]];
        let groups = groups.map(|group| group.into_iter().map(NodeId).collect());
        assert_eq!(parts(&groups), "A = 0–2 5 | B = 3 | C = ");
    }
}
