# `make demo` and `make test` do all the set-up they need. The rest is for those who work on Jiesu.

SHELL := /bin/bash
TOOLS := $(CURDIR)/.tools
export PATH := $(TOOLS)/bin:$(TOOLS)/node_modules/.bin:$(HOME)/.cargo/bin:$(PATH)
JIESU := target/debug/jiesu

.PHONY: demo test setup lint bench e2e build web client advisories clean

demo: build ## builds, starts the service, plays two recorded calls through it while you watch (ONCE=1: ends by itself)
	@scripts/demo $(if $(ONCE),--once)

test: build lint ## everything: lints, unit tests, behaviours with real SIP, the page in a real browser
	cargo nextest run --workspace
	cargo test --workspace --doc
	cd web && npm run --silent test

setup: ## what a bare Debian 12 lacks, said as it is added
	@scripts/setup

build: setup web
	@cargo build --workspace --examples --bins

web: setup web/dist/index.html

WEB_SOURCES := $(shell find web -path web/node_modules -prune -o -path web/dist -prune -o -type f -print 2>/dev/null)

web/dist/index.html: $(WEB_SOURCES)
	@cd web && npm ci --no-audit --no-fund --loglevel=error >&2 && npm run --silent build >&2

client: web ## the TypeScript client, from the routes
	cargo run --quiet -- openapi > web/openapi.json
	cd web && npm run --silent api

lint: setup web
	@scripts/lint

e2e: build ## the page in Debian's Chromium, on a fixture call
	cargo nextest run --test browser --examples

bench: setup ## the figures of ARCHITECTURE.md
	cargo bench --workspace

advisories: ## known vulnerabilities; needs a network
	cargo deny check advisories

clean:
	rm -rf target web/dist web/node_modules .tools
