# What a person does with hefu from a clone. `make` alone lists it.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# One target directory and one profile for every command, so that nothing is
# compiled twice (docs/adr/0007-one-profile-one-target-directory.md).
export CARGO_TARGET_DIR ?= $(HOME)/.cache/hefu/target

BIN = $(CARGO_TARGET_DIR)/release
# What is shipped: no feature is on, so no defect can be planted in it.
BUILD = cargo build --release --workspace --bins
# What `make testnet` does; `main-job --headless` ends the network afterwards.
TESTNET ?= main-job
# Power cuts in `make soak`.
KILLS ?= 1000
# Disks that fail in `make soak`: six kinds, each at its first forty calls.
DISKS ?= 240
FUZZ = consensus/fuzz
# How long `make fuzz` spends on each target.
FUZZ_SECONDS ?= 300

.PHONY: help testnet soak test lint sim fuzz bench clean tools libclang strace resolver

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

testnet: libclang ## build hefu and put a local network of real processes to work
	@$(BUILD)
	@$(BIN)/hefu testnet $(TESTNET)

soak: libclang strace ## kill validators and let their disks fail, a thousand times under load
	@$(BUILD)
	@$(BIN)/hefu testnet endure --kills $(KILLS) --disks $(DISKS)

test: tools ## run every check, as CI does
	@testnet/stages.sh test

lint: tools ## run only the checks that read the source: fmt, clippy, docs, deny
	@testnet/stages.sh lint

sim: ## search for broken rules as `make test` does, most of it ten times longer
	@testnet/stages.sh sim

# What it finds is kept between runs, beside the target directory.
fuzz: ## search for inputs that break decoders, the ledger or the engine
	@command -v cargo-fuzz >/dev/null \
	  || env -u CARGO_TARGET_DIR cargo install --locked cargo-fuzz
	@for target in $$(cargo fuzz list --fuzz-dir $(FUZZ)/targets); do \
	  echo "== fuzz: $$target, $(FUZZ_SECONDS) s"; \
	  found=$(HOME)/.cache/hefu/corpus/$$target; \
	  mkdir -p $$found; \
	  RUSTC_BOOTSTRAP=1 cargo fuzz run --fuzz-dir $(FUZZ)/targets \
	    --target-dir $(HOME)/.cache/hefu/fuzz-target $$target $$found $(FUZZ)/corpus/$$target \
	    -- -max_total_time=$(FUZZ_SECONDS) -max_len=4096 -malloc_limit_mb=64 -timeout=10; \
	done

# Not a part of `make test`, which needs neither Node.js nor its registry.
resolver: libclang ## let a resolver from npm find out how DIDs are (needs Node.js)
	@command -v npm >/dev/null || { echo 'This needs Node.js and npm: install them.' >&2; exit 1; }
	@$(BUILD)
	@npm ci --silent --prefix testnet/resolver
	@PATH=$(BIN):$$PATH hefu testnet run --followers 0 -- node testnet/resolver/check.js

bench: libclang ## measure how fast the parts are
	@cargo bench --workspace --features hefu-fixtures/rocksdb --bench '*'

clean: ## remove everything that was built
	@cargo clean

# RocksDB's bindings are made while it is compiled, by reading its headers with
# libclang. Debian and Ubuntu have it as a package; elsewhere LIBCLANG_PATH may
# name the folder of one that is installed already.
libclang:
	@if [ -z "$${LIBCLANG_PATH:-}" ] && ! ldconfig -p | grep -q 'libclang\.so' \
	  && ! compgen -G '/usr/lib/llvm-*/lib/libclang.so' >/dev/null; then \
	  if ! command -v apt-get >/dev/null; then \
	    echo 'RocksDB needs libclang: install it, or set LIBCLANG_PATH to its folder.' >&2; exit 1; \
	  fi; \
	  sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	  $$sudo apt-get update -q && $$sudo apt-get install -qy libclang-dev; \
	fi

# With it, tests let the disks of running nodes fail.
strace:
	@if ! command -v strace >/dev/null; then \
	  if ! command -v apt-get >/dev/null; then \
	    echo 'Tests let disks fail with strace, which only Linux has: install it.' >&2; exit 1; \
	  fi; \
	  sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	  $$sudo apt-get update -q && $$sudo apt-get install -qy strace; \
	fi

# Installs what is missing and touches nothing else. The tools are built
# outside the target directory, which they would fill and lock.
tools: libclang strace
	@cargo fmt --version >/dev/null 2>&1 || rustup component add rustfmt
	@cargo clippy --version >/dev/null 2>&1 || rustup component add clippy
	@for tool in nextest deny; do \
	  command -v cargo-$$tool >/dev/null \
	    || env -u CARGO_TARGET_DIR cargo install --locked cargo-$$tool; \
	done
