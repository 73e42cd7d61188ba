# The two commands: `make serve` and `make test`. Both set up what they need.
.DEFAULT_GOAL := help
.PHONY: help setup setup-tests build docs npm-pack serve test test-slow lint faults models-update quality parity bench hard audit audit-deps screenshots looks-update clean fuzz load release reproduce upgrade

PORT ?= 8000
PY := PYTHONPATH=worker .venv/bin/python

help: ## list the commands
	@grep -E '^[a-z-]+:.*## ' Makefile | awk -F ':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

setup: ## install what building needs (quick when it is there)
	@python3 tools/setup.py

setup-tests: ## install what the tests need as well
	@python3 tools/setup.py --tests

build: setup ## make dist/, the whole site
	@$(PY) -m tools.build

docs: setup ## make the documentation anew, into the site that is there
	@$(PY) -m tools.docs

npm-pack: build ## pack the npm package and print its size
	@$(PY) -m tools.npm

release: build ## the files of a release into release/: site, wheel, npm package, list of parts, sums
	@$(PY) -m tools.release $(ARGS)

reproduce: setup ## build what is committed twice, under other circumstances, and compare every file
	@$(PY) -m tools.reproduce $(ARGS)

upgrade: setup-tests ## update from an older release in a browser; ARGS="--from <commit, tag or zip of a site>"
	@$(PY) -m tools.build
	@$(PY) -m tools.upgrade $(ARGS)

serve: build ## build and serve at http://localhost:8000 (PORT=… for another)
	@PORT=$(PORT) $(PY) -m tools.serve

test: setup-tests ## lint, unit tests, browser tests
	@$(MAKE) --no-print-directory lint
	@$(PY) -m tools.build
	@$(PY) -m pytest -n auto --maxprocesses 4 --dist loadgroup --no-loadscope-reorder --durations 20

test-slow: setup-tests ## the tests that take minutes (a real model on a software GPU)
	@$(PY) -m tools.build
	@$(PY) -m pytest -m slow

lint: setup-tests ## ruff and mypy
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy

faults: setup ## write the table of faults in docs/reliability.md anew, from the tests
	@$(PY) -m tools.faults

models-update: setup ## make the models anew and write their hashes into models/registry.toml
	@$(PY) -m tools.models --update

quality: setup-tests ## the quality table, on ../shared/data/matting
	@$(PY) -m tools.build
	@$(PY) -m tools.quality
	@$(PY) -m tools.quality_browser

parity: setup-tests ## whether browser and CPython cut the same; ARGS="--matting 10" for more photos
	@$(PY) -m tools.build
	@$(PY) -m tools.parity $(ARGS)

bench: setup-tests ## what a cut costs in Chromium; half an hour, or one part: ARGS=--split, --help lists them
	@$(PY) -m tools.build
	@$(PY) -m tools.bench $(ARGS)

hard: setup-tests ## give ../shared/data/hard, files that break image software, to the engine
	@$(PY) -m tools.build
	@$(PY) -m tools.hard

fuzz: setup-tests ## damaged files, settings, models … for ten minutes; ARGS="--minutes 60 --seed 2 --browser 500"
	@$(PY) -m tools.build
	@$(PY) -m tools.fuzz $(ARGS)

load: setup-tests ## 500 photos in a tab, eight hours of naps, ten tabs: does anything grow? ARGS="--photos 100"
	@$(PY) -m tools.build
	@$(PY) -m tools.load $(ARGS)

audit: setup-tests ## an audit of the site in Chromium, with a score; fails where something is wrong
	@$(PY) -m tools.build
	@$(PY) -m tools.audit $(ARGS)

audit-deps: setup ## whether a dependency has a known weakness; asks services elsewhere, ends with 2 where it cannot
	@$(PY) -m tools.audit_deps

screenshots: setup-tests ## pictures of every state of the page into docs/screens/
	@$(PY) -m tools.build
	@$(PY) -m tools.screenshots $(ARGS)

looks-update: setup-tests ## how each state looks and is told, anew: look at the difference before you commit
	@$(PY) -m tools.build
	@OFFCUT_LOOKS_UPDATE=1 $(PY) -m pytest -q tests/browser/test_looks.py tests/browser/test_outline.py

clean: ## remove what was built and downloaded, but .venv and node_modules
	@rm -rf dist release .cache bench/out .mypy_cache .pytest_cache .ruff_cache
	@echo "Removed dist/ and .cache/."
