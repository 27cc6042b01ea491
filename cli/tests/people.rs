//! Holders and organisations in a network of real processes: what each command leaves, and with which
//! exit code.

use crate::ran::{Ran, command};
use std::fs;
use std::os::unix::fs::PermissionsExt;

/// What a person types. `expect CODE WORDS hefu …` runs a command that must leave with the code and say
/// the words, on whichever stream.
const EXPECT: &str = r#"
expect() {
  code=$1; words=$2; shift 2
  "$@" > out 2>&1; got=$?
  if [ $got -ne $code ] || ! grep -q -e "$words" out; then
    echo "$*: exit code $got, where $code and '$words' are expected:"; cat out; exit 1
  fi
}
"#;

const LIFE: &str = r#"
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
expect 0 'assertionMethod' hefu key list alice --platform shop.example
KEY=$(hefu key list alice | grep assertionMethod | grep -o 'z6Mk[A-Za-z0-9]*')
expect 0 'key.revoke' hefu key revoke alice --key "$KEY"
expect 3 'rejected.key_unknown' hefu key revoke alice --key "$(printf '%064d' 7)"
expect 2 'reason compromised' hefu key revoke alice --key "$KEY" --compromised-since 2026-11-22T05:40:00Z
expect 0 'control.rotate' hefu rotate alice
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
expect 0 '"line":3,.*"applied":false.*rejected.nothing_applies' hefu registrar attest requests --batch --submit
expect 0 '"line":1,.*"applied":false.*rejected.did_exists' hefu registrar attest requests --submit
head -n 1 requests > one
expect 3 'rejected.did_exists' hefu registrar attest one --submit

hefu wallet create bob -q
hefu wallet request bob --platform p1 -q > asked
cp "$HEFU_HOME"/wallets/bob.wallet late.wallet
expect 0 '"applied":true' hefu registrar attest asked --submit
expect 0 'did.create' hefu enrol late.wallet --platform p1
expect 0 'p1 .* active' hefu wallet show late.wallet
hefu wallet request bob --platform p2 -q > asked
cp "$HEFU_HOME"/wallets/bob.wallet twin.wallet
hefu enrol bob --platform p2 > first 2>&1 & first=$!
expect 0 'did.create' hefu enrol twin.wallet --platform p2
wait $first || { echo "whoever came second was refused what both wanted:"; cat first; exit 1; }
expect 3 'rejected.suspension_span' hefu suspend "$(did p2)" --reason fraud --days 9999
expect 4 'did.absent' hefu suspend "$(did p2 | sed 's/........$/aaaaaaaa/')" --reason fraud --days 3
KEY=$(hefu key list alice --platform p2 | grep -o 'z6Mk[A-Za-z0-9]*')
expect 3 'rejected.compromised_later' \
  hefu key revoke alice --platform p2 --key "$KEY" --reason compromised --compromised-since 2999-01-01T00:00:00Z
for n in 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do hefu key add alice --platform p2 -q > out 2>&1 || cat out; done
expect 3 'rejected.too_many' hefu key add alice --platform p2
expect 0 'control.rotate' hefu rotate alice --platform p2
expect 0 'did.deactivate' hefu deactivate alice --platform p1 --confirm=alice
hefu wallet backup alice --confirm=alice > words
expect 0 'p2 .* active' hefu wallet restore again --platform p2 --platform shop.example < words
expect 0 'control.rotate' hefu rotate again --platform p2
expect 0 'Development auditor' hefu org list
expect 4 'organisation.absent' hefu org update 99 --name nobody

hefu wallet request alice --platform late -q > asked
hefu registrar attest asked > attested
expect 0 'late .* requested' hefu wallet show alice
expect 0 'did.create' hefu tx submit attested --wait
expect 0 'late .* active' hefu wallet show alice
echo "a life well lived"
"#;

/// Runs a script in a network of its own.
fn in_a_network(script: &str) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    let passphrase = folder.path().join("passphrase");
    fs::write(&passphrase, "open sesame, please\n").unwrap();
    fs::set_permissions(&passphrase, fs::Permissions::from_mode(0o600)).unwrap();
    let program = env!("CARGO_BIN_EXE_hefu");
    let folder_name = folder.path().display();
    let script = format!("cd {folder_name}\nhefu() {{ {program} \"$@\"; }}\n{EXPECT}{script}");
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

/// Two validators of four are down, and one comes back: what was begun is finished by the same command.
const NO_QUORUM: &str = r#"
hefu enrol alice --platform p1 -q > out || exit 1
hefu testnet fault kill validator-3 validator-4 || exit 1
expect 7 'client.no_quorum' hefu enrol alice --platform p2 --timeout 12
expect 7 'next: hefu why' hefu rotate alice --platform p1 --timeout 2
expect 7 'why.no_quorum' hefu why
hefu testnet fault restart validator-3 || exit 1
hefu testnet expect ready --within 30s || exit 1
expect 0 'did.create' hefu enrol alice --platform p2
expect 0 'control.rotate' hefu rotate alice --platform p1
expect 0 'all is well\|not connected' hefu why
echo "a quorum again"
"#;

#[test]
fn without_a_quorum_nothing_is_done_and_the_same_command_finishes_it_later() {
    let lived = in_a_network(NO_QUORUM);
    assert!(lived.stdout.contains("a quorum again"), "{}\n{}", lived.stdout, lived.stderr);
    assert_eq!(lived.code, 0);
}
