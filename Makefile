# `make demo` and `make test` do all of their own set-up; everything lives in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# Many tests wait for sockets and disks: more of them than cores may run at a time.
WORKERS ?= 4

# What `make bench` is to do otherwise, as in: make bench BENCH='--sizes 10000,100000 --readme README.md'
BENCH ?=

.PHONY: demo test faults lint types contracts wheel check bench clean

demo: $(STAMP)
	$(BIN)/workbench demo

test: $(STAMP)
	$(BIN)/python -m pytest --numprocesses $(WORKERS) -m 'not alone'
	$(BIN)/python -m pytest -m alone

faults: $(STAMP)
	WORKBENCH_FAULTS=long $(BIN)/python -m pytest tests/faults

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy

contracts: $(STAMP)
	$(BIN)/lint-imports --no-cache

wheel: $(STAMP)
	rm -rf build dist
	$(BIN)/python -m build --wheel --no-isolation --outdir dist . >/dev/null
	$(BIN)/python .ci/wheel_contents.py dist

check: test lint types contracts wheel

bench: $(VENV)/.bench
	$(BIN)/python tests/bench $(BENCH)

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@

$(VENV)/.bench: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev,bench]'
	touch $@

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
