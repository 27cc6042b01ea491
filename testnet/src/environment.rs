//! The variables by which programs find the network around them.

use crate::place::{Place, VARIABLE};
use crate::state::{NodeState, Role, State};

/// The variables and what they hold.
pub(crate) fn variables(place: &Place, state: &State) -> Vec<(&'static str, String)> {
    let url = |node: &NodeState| format!("http://{}", node.http);
    let urls: Vec<String> = state.of(Role::Validator).map(url).collect();
    let followers = state.of(Role::Follower).next().map(url);
    let first = urls.first().cloned().unwrap_or_default();
    vec![
        (VARIABLE, place.root().display().to_string()),
        ("HEFU_GENESIS", place.genesis().display().to_string()),
        ("HEFU_URL", first.clone()),
        ("HEFU_URLS", urls.join(",")),
        ("HEFU_FOLLOWER_URL", followers.unwrap_or(first)),
    ]
}

/// The lines that set them in a shell.
pub(crate) fn exports(variables: &[(&'static str, String)]) -> String {
    let line = |(name, value): &(&str, String)| format!("export {name}={}", quoted(value));
    variables.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// A word as a shell reads it back, whatever it holds.
pub(crate) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/:.,-_".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    fn a_shell_reads_back_whatever_a_directory_is_called() {
        for name in ["/tmp/a", "a b", "it's", "$HOME `id`", "", "*"] {
            let script = format!("{}\nprintf %s \"$A\"", exports(&[("A", name.to_owned())]));
            let output = Command::new("sh").args(["-c", &script]).output().unwrap();
            assert_eq!(String::from_utf8(output.stdout).unwrap(), name);
        }
        assert_eq!(
            exports(&[("A", "http://127.0.0.1:1".to_owned())]),
            "export A=http://127.0.0.1:1"
        );
    }
}
