# `make demo` and `make test` do all the set-up they need. The rest is for those who work on Jiesu.

SHELL := /bin/bash
TOOLS := $(CURDIR)/.tools
export PATH := $(TOOLS)/bin:$(TOOLS)/node_modules/.bin:$(HOME)/.cargo/bin:$(PATH)

.NOTPARALLEL: # the steps below need one another in their order, and cargo uses all cores by itself
.PHONY: demo test setup setup-to-run lint bench e2e build release web client advisories clean

demo: build ## builds, starts the service, plays two recorded calls through it while you watch (ONCE=1: ends by itself)
	@scripts/demo $(if $(ONCE),--once)

test: setup build lint ## everything: lints, unit tests, behaviours with real SIP, the page in a real browser
	cargo nextest run --workspace
	cargo test --workspace --doc
	cd web && npm run --silent test

setup: ## what a bare Debian 12 lacks, said as it is added
	@scripts/setup

setup-to-run: # all but what only the tests need and takes minutes to compile
	@scripts/setup --to-run

build: web
	@cargo build --workspace --examples --bins

release: web ## target/release/jiesu, the page inside it
	@cargo build --release

web: setup-to-run web/dist/index.html

WEB_SOURCES := $(shell find web -path web/node_modules -prune -o -path web/dist -prune -o -type f -print 2>/dev/null)

web/dist/index.html: $(WEB_SOURCES)
	@cd web && npm ci --no-audit --no-fund --loglevel=error >&2 && npm run --silent build >&2

client: web ## the TypeScript client, from the routes
	cargo run --quiet -- openapi > web/openapi.json
	cd web && npm run --silent api

lint: setup web
	@scripts/lint

e2e: setup build ## the page in Debian's Chromium, on a fixture call
	cargo nextest run --test browser --examples

bench: setup-to-run ## the figures of ARCHITECTURE.md
	cargo bench --workspace

advisories: setup ## known vulnerabilities; needs a network
	cargo deny check advisories

clean:
	rm -rf target web/dist web/node_modules .tools
