# The front door. `make help` lists what is here.

SWIFT    ?= swift
PREFIX   ?= /usr/local
DIST     ?= dist
PLUGINS  := $(notdir $(wildcard Plugins/*))
SOURCES  := Package.swift Sources Tests Plugins
BENCH    ?=

.DEFAULT_GOAL := dist
.PHONY: help dist dist-agent demo build test test-only bench plugins packages vendor format format-check lint generate install clean

help: ## what there is to make
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

dist: packages vendor ## release build of everything that a user installs, relocatable, in dist/
	SWIFT=$(SWIFT) scripts/dist $(DIST)

dist-agent: packages ## the agent alone, into dist/share/vigo/agents; SIGN_KEY=<Ed25519 private key> signs it
	SWIFT=$(SWIFT) scripts/dist-agent $(DIST)/share/vigo/agents

demo: dist ## start a server, enroll this machine, open an SSH session on it, leave nothing behind
	scripts/demo $(DIST)

test: packages ## install what the tests need, build, run all tests
	scripts/install-openbao
	scripts/install-browser-tests
	$(MAKE) --no-print-directory format-check lint test-only

build: vendor ## debug build of everything with its tests
	$(SWIFT) build --build-tests
	$(MAKE) --no-print-directory plugins

plugins: ## debug build of the plugins, into .build/plugins
	@mkdir -p .build/plugins
	for plugin in $(PLUGINS); do SWIFT=$(SWIFT) scripts/build-plugin "$$plugin" debug .build/plugins || exit 1; done

test-only: build ## run the tests, with nothing installed first
	SWIFT=$(SWIFT) scripts/run-tests

bench: dist ## measure against ssh and a reverse tunnel, in one run; results belong in docs/performance.md
	scripts/bench $(DIST) $(BENCH)

packages: ## install the Debian packages that build, demo and tests need
	scripts/install-packages

vendor: ## fetch what the web console takes from others, at pinned versions
	scripts/fetch-web-vendor

format: ## format all Swift sources in place
	git ls-files '*.swift' | grep -v /Generated/ | xargs $(SWIFT) format --in-place --parallel

format-check: ## fail where `make format` would change something
	git ls-files '*.swift' | grep -v /Generated/ | xargs $(SWIFT) format lint --strict --parallel

lint: ## check the shell scripts, and what only a release build would complain of
	shellcheck scripts/* .ci/run
	@! git grep -n '^@testable' -- Sources Benchmarks Tests/Lab Tests/Corpus Tests/VaultDouble Tests/BackendSuite \
		|| { echo "these are built in release too, where nothing is @testable" >&2; exit 1; }

generate: ## generate Sources/Wire/Generated anew from agent.proto
	SWIFT=$(SWIFT) scripts/generate

install: dist ## install dist/ below PREFIX (default /usr/local), with the systemd units
	scripts/install $(DIST) "$(DESTDIR)$(PREFIX)"

clean: ## remove all that was built
	rm -rf .build .build-plugins $(DIST) Web/vendor Tests/BrowserTests/.venv
