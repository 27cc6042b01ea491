//! Which settings hold, and what is refused.

use super::settings::variable;
use super::{CLOCK_OFFSET, Config, ConfigError, FILE, Origin, Settings};
use crate::clock::Clock;
use crate::node::Role;
use hefu_ledger::genesis::{Genesis, development};
use hefu_primitives::{SecretKey, Timestamp};
use std::collections::BTreeMap;
use std::fs;

const MINIMAL: &str = "name = \"one\"\n";

fn load(
    file: &str,
    variables: &[(&str, &str)],
    flags: &[(&str, &str)],
) -> Result<Settings, ConfigError> {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join(FILE), file).unwrap();
    let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
    let environment = variables.iter().map(owned).collect();
    Settings::load(directory.path(), &environment, &flags.iter().map(owned).collect::<Vec<_>>())
}

fn refusal(file: &str) -> String {
    load(file, &[], &[]).unwrap_err().to_string()
}

fn origin(settings: &Settings, key: &str) -> Origin {
    settings.rows().iter().find(|row| row.key == key).unwrap().origin.clone()
}

#[test]
fn a_name_is_enough() {
    let settings = load(MINIMAL, &[], &[]).unwrap();
    assert_eq!(settings.config.role, Role::Validator);
    assert_eq!(settings.config.http.listen.to_string(), "127.0.0.1:8001");
    assert_eq!(settings.config.storage.low_water_mib, 512);
    assert_eq!(origin(&settings, "name"), Origin::File);
    assert_eq!(origin(&settings, "http.listen"), Origin::Default);
}

#[test]
fn the_command_line_comes_before_the_environment_before_the_file_before_the_default() {
    let file = "name = \"one\"\n[http]\nlisten = \"127.0.0.1:1\"\n";
    let name = variable("http.listen");
    assert_eq!(name, "HEFU_NODE_HTTP_LISTEN");
    let variables = [(name.as_str(), "127.0.0.1:2")];
    let flags = [("http.listen", "127.0.0.1:3")];
    let port = |settings: Settings| settings.config.http.listen.port();
    assert_eq!(port(load(file, &[], &[]).unwrap()), 1);
    assert_eq!(port(load(file, &variables, &[]).unwrap()), 2);
    let all = load(file, &variables, &flags).unwrap();
    assert_eq!(origin(&all, "http.listen"), Origin::Flag);
    assert_eq!(port(all), 3);
    let two = load(file, &variables, &[]).unwrap();
    assert_eq!(origin(&two, "http.listen"), Origin::Environment(name));
}

#[test]
fn numbers_may_come_from_anywhere() {
    let set = [("storage.low_water_mib", "7")];
    assert_eq!(load(MINIMAL, &[], &set).unwrap().config.storage.low_water_mib, 7);
    let told = load(MINIMAL, &[], &[("storage.low_water_mib", "much")]).unwrap_err();
    assert!(told.to_string().contains("invalid type"), "{told}");
}

#[test]
fn an_unknown_key_is_refused_with_the_one_that_may_be_meant() {
    let meant = [
        ("nmae = \"one\"\n", "no setting nmae; did you mean name?"),
        ("name = \"one\"\n[htpp]\nlisten = \"127.0.0.1:1\"\n", "no setting htpp"),
        ("name = \"one\"\n[http]\nlistn = 1\n", "did you mean http.listen?"),
        ("name = \"one\"\n[[peers.known]]\nadress = \"x\"\n", "did you mean peers.known.address?"),
    ];
    for (file, told) in meant {
        assert!(refusal(file).contains(told), "{file}: {}", refusal(file));
    }
    let flag = load(MINIMAL, &[], &[("peer.listen", "x")]).unwrap_err().to_string();
    assert!(flag.contains("did you mean peers.listen?"), "{flag}");
}

#[test]
fn values_that_cannot_be_are_refused_with_what_would_be_right() {
    let told = [
        ("role = \"leader\"\nname = \"one\"\n", "neither validator nor follower"),
        ("", "missing field `name`"),
        ("name = \"one\"\n[http]\nlisten = \"localhost\"\n", "invalid socket address"),
        (
            "name = \"one\"\n[[peers.known]]\nkey = \"12\"\nname = \"two\"\n",
            "64 hexadecimal digits",
        ),
        ("name = ", FILE),
    ];
    for (file, expected) in told {
        assert!(refusal(file).contains(expected), "{file}: {}", refusal(file));
    }
}

#[test]
fn only_a_development_network_takes_a_wrong_clock() {
    let made = development("testnet".parse().unwrap(), 1, Timestamp::new(1)).unwrap();
    let real = Genesis { development: false, ..made.genesis.clone() };
    let clock = |flags: &[(&str, &str)], genesis: &Genesis| {
        load(MINIMAL, &[], flags).unwrap().config.clock(genesis)
    };
    let hour = [(CLOCK_OFFSET, "-3600000")];
    assert_eq!(clock(&hour, &made.genesis).unwrap(), Clock::ahead_by(-3_600_000));
    let refused = clock(&hour, &real).unwrap_err().to_string();
    assert!(refused.contains(CLOCK_OFFSET), "{refused}");
    for unset in [&[(CLOCK_OFFSET, "0")][..], &[]] {
        assert_eq!(clock(unset, &real).unwrap(), Clock::default());
    }
    let rows = load(MINIMAL, &[], &[]).unwrap();
    assert!(rows.rows().iter().all(|row| row.key != CLOCK_OFFSET), "nobody else sees it");
}

#[test]
fn peers_are_listed_in_the_file() {
    let key = SecretKey::from_seed(&[7; 32]).public_key();
    let digits = data_encoding::HEXLOWER.encode(key.as_bytes());
    let file = format!(
        "name = \"one\"\n[[peers.known]]\nkey = \"{digits}\"\nname = \"two\"\naddress = \"10.0.0.2:4001\"\n"
    );
    let config: Config = load(&file, &[], &[]).unwrap().config;
    let known = config.known();
    assert_eq!(known.len(), 1);
    assert_eq!((known[0].key, known[0].address.unwrap().port()), (key, 4001));
}

#[test]
fn a_missing_file_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let told = Settings::load(directory.path(), &BTreeMap::new(), &[]).unwrap_err().to_string();
    assert!(told.contains(FILE), "{told}");
}

#[test]
fn a_variable_that_is_no_setting_is_refused_with_the_one_that_is_meant() {
    let told = |name| load(MINIMAL, &[(name, "127.0.0.1:1")], &[]).unwrap_err().to_string();
    let told_of_typo = told("HEFU_NODE_HTPP_LISTEN");
    assert!(told_of_typo.contains("did you mean HEFU_NODE_HTTP_LISTEN?"), "{told_of_typo}");
    assert!(told("HEFU_NODE_").contains("HEFU_NODE_"));
    assert!(load(MINIMAL, &[("HEFU_HOME", "x"), ("HEFU_NODES", "y")], &[]).is_ok());
}

#[test]
fn metrics_are_for_this_machine_alone() {
    let open = |address| load(MINIMAL, &[], &[("admin.listen", address)]);
    let told = open("0.0.0.0:9001").unwrap_err().to_string();
    assert!(told.contains("127.0.0.1:9001"), "{told}");
    assert!(open("10.0.0.2:9001").is_err());
    assert!(open("127.0.0.2:9001").is_ok() && open("[::1]:9001").is_ok());
}
