# Each target sets up what it needs, in .venv, with the versions of pins.txt.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_CONSTRAINT := $(CURDIR)/pins.txt
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo run test check bench storm floor snapshots clean

demo: $(VENV)/.ready
	@$(BIN)/kustui demo

run: $(VENV)/.ready
	@$(BIN)/kustui

test: $(VENV)/.ready-test
	@# Three at once on two cores: tests wait for programs and servers more than they compute.
	$(BIN)/python -m pytest -n 3 --dist worksteal

check: $(VENV)/.ready-check
	$(BIN)/ruff check src tests
	$(BIN)/ruff format --check src tests
	$(BIN)/mypy

bench: $(VENV)/.ready-test
	$(BIN)/python -m tests.bench

storm: $(VENV)/.ready-test
	$(BIN)/python -m tests.storm

floor: $(VENV)/.ready-test
	$(BIN)/python -m tests.floor

snapshots: $(VENV)/.ready-test
	$(BIN)/python -m pytest tests/ui/test_snapshots.py --snapshot-update
	KUSTUI_PICTURES=1 $(BIN)/python -m pytest tests/gateway/test_chat_in_browser.py tests/web/test_serve.py

$(VENV)/.ready: pyproject.toml pins.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "kustui needs Python 3.11 or newer; say which: make PYTHON=python3.12")'
	@echo 'Setting up (once) ...'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --editable '.[all]'
	@touch $@

$(VENV)/.ready-test: $(VENV)/.ready
	@$(BIN)/python -m pip install --quiet --editable '.[all,test]'
	@touch $@

$(VENV)/.ready-check: $(VENV)/.ready-test
	@$(BIN)/python -m pip install --quiet --editable '.[all,test,check]'
	@touch $@

clean:
	rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache
