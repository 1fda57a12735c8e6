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

.PHONY: help run test e2e lint proof requirements
help:
	@echo "make run           start a copy at http://localhost:8000 (PORT and DATA_DIR change where)"
	@echo "make test          tests on PostgreSQL and Valkey, then on SQLite (ARGS=... goes to pytest)"
	@echo "make e2e           tests in Chromium"
	@echo "make lint          style, types, import arrows, sizes, templates, migrations"
	@echo "make proof         the whole path on a real data set (REAL_DATA_DIR)"
	@echo "make requirements  lock the requirements anew"

run: $(READY)
	@exec $(BIN)/python manage.py up --with-parent $(ARGS)

test: $(READY)
	@echo "== PostgreSQL and Valkey"
	@$(BIN)/python -m pytest $(ARGS)
	@echo "== SQLite and Valkey"
	@TEST_DATABASE=sqlite $(BIN)/python -m pytest -m "not copy" $(ARGS)

e2e: $(VENV)/.ready-dev
	@$(BIN)/python tools/e2e.py $(ARGS)

lint: $(VENV)/.ready-dev
	@$(BIN)/python tools/lint.py

proof: $(READY)
	@$(BIN)/python tools/proof.py $(ARGS)

requirements: $(VENV)/.uv
	@$(LOCK) --upgrade pyproject.toml -o requirements/base.txt
	@$(LOCK) -c requirements/base.txt pyproject.toml --group local --group test -o requirements/test.txt
	@$(LOCK) -c requirements/test.txt pyproject.toml --group local --group test --group e2e --group lint -o requirements/dev.txt

$(VENV)/.uv: requirements/uv.txt
	@if [ -z "$(PYTHON)" ]; then echo "Chorus needs Python 3.11 or newer; install the package python3."; exit 2; fi
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv is missing; install the package python3-venv."; exit 2; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

$(VENV)/.ready: requirements/test.txt $(VENV)/.uv
	@$(INSTALL) requirements/test.txt
	@touch $@

$(VENV)/.ready-dev: requirements/dev.txt $(VENV)/.uv
	@$(INSTALL) requirements/dev.txt
	@touch $@ $(VENV)/.ready
