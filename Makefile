# Everything a person types. The first target called makes .venv; later calls find it ready.
#   make run     the demo company from files to figures, through a real Airflow
#   make ui      Airflow with its pages, until Ctrl-C
#   make test    all tests            make lint    all style checks
#   make bench   what it costs        make docs    the warehouse's pages, in out/docs
# PYTHON=python3.12 make run   takes another interpreter (3.11, 3.12 or 3.13).

FITS   := import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
            $$name -c '$(FITS)' 2>/dev/null && echo $$name && break; done)
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
PEERS  := .venv-bench

export DO_NOT_TRACK := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := false

.PHONY: help setup run ui test lint bench bench-full docs

help:
	@sed -n 's/^#   //p' $(firstword $(MAKEFILE_LIST))

setup: $(READY)

$(READY): requirements.lock.txt pyproject.toml
	@test -n "$(PYTHON)" && $(PYTHON) -c '$(FITS)' \
	  || { echo "Python 3.11, 3.12 or 3.13 is needed and not found: name one with PYTHON=..."; exit 1; }
	@test -x $(BIN)/python || { echo "making $(VENV) with $(PYTHON)"; $(PYTHON) -m venv $(VENV); }
	@echo "installing what requirements.lock.txt names (minutes, once)"
	@$(BIN)/python -m pip install --quiet --upgrade pip
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock.txt
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

run: $(READY)
	@$(BIN)/lingtan run

ui: $(READY)
	@$(BIN)/lingtan ui

test: $(READY)
	@$(BIN)/python -m pytest tests

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/yamllint --strict .
	@$(BIN)/sqlfluff lint --processes 0 --disable-progress-bar dbt_project

$(PEERS)/.ready: requirements-bench.lock.txt $(READY)
	@$(BIN)/python -m venv $(PEERS)
	@echo "installing what requirements-bench.lock.txt names: what ours is measured against (once)"
	@$(PEERS)/bin/python -m pip install --quiet --require-hashes -r requirements-bench.lock.txt
	@touch $@

bench: $(READY) $(PEERS)/.ready
	@$(BIN)/python tests/bench/run.py

bench-full: $(READY) $(PEERS)/.ready
	@$(BIN)/python tests/bench/run.py --full

docs: $(READY)
	@$(BIN)/python -m lingtan.dictionary
