#!/usr/bin/env bash
# Makes the corpus that is checked in anew, of what it holds, the seeds, and what
# fuzzing has found: a few files that together reach most of the code.
#
# usage: consensus/fuzz/minimise.sh TARGET
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$HOME/.cache/hefu/target}

# How many files a target may have, and how long each: every run of CI replays them.
readonly files_max=60
readonly bytes_max=1100

target=${1:?usage: consensus/fuzz/minimise.sh TARGET}
found=$HOME/.cache/hefu/corpus/$target
seeds=$HOME/.cache/hefu/seeds
merged=$(mktemp -d)
trap 'rm -rf "$merged"' EXIT

cargo run --quiet --release --package hefu-fuzz -- "$seeds"
mkdir -p "$found" "corpus/$target"
# Without counters, how often code is reached makes no difference: fewer files. The
# cover is chosen by how much a file adds.
RUSTC_BOOTSTRAP=1 cargo fuzz run --fuzz-dir targets --target-dir "$HOME/.cache/hefu/fuzz-target" \
  "$target" "$merged" "corpus/$target" "$seeds/$target" "$found" \
  -- -set_cover_merge=1 -use_counters=0 -max_len="$bytes_max"

# Of too many, some of every length. A crash that was mended stays for ever.
find "corpus/$target" -type f ! -name 'crash-*' -delete
count=$(find "$merged" -type f | wc -l)
chosen="int(NR * $files_max / $count) > int((NR - 1) * $files_max / $count)"
((count > files_max)) || chosen=1
find "$merged" -type f -printf '%s %p\n' | sort -n | awk "$chosen { print \$2 }" \
  | xargs -I{} cp {} "corpus/$target/"
echo "$count files found, $(find "corpus/$target" -type f | wc -l) kept"
