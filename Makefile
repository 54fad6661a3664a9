# `make demo` and `make test` do all of their own set-up; everything lives in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# Many tests wait for sockets and disks: more of them than cores may run at a time.
WORKERS ?= 5
# Their tables are tiny: threads for them cost more than they bring (`make faults` and `make bench` leave polars its own).
THREADS ?= 1
# Where there is a disk in memory with room (4 GB), what the tests write goes there: a real one only makes them wait.
TMPDIR ?= $(shell test "0$$(df -Pm /dev/shm 2>/dev/null | awk 'NR == 2 {print $$4}')" -gt 4096 && echo /dev/shm || echo /tmp)
# Hundreds of tests start the command as a process of its own: what Python compiled is kept, whatever the environment says.
unexport PYTHONDONTWRITEBYTECODE

# What is installed is compiled on all cores (pip takes one), but for what nobody here imports, two fifths of it.
UNREAD := phonenumbers/(geodata|carrierdata|tzdata)/|/(pip|setuptools|pkg_resources|mypyc|tests?)/

# What `make bench` is to do otherwise, as in: make bench BENCH='--sizes 10000,100000 --readme README.md'
BENCH ?=

.PHONY: demo test together alone faults lint types contracts wheel check bench works clean

demo: $(STAMP)
	$(BIN)/workbench demo

test: together alone

together: $(STAMP)
	-$(BIN)/python .ci/compile_tests.py tests
	TMPDIR=$(TMPDIR) POLARS_MAX_THREADS=$(THREADS) $(BIN)/python -m pytest --numprocesses $(WORKERS) -m 'not alone'

alone: $(STAMP)
	TMPDIR=$(TMPDIR) $(BIN)/python -m pytest -m alone tests/notebook

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
	rm -rf build/lib build/bdist.* dist  # what the bench writes there stays: in CI it runs beside this
	$(BIN)/python -m build --wheel --no-isolation --outdir dist . >/dev/null
	$(BIN)/python .ci/wheel_contents.py dist

check: test lint types contracts wheel

# The bench works at its smallest size: what it measures is looked at by nobody here. Left out is what is like another case.
CASES := load,open,search,fields,sort,stage,preview,plan,load from the API,commit,grid,whole
works: $(STAMP)
	$(BIN)/python tests/bench --sizes 200 --repeat 1 --only "$(CASES)"

bench: $(VENV)/.bench
	$(BIN)/python tests/bench $(BENCH)

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --constraint constraints.txt --editable '.[dev]'
	-$(BIN)/python -m compileall -qq -j 0 -x '$(UNREAD)' $$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))') workbench screens
	touch $@

$(VENV)/.bench: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev,bench]'
	touch $@

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
