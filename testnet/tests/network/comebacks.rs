//! Nodes that are killed, and followers that have lost everything, come back.

use crate::bed::Bed;

#[test]
fn who_is_killed_and_who_has_lost_everything_comes_back() {
    let bed = Bed::up(&["--validators", "1", "--followers", "1"]);
    bed.done("load --rate 20 --seconds 1 --mix enrol=1");
    let height = bed.ask("validator-1", "/v1/status")["height"].as_u64().unwrap();
    let text = bed.done("comeback");
    assert!(text.starts_with(&format!("{height} blocks, made in ")), "{text}");
    let row = |name| text.lines().find(|line: &&str| line.starts_with(name)).unwrap();
    assert!(row("validator-1").ends_with(" MiB"), "{text}");
    assert!(row("follower-1").ends_with(" times"), "{text}");
    assert!(bed.ask("follower-1", "/v1/status")["height"].as_u64().unwrap() >= height);
    assert!(bed.log("follower-1").contains("begun a new one"), "it had lost what it held");
    let refused = bed.fails("fault renew validator-1");
    assert!(refused.contains("it must not forget what it has signed"), "{refused}");
    bed.done("expect up validator-1");
}
