//! Holders and organisations in a network of real processes: what each command leaves, and with which
//! exit code.

use crate::ran::{Ran, command};
use std::fs;
use std::os::unix::fs::PermissionsExt;

/// What a person types. `expect CODE WORDS hefu …` runs a command that must leave with the code and say
/// the words, on whichever stream.
const LIFE: &str = r#"
expect() {
  code=$1; words=$2; shift 2
  "$@" > out 2>&1; got=$?
  if [ $got -ne $code ] || ! grep -q -e "$words" out; then
    echo "$*: exit code $got, where $code and '$words' are expected:"; cat out; exit 1
  fi
}
did() { hefu wallet show alice -o jsonl | tr '{' '\n' | grep "\"$1\"" | grep -o 'did:hefu:[a-z0-9:]*'; }

expect 0 'from the genesis' hefu status
expect 0 'all is well' hefu why
expect 0 'did.create' hefu enrol alice --platform shop.example
expect 2 'wallet.enrolled' hefu enrol alice --platform shop.example
SHOP=$(did shop.example)
END=$(echo "$SHOP" | tail -c 9)
expect 0 'status      active' hefu resolve "$SHOP"
expect 0 '"verificationMethod"' hefu resolve "$SHOP" --document
expect 0 'control.rotate' hefu rotate alice
expect 0 'key.register' hefu key add alice --for assertion
expect 0 'assertionMethod' hefu key list "$SHOP"
expect 4 'there never was' hefu resolve "$(echo "$SHOP" | sed 's/........$/aaaaaaaa/')"

hefu login challenge --platform "$SHOP" --domain shop.example > challenge
hefu login answer alice --domain shop.example --challenge challenge > answer || exit 1
expect 5 'login.other_domain' hefu login answer alice --domain evil.example --challenge challenge
expect 0 'logged in' hefu login verify answer --challenge challenge
expect 5 'login.replayed' hefu login verify answer --challenge challenge

expect 0 'did.suspend' hefu suspend "$SHOP" --reason compromise --days 3
expect 0 'status      suspended' hefu resolve "$SHOP"
hefu login challenge --platform "$SHOP" --domain shop.example > challenge
hefu login answer alice --domain shop.example --challenge challenge > answer || exit 1
expect 3 'login.suspended' hefu login verify answer --challenge challenge
expect 0 'did.reinstate' hefu reinstate "$SHOP"
expect 3 'rejected.not_suspended' hefu reinstate "$SHOP"

expect 3 '2 × member' hefu suspend "$SHOP" --reason legal --days 3 --by 1
expect 0 'has yet to sign' hefu revoke "$SHOP" --reason fraud --confirm="$END" --by 1 --with 3 --to part
expect 2 'tx.unsigned' hefu tx submit part --wait
hefu tx sign part > signed || exit 1
expect 2 'tx.nothing_to_sign' hefu tx sign signed
expect 0 'did.revoke' hefu tx submit signed --wait
expect 3 'rejected.did_ended' hefu revoke "$SHOP" --reason fraud --confirm="$END"
expect 0 'status      revoked' hefu resolve "$SHOP"
expect 0 'status    active' hefu resolve "$SHOP" --at-height 2
expect 0 '"verified": false' hefu resolve "$SHOP" --trust-node

for n in 1 2 3; do hefu wallet request alice --platform p$n -q; done > requests
expect 0 '"line":3,.*"applied":true' hefu registrar attest requests --batch --submit
expect 0 'did.deactivate' hefu deactivate alice --platform p1 --confirm=alice
hefu wallet backup alice --confirm=alice > words
expect 0 'p2 .* active' hefu wallet restore again --platform p2 --platform shop.example < words
expect 0 'control.rotate' hefu rotate again --platform p2
expect 0 'Development auditor' hefu org list
echo "a life well lived"
"#;

/// Runs a script in a network of its own.
fn in_a_network(script: &str) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    let passphrase = folder.path().join("passphrase");
    fs::write(&passphrase, "open sesame, please\n").unwrap();
    fs::set_permissions(&passphrase, fs::Permissions::from_mode(0o600)).unwrap();
    let program = env!("CARGO_BIN_EXE_hefu");
    let script =
        format!("cd {}\nhefu() {{ {program} \"$@\"; }}\n{script}", folder.path().display());
    let mut network = command();
    network
        .env("HEFU_HOME", folder.path().join("home"))
        .env("HEFU_PASSPHRASE_FILE", &passphrase)
        .args(["testnet", "run", "--followers", "0", "--", "sh", "-c", &script]);
    network.output().unwrap().into()
}

#[test]
fn a_did_is_enrolled_used_suspended_and_revoked() {
    let lived = in_a_network(LIFE);
    assert!(lived.stdout.contains("a life well lived"), "{}\n{}", lived.stdout, lived.stderr);
    assert_eq!(lived.code, 0);
}
