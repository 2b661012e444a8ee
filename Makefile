# Two words do all the set-up on a fresh machine with Python 3.11, make and a network:
# `make run` and `make test`. The first call fills .venv from requirements.lock, later ones find it.

SHELL := /bin/bash
.DEFAULT_GOAL := help

# Tried in order; name another one with `make run PYTHON=/path/to/python3`.
PYTHON ?= python3.11 python3.12 python3.13 python3.14 python3 python
# Where `make run` keeps its ledger.
DATA := data/demo
# Writes the lock; it is no part of what it locks.
LOCKER := uv==0.13.9
UPGRADE :=

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: help
help: ## say what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: .venv/.ready ## a living ledger with the demo cases in DATA; Ctrl-C stops it, a second run goes on
	@mkdir -p "$(DATA)"
	$(BIN)/goodoffices serve --demo --data "$(DATA)"

.PHONY: demo
demo: .venv/.ready ## the same in a folder that is thrown away at the end
	@trap : INT TERM; folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT \
	  && $(BIN)/goodoffices serve --demo --data "$$folder"

.PHONY: cluster
cluster: .venv/.ready ## a ledger on many machines, as processes on this one; Ctrl-C ends all of it
	@$(BIN)/python -m tests.live.topology

.PHONY: test
test: .venv/.ready ## every test but the slow and the long ones
	$(BIN)/python -m pytest -n auto --dist worksteal

.PHONY: slow
slow: .venv/.ready ## the tests that take seconds each, such as kills at random instants
	$(BIN)/python -m pytest -n auto --dist loadgroup -m "slow and not soak" --durations=25

.PHONY: coverage
coverage: .venv/.ready ## the same with branch coverage and its gate; takes longer
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not soak and not interop" --cov

.PHONY: check
check: .venv/.ready ## lint, format, strict types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

.PHONY: bench
bench: .venv/.ready ## what is measured, beside the peers, as ratios
	$(BIN)/python -m bench

.PHONY: soak
soak: .venv/.ready ## the tests that run for minutes
	$(BIN)/python -m pytest -m soak --timeout=0

# How many pairs `make fuzz` plays, and from which seed: make fuzz PAIRS=100000 SEED=7
PAIRS := 5000
SEED :=

.PHONY: fuzz
fuzz: .venv/.ready ## PAIRS of histories, alike but in private, compared in all that others can get
	$(BIN)/python -m tests.twins.fuzz --pairs $(PAIRS) $(if $(SEED),--seed $(SEED))

.PHONY: interop
interop: .venv/.ready build/npm/.ready ## what others' programs say of us, where Go and Node are installed
	$(BIN)/python -m pytest -m interop -rs --timeout=300 tests/interop

.PHONY: docs
docs: .venv/.ready ## write the generated pages of docs/ again
	$(BIN)/python -m docs.generate

.PHONY: messages
messages: .venv/.ready ## bring the catalogues of the pages up to date with their strings
	$(BIN)/python -m docs.messages

.PHONY: screenshots
screenshots: .venv/.ready ## take the pictures of docs/ again, where Chromium is installed
	$(BIN)/python -m tests.browser.pictures

.PHONY: lock
lock: build/lock/.ready ## write requirements.lock again; newer versions with UPGRADE=--upgrade
	build/lock/bin/uv pip compile pyproject.toml --extra dev --output-file requirements.lock \
	  --universal --python-version 3.11 --generate-hashes --no-annotate --no-config --quiet \
	  --custom-compile-command "make lock" $(UPGRADE)

.PHONY: clean
clean: ## remove what make made; the data stay
	rm -rf .venv build dist *.egg-info htmlcov .coverage .coverage.* .hypothesis
	rm -rf .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The first Python that is new enough makes the folder $(1).
define make_venv
@found=; for python in $(PYTHON); do \
  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$python; break; fi; \
done; \
if [ -z "$$found" ]; then \
  echo "Python 3.11 or newer is needed, and none of these is: $(PYTHON)" >&2; \
  echo "Install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3" >&2; exit 1; \
fi; \
echo "Setting up $(1) with $$("$$found" --version), once, about half a minute"; \
"$$found" -m venv --clear $(1) || { \
  echo "$$found cannot make a virtual environment; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
endef

# A crash here leaves no stamp: the next call starts this step again.
.venv/.locked: requirements.lock
	$(call make_venv,.venv)
	@$(PIP) install --quiet --quiet --require-hashes --requirement requirements.lock
	@touch $@

.venv/.ready: .venv/.locked pyproject.toml
	@$(PIP) install --quiet --quiet --no-deps --no-build-isolation --editable .
	@touch $@

# Without npm what needs it is skipped, aloud.
build/npm/.ready: tests/interop/npm/package.json tests/interop/npm/package-lock.json
	@mkdir -p build/npm && cp $^ build/npm/
	@if command -v npm >/dev/null; then npm ci --prefix build/npm --ignore-scripts --no-audit --no-fund --silent; \
	  else echo "npm is not here: tests with JavaScript are skipped"; fi
	@touch $@

build/lock/.ready: Makefile
	$(call make_venv,build/lock)
	@build/lock/bin/python -m pip --disable-pip-version-check install --quiet --quiet "$(LOCKER)"
	@touch $@
