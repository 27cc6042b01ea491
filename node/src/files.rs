//! How many files the process may have open. A connection is one, too: without a limit of their own,
//! clients would leave none for the store, and a node whose store cannot open a file stops.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// As many as a node wants: those of clients, peers and the store many times over.
const WANTED: u64 = 65_536;

/// Asks the system for as many open files as a node wants, as far as whoever started it lets it. What
/// is usual, 1,024, is for programs that count by other means.
pub fn ask_for_more() {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let possible = maximum.map_or(WANTED, |maximum| maximum.min(WANTED));
    if current.is_some_and(|current| current < possible) {
        // Without more of them there is less room for clients, which is said then.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(possible), maximum });
    }
}

/// How many the process may have open now.
pub(crate) fn open_max() -> usize {
    let current = getrlimit(Resource::Nofile).current;
    current.map_or(usize::MAX, |current| usize::try_from(current).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_may_open_as_many_files_as_it_is_let() {
        let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
        let possible = usize::try_from(maximum.map_or(WANTED, |most| most.min(WANTED))).unwrap();
        setrlimit(Resource::Nofile, Rlimit { current: current.map(|_| 256), maximum }).unwrap();
        ask_for_more();
        let asked = open_max();
        setrlimit(Resource::Nofile, Rlimit { current, maximum }).unwrap();
        assert!(asked >= possible, "{asked} of {possible}");
    }
}
