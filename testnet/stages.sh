#!/usr/bin/env bash
# The stages behind `make test`, `make lint` and `make sim`.
#
# A stage prints `== stage: NAME`, then what it counted. The first red stage
# ends the run with its name. The last line counts stages.
#
# usage: testnet/stages.sh test|lint|sim
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Fewer tests than this means that a filter or a feature has dropped some.
readonly test_floor=1000
# The same of networks of real processes.
readonly network_floor=20
# Commands that the guides tell to type, and that were typed.
readonly transcript_floor=200
# `make sim` gives every search this many times what `make test` gives it.
scale=1

passed=0
current='set-up'
: "${CARGO_TARGET_DIR:=$HOME/.cache/hefu/target}"
export CARGO_TARGET_DIR
readonly bin=$CARGO_TARGET_DIR/release
# Tests plant defects, so they need every feature; what is shipped has none.
readonly everything=(--release --workspace --all-features)
readonly processes='package(hefu-testnet) and binary(network)'
readonly networks="$processes and not test(/^transcripts::/)"
readonly transcripts="$processes and test(/^transcripts::/)"

finish() {
  local status=$?
  if ((status)); then echo "== stage $current failed" >&2; fi
  echo "== $((SECONDS / 60)) min $((SECONDS % 60)) s in all"
  echo "$passed passed, $((status != 0)) failed"
}
trap finish EXIT

# stage NAME COMMAND...: the command must not stand in a condition, where bash
# would go on after a failure inside it.
stage() {
  current=$1
  shift
  local start=$SECONDS
  echo "== stage: $current"
  "$@"
  passed=$((passed + 1))
  echo "== $current took $((SECONDS - start)) s"
}

# nextest FILTER: the tests that match, with what they print.
nextest() {
  cargo nextest run "${everything[@]}" --no-capture --filterset "$1"
}

# What is shipped, then everything: code behind the absence of a feature counts too.
clippy() {
  cargo clippy --release --workspace -- -D warnings
  cargo clippy "${everything[@]}" --all-targets -- -D warnings
}

docs() {
  local crates
  RUSTDOCFLAGS='-D warnings' cargo doc "${everything[@]}" --no-deps
  crates=$(cargo tree --workspace --depth 0 --prefix none | grep -c .)
  echo "$crates crates documented"
}

# counted FLOOR OPTIONS...: tests, of which no fewer than the floor must run.
counted() {
  local floor=$1 log count
  shift
  log=$(mktemp)
  cargo nextest run "${everything[@]}" "$@" 2>&1 | tee "$log"
  count=$(sed -nE 's/.* ([0-9]+) tests? run:.*/\1/p' "$log")
  rm "$log"
  if ((${count:-0} < floor)); then
    echo "${count:-0} tests ran, fewer than the floor of $floor in testnet/stages.sh" >&2
    return 1
  fi
}

# Networks of real processes have a stage of their own.
tests() {
  counted "$test_floor" --filterset "not ($processes)"
  cargo test "${everything[@]}" --doc
}

# They run the command that lies beside them, one network at a time.
networks() {
  cargo build "${everything[@]}" --bin hefu
  counted "$network_floor" --no-capture --filterset "$networks"
}

# What the guides tell to type, typed. Each document says how many of its commands ran.
transcripts() {
  local log ran
  cargo build "${everything[@]}" --bin hefu
  log=$(mktemp)
  nextest "$transcripts" 2>&1 | tee "$log"
  ran=$(awk '/^[^ ]+\.md: [0-9]+ commands ran/ { ran += $2 } END { print ran + 0 }' "$log")
  rm "$log"
  echo "$ran commands of the guides ran as typed"
  if ((ran < transcript_floor)); then
    echo "fewer than the floor of $transcript_floor in testnet/stages.sh" >&2
    return 1
  fi
}

sources() {
  stage 'fmt' cargo fmt --all --check
  stage 'clippy' clippy
  stage 'docs' docs
}

mutations() {
  HEFU_MUTATIONS=$((1000000 * scale)) nextest 'package(hefu-ledger) and test(/mutations/)'
}

simulations() {
  # The whole workspace, because RocksDB would be compiled once more for a part of it.
  stage 'build' cargo build "${everything[@]}" --bins
  stage 'model' "$bin/hefu-model" --seconds $((60 * scale))
  stage 'simulation' "$bin/hefu-sim" seeds --seconds $((120 * scale))
  stage 'liveness' "$bin/hefu-sim" liveness
  stage 'twins' "$bin/hefu-sim" twins --seconds $((60 * scale))
  stage 'planted bugs' "$bin/hefu-sim" planted
  stage 'ledger' "$bin/hefu-ledger-soak" --operations $((20000 * scale))
}

case ${1:-} in
  lint)
    sources
    stage 'deny' cargo deny check bans licenses sources
    ;;
  sim)
    scale=10
    simulations
    stage 'mutations' mutations
    ;;
  test)
    sources
    stage 'tests' tests
    stage 'networks' networks
    stage 'purity' nextest 'package(hefu-testnet) and test(/^purity::/)'
    stage 'tidy' nextest 'package(hefu-testnet) and test(/^tidy::/)'
    stage 'mutations' mutations
    stage 'vectors' nextest 'package(hefu-primitives) and test(/vectors/)'
    simulations
    stage 'fuzz regression' nextest 'package(hefu-fuzz)'
    stage 'commands' nextest 'package(hefu-cli)'
    stage 'transcripts' transcripts
    stage 'deny' cargo deny check bans licenses sources
    ;;
  *)
    trap - EXIT
    echo 'usage: testnet/stages.sh test|lint|sim' >&2
    exit 2
    ;;
esac
