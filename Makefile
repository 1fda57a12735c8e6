# Chorus: `make run` starts a copy of it, `make test` runs the tests. Needs make and Python 3.11 or newer with venv.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
UV := UV_PYTHON_DOWNLOADS=never UV_SYSTEM_CERTS=1 $(BIN)/uv
INSTALL := $(UV) pip sync -q --python $(BIN)/python --require-hashes --no-build
LOCK := $(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
# an environment that holds the development tools also holds what `run` and `test` need, so it is never downgraded
READY := $(VENV)/.ready$(if $(wildcard $(VENV)/.ready-dev),-dev)

.PHONY: help run test e2e lint bench faults proof requirements
help:
	@echo "make run           start a copy at http://localhost:8000 (PORT and DATA_DIR change where)"
	@echo "make test          tests on PostgreSQL and Valkey, then on SQLite (ARGS=... goes to pytest)"
	@echo "make e2e           tests in Chromium"
	@echo "make lint          style, types, import arrows, sizes, templates, migrations"
	@echo "make bench         speed, against floors of the same run (needs wrk; ARGS=--quick tries it out)"
	@echo "make faults        nothing is published twice: processes and servers killed and restarted (25 minutes; ARGS=--cases=1000)"
	@echo "make proof         the whole path on a real data set (REAL_DATA_DIR)"
	@echo "make requirements  lock the requirements anew"

run: $(READY)
	@exec $(BIN)/python manage.py up --with-parent $(ARGS)

test: $(READY)
	@$(BIN)/python tools/test.py $(ARGS)

e2e: $(VENV)/.ready-dev
	@$(BIN)/python tools/e2e.py $(ARGS)

lint: $(VENV)/.ready-dev
	@$(BIN)/python tools/lint.py

bench: $(VENV)/.ready-dev
	@$(BIN)/python tools/bench.py $(ARGS)

faults: $(READY)
	@$(BIN)/python tools/faults.py $(ARGS)

proof: $(READY)
	@$(BIN)/python tools/proof.py $(ARGS)

requirements: $(VENV)/.uv
	@$(LOCK) --upgrade pyproject.toml -o requirements/base.txt
	@$(LOCK) -c requirements/base.txt pyproject.toml --group local --group test -o requirements/test.txt
	@$(LOCK) -c requirements/test.txt pyproject.toml --group local --group test --group bench --group e2e --group lint -o requirements/dev.txt

$(VENV)/.uv: requirements/uv.txt
	@if [ -z "$(PYTHON)" ]; then echo "Chorus needs Python 3.11 or newer; install the package python3."; exit 2; fi
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv is missing; install the package python3-venv."; exit 2; }
	@echo "Setting up $(VENV)."
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

$(VENV)/.ready: requirements/test.txt $(VENV)/.uv
	@echo "Downloading Python packages; the first time this takes a minute or two."
	@$(INSTALL) requirements/test.txt
	@touch $@

$(VENV)/.ready-dev: requirements/dev.txt $(VENV)/.uv
	@echo "Downloading Python packages; the first time this takes a minute or two."
	@$(INSTALL) requirements/dev.txt
	@touch $@ $(VENV)/.ready
