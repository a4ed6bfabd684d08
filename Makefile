# `make` alone explains its targets.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
GALLERY ?=

.PHONY: help run check lint test browser gallery accessibility privacy netns torture nightly federation bench morning messages lock clean

help: ## what can be made here
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## */  make \1\t/' | expand -t 20

$(VENV)/run.stamp: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

run: $(VENV)/run.stamp ## the demo: boxes with a simulated front panel, in your browser
	$(BIN)/digipunt demo $(ARGS)

lint: $(VENV)/dev.stamp ## format, rules, types, walls
	$(BIN)/ruff format --check appliance tests
	$(BIN)/ruff check appliance tests
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint ## what every commit passes: lint and the quick tests
	$(BIN)/pytest -q -m "not slow and not browser and not root" $(ARGS)

test: ## everything that CI runs
	@$(PYTHON) tests/tiers.py

TOOLS := tests/browser/tools
$(TOOLS)/node_modules/stamp: $(TOOLS)/package-lock.json
	cd $(TOOLS) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

browser: $(VENV)/dev.stamp $(TOOLS)/node_modules/stamp ## stories and measurements in Chromium, and the gallery (GALLERY=--short: a part of it)
	$(BIN)/pytest -q -m browser $(ARGS)
	$(BIN)/python -m tests.browser.gallery $(GALLERY) gallery

gallery: $(VENV)/dev.stamp ## pictures of every page x language x theme x size, in gallery/
	$(BIN)/python -m tests.browser.gallery gallery

accessibility: $(VENV)/dev.stamp ## docs/accessibility.md: each WCAG criterion and the test that shows it
	$(BIN)/python -m tests.house.accessibility

privacy: $(VENV)/dev.stamp ## docs/privacy.md: everything that is kept, what for, how long, where it goes
	$(BIN)/python -m tests.house.privacy

torture: $(VENV)/dev.stamp ## pull the plug 200 times in every way; SEED=7.torn.12 repeats one
	$(BIN)/python -m tests.torture $(if $(SEED),--seed $(SEED)) $(ARGS)

nightly: $(VENV)/dev.stamp ## in full: ten thousand cuts, 200 kills, 1000 flipped bits, all of `make federation`, an idle hour
	$(BIN)/python -m tests.torture --full $(if $(SEED),--seed $(SEED)) $(ARGS)
	timeout 900 $(BIN)/digipunt simulate --boxes 900 --days 365
	$(BIN)/python -m tests.federation
	IDLE_SECONDS=3600 $(BIN)/pytest -q -m netns -p no:randomly tests/netns/test_quiet.py

federation: $(VENV)/dev.stamp ## letters and collector: speed, size and a million deliveries, on SQLite and PostgreSQL (ARGS=--part: less)
	$(BIN)/python -m tests.federation $(ARGS)

netns: $(VENV)/dev.stamp ## as root: every promise of the wifi, between network namespaces
	$(BIN)/pytest tests/netns tests/contracts -m netns -p no:randomly -v --no-header $(ARGS)

bench: $(VENV)/dev.stamp ## how fast and how small, each figure with its limit
	$(BIN)/python -m tests.bench $(ARGS)

morning: $(VENV)/dev.stamp ## a whole walk-in morning as a diary, power cut included
	$(BIN)/python -m tests.morning $(ARGS)

messages: $(VENV)/dev.stamp ## texts: gather the sentences, compile the translations
	$(BIN)/python -m tests.messages

lock: ## renew both lock files
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --group pyproject.toml:build pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --group pyproject.toml:build --group pyproject.toml:dev pyproject.toml -o requirements-dev.lock

clean: ## forget what was built
	rm -rf $(VENV) build dist gallery $(TOOLS)/node_modules
