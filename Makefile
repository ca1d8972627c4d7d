# Every target makes its own environment; a machine needs Python 3.11 or later and make, nothing else.

.DEFAULT_GOAL := help
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
PYTEST := $(BIN)/python -m pytest -n 2 --dist worksteal

# The oldest supported Python first: what passes there is also run on the newer ones (test-pythons).
PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3.14 python3; do \
	"$$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& command -v "$$name" && break; done)

.PHONY: help
help:  ## Say what can be made.
	@grep -E '^[a-z-]+:.*##' $(firstword $(MAKEFILE_LIST)) | sed -E 's/:[^#]*## /\t/' | expand -t 16

# The versions of everything that is installed, on every Python; `make lock` takes those of today.
LOCK := requirements/lock.txt
INSTALL := PIP_BUILD_CONSTRAINT=$(LOCK) $(BIN)/python -m pip install -qq --disable-pip-version-check --constraint $(LOCK)

# Of Python 3.11, pip is old and takes more than twice as long as today's to install the rest.
$(VENV)/.made: pyproject.toml $(LOCK)
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later with its venv module is needed (Debian: apt install python3-venv)." >&2; exit 1; }
	@echo "Making $(VENV) with $(PYTHON)"
	@test -x $(BIN)/python || "$(PYTHON)" -m venv $(VENV)
	@$(INSTALL) --upgrade pip
	@touch $@

.PHONY: lock
lock: $(VENV)/.made  ## Take today's versions of all that any extra needs, for every Python, and write them down.
	@$(INSTALL) uv
	@$(BIN)/uv pip compile --quiet --no-config --upgrade --universal --python-version 3.11 --all-extras --no-annotate \
		--custom-compile-command "make lock" --output-file $(LOCK) pyproject.toml requirements/tools.in

# The command line and the service: enough for the demonstration, and quick to install.
$(VENV)/.serve: $(VENV)/.made
	@$(INSTALL) --editable '.[cli,server]'
	@touch $@

# What the tests need. Of so much the most is never imported: what is, is compiled then.
$(VENV)/.tested: $(VENV)/.made
	@echo "Installing what the tests need"
	@$(INSTALL) --no-compile --editable '.[test]'
	@touch $@

# What the checks need besides.
$(VENV)/.ready: $(VENV)/.tested
	@echo "Installing what the checks need"
	@$(INSTALL) --editable '.[dev]'
	@touch $@

.PHONY: demo
demo: $(VENV)/.serve  ## Filter ten thousand documents, in Python and in SQLite; then serve them, and open the explorer.
	@$(BIN)/python -m paramql.instances.demo
	@$(BIN)/python -m paramql.instances.trial --demonstrate

.PHONY: serve
serve: $(VENV)/.serve  ## Serve ten thousand instances over HTTP, with the explorer; requests to try are printed.
	@$(BIN)/python -m paramql.instances.trial

# Tests start many processes: the library is compiled once for all of them, even where Python is told otherwise.
test soak triples test-pythons: export PYTHONDONTWRITEBYTECODE :=

.PHONY: test
test: $(VENV)/.tested  ## Run every test: first those that reach every branch, with coverage; then those that ask again.
	@$(PYTEST) -m "not soak and not spark and not no_cover" --cov --cov-report=term
	@$(PYTEST) -m "not soak and not spark and no_cover"

.PHONY: test-pythons
test-pythons: $(VENV)/.tested  ## Run the fast tests on each newer Python that this machine has.
	@tools/test-pythons $(BIN)/python

.PHONY: soak
soak: $(VENV)/.fuzzed  ## Run the long tests: many more generated examples; then fuzz for ten minutes.
	@mkdir -p build
	@HYPOTHESIS_PROFILE=soak PARAMQL_TRIPLES=$${PARAMQL_TRIPLES:-100000} PARAMQL_GRID=$${PARAMQL_GRID:-build/grid.md} \
		PARAMQL_REQUESTS=$${PARAMQL_REQUESTS:-20000} $(PYTEST) -m "not spark"
	@PARAMQL_FUZZ=$${PARAMQL_FUZZ:-150} $(MAKE) --no-print-directory fuzz

