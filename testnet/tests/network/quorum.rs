//! Four validators bear one fault and stop at two, by whatever it comes; and go on afterwards.

use crate::bed::Bed;

#[test]
fn one_validator_down_stops_nothing_two_do_and_one_back_is_enough() {
    let bed = Bed::up(&["--followers", "0"]);
    bed.done("fault kill validator-1");
    bed.done("expect down validator-1");
    bed.done("expect ready");
    bed.done("fault kill validator-2");
    bed.fails("expect ready --within 3s");
    let why = bed.ask("validator-3", "/v1/why");
    let missing = [bed.node("validator-1"), bed.node("validator-2")];
    for node in missing {
        let key = node["key"].as_str().unwrap();
        assert!(why.to_string().contains(key), "{} is not named in {why}", node["name"]);
    }
    bed.done("fault restart validator-2");
    bed.done("expect ready --within 10s");
    bed.done("fault restart validator-1");
    bed.done("expect agree --within 20s");
}

#[test]
fn paused_validators_count_as_down_and_go_on() {
    let bed = Bed::up(&["--followers", "0"]);
    bed.done("fault pause validator-3 validator-4");
    bed.fails("expect ready --within 3s");
    bed.done("fault resume validator-3 validator-4");
    bed.done("expect ready --within 20s");
    bed.done("expect agree --within 20s");
}

#[test]
fn neither_half_goes_on_and_the_whole_does() {
    let bed = Bed::up(&["--followers", "0"]);
    bed.done("fault partition validator-1 validator-2");
    bed.fails("expect ready --within 3s");
    bed.done("fault heal");
    bed.done("expect ready --within 20s");
    bed.done("fault partition --silent validator-4");
    bed.done("expect ready --within 20s");
    bed.done("fault heal validator-4");
    bed.done("expect agree --within 30s");
}

#[test]
fn slow_links_are_slow_and_nothing_worse() {
    let bed = Bed::up(&["--followers", "0"]);
    bed.done("fault slow validator-1 validator-2 validator-3 validator-4 --delay 50ms --rate 2048");
    bed.done("expect ready --within 20s");
    bed.done("expect agree --within 20s");
}
