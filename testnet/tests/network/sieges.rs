//! Strangers who hold all they can get and send rubbish leave room for honest clients.

use crate::bed::Bed;

/// More than a node takes.
const CONNECTIONS: &str = "2500";

/// What a node takes.
const TAKEN: u64 = 1_024;

/// Who gave way to another is counted until it is gone, and so is who asks for metrics.
const ON_THEIR_WAY: u64 = 64;

/// Beside them a node has files of its store, listeners and peers open.
const FILES: u64 = 2 * TAKEN;

#[test]
fn honest_clients_are_served_while_strangers_hold_all_there_is() {
    let bed = Bed::up(&["--validators", "1", "--followers", "0"]);
    // It fails if an honest client is not served.
    let text = bed.done(&format!("siege --connections {CONNECTIONS} --seconds 2"));
    let row = text.lines().find(|line| line.starts_with("validator-1")).unwrap();
    let cells: Vec<u64> = row.split_whitespace().skip(1).map_while(|c| c.parse().ok()).collect();
    let [connections, _turned_away, files, ..] = cells[..] else { panic!("{text}") };
    assert!((TAKEN * 9 / 10..=TAKEN + ON_THEIR_WAY).contains(&connections), "{text}");
    assert!(files < FILES, "{text}");
    bed.done("expect ready");
}