$(VENV)/.fuzzed: $(VENV)/.tested
	@$(INSTALL) --editable '.[fuzz]'
	@touch $@

# What is found is in build/fuzz, and ends it; so does a minute of each target, or PARAMQL_FUZZ seconds.
.PHONY: fuzz
fuzz: $(VENV)/.fuzzed  ## Fuzz queries, expressions, tokens and requests, a minute each.
	@for target in query expression token request; do \
		PYTHONPATH=tests $(BIN)/python -m fuzz $$target --seconds $${PARAMQL_FUZZ:-60} || exit 1; done

$(VENV)/.mutants: $(VENV)/.ready
	@$(INSTALL) --editable '.[mutants]'
	@touch $@

# Stopped, it goes on where it was when it is made again: what was found is kept in mutants. Remove that after a change of
# the code. MUTANTS=paramql.simplify is of one module.
.PHONY: mutants
mutants: $(VENV)/.mutants  ## Change the code in one place at a time: does a test notice? An hour or two; build/mutants.md.
	@nice $(BIN)/python -m tools.mutants $(MUTANTS)

# The differential run of the soak alone. What it counts is kept: stopped, it goes on where it was when it is made again.
.PHONY: triples
triples: $(VENV)/.tested  ## Ask all engines 100,000 triples; the counts are kept in build/triples, a run adds to them.
	@mkdir -p build/triples
	@PARAMQL_TRIPLES=$${PARAMQL_TRIPLES:-100000} PARAMQL_TALLIES=$${PARAMQL_TALLIES:-build/triples} \
		PARAMQL_GRID=$${PARAMQL_GRID:-build/triples/grid.md} \
		$(PYTEST) tests/properties/test_differential.py

$(VENV)/.sparked: $(VENV)/.tested
	@echo "Installing Spark"
	@$(INSTALL) --editable '.[spark]'
	@touch $@

# One process: a session takes a core and a gigabyte. The cluster is measured by `make cluster`.
.PHONY: spark
spark: $(VENV)/.sparked  ## Ask Spark what the other engines are asked, and a small cluster of it; needs Java 17.
	@$(BIN)/python -m pytest -m spark

# Writes docs/cluster.md; some minutes, and some gigabytes in a temporary folder.
.PHONY: cluster
cluster: $(VENV)/.sparked  ## Measure filters on a cluster of Spark's, over ten million rows; write docs/cluster.md.
	@$(BIN)/python -m benchmarks.cluster

.PHONY: check
check: $(VENV)/.ready docs  ## Check format, style, types, layers and documentation.
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pyright
	$(BIN)/lint-imports

.PHONY: docs
docs: $(VENV)/.ready  ## Build the documentation; a broken link is an error.
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet --site-dir build/site

# Peers whose pins clash have environments of their own under build/bench-envs, made by the first run.
$(VENV)/.bench: $(VENV)/.made
	@echo "Installing what the benchmarks need"
	@$(INSTALL) --editable '.[cli,bench]'
	@touch $@

.PHONY: bench
bench: $(VENV)/.bench  ## Measure everything, beside other libraries; write benchmarks/RESULTS.md and docs/benchmarks.*.
	@$(BIN)/python -m benchmarks

.PHONY: bench-quick
bench-quick: $(VENV)/.bench  ## Measure with fewer rounds and smaller data, in under two minutes; write to build/bench-quick.
	@$(BIN)/python -m benchmarks --quick

.PHONY: agreement
agreement: $(VENV)/.sparked  ## Ask every engine every conformance case, and write the page of the documentation that says so.
	@mkdir -p build
	@$(BIN)/python -m paramql.testing.agreement > build/agreement.md
	@mv build/agreement.md docs/agreement.md

.PHONY: format
format: $(VENV)/.ready  ## Put the code in its form.
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: clean
clean:  ## Remove what was built, the environment too.
	rm -rf $(VENV) build dist .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
