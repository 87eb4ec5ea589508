# Everything a developer runs. Needs Python 3.11 or newer, make, and a package index that pip can reach.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# The first interpreter that is new enough and can make an environment.
PYTHON ?= $(shell for python in python3.11 python3 python3.12 python3.13; do \
	"$$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && break; \
	done)
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check
INSTALL := $(PIP) install --quiet -c constraints.txt
INPUTS := pyproject.toml constraints.txt
WHEEL := build/wheel
LOWEST := .venv-lowest

.PHONY: demo test check format bench bench-memory wheel docs kill lowest clean help

demo: $(VENV)/.installed ## a guided tour in the terminal, without a key or a model
	$(VENV)/bin/memos demo

test: $(VENV)/.installed-dev ## the whole test suite, crash tests and benchmarks excepted
	$(PY) -m pytest $(ARGS)

check: $(VENV)/.installed-dev ## formatting, lint, types, import contracts, import time
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports --no-logo
	@for run in 1 2 3 4 5; do \
		$(PY) -c 'from time import perf_counter as now; start = now(); import memos_core; print(f"{now() - start:.3f}")'; \
	done | sort -n | sed -n '1s/.*/import memos_core takes & s, best of 5 (promised: under 0.3 s)/p'

format: $(VENV)/.installed-dev ## rewrite the code as `make check` wants it
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

bench: $(VENV)/.installed-dev ## benchmarks beside other stores; takes a while
	$(INSTALL) -e ".[all,bench]"
	$(PY) -m tests.bench $(ARGS)

# DATA holds locomo/*.json, beam/100K/<chat>/ and prefeval/, as published. Stores and results stay in build/.
BENCH_MEMORY = $(VENV)/bin/memos bench $(1) --data $(2) --out docs/bench-memory --kept build/bench-memory $(ARGS)
bench-memory: $(VENV)/.installed-dev ## recall on LoCoMo, BEAM and PrefEval: make bench-memory DATA=path
	@[ -d "$(DATA)" ] || { echo "Name the data: make bench-memory DATA=path, see docs/evaluation.md" >&2; exit 1; }
	$(INSTALL) -e ".[all,bench]"
	$(call BENCH_MEMORY,locomo,$(firstword $(wildcard $(DATA)/locomo/*.json)))
	$(call BENCH_MEMORY,beam,$(DATA)/beam/100K)
	$(call BENCH_MEMORY,prefeval,$(DATA)/prefeval)

# The wheel is tested in an environment of its own. A .pth lends it the dependencies that are installed already;
# .pth files in there are not read, so the editable install of the tree stays out of sight.
wheel: $(VENV)/.installed-dev ## build the wheel, then run smoke and unit tests against it, installed
	rm -rf dist $(WHEEL)
	$(PY) -m build --no-isolation --outdir dist .
	$(PY) -m venv --without-pip $(WHEEL)/venv
	$(PY) -c 'import sysconfig; print(sysconfig.get_path("purelib"))' > $(WHEEL)/dependencies.pth
	cp $(WHEEL)/dependencies.pth "$$($(WHEEL)/venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/"
	$(PIP) --python $(WHEEL)/venv/bin/python install --quiet --no-deps --no-index dist/*.whl
	mkdir $(WHEEL)/run
	cp -R pyproject.toml $(wildcard tests examples docs README.md) $(WHEEL)/run/
	cd $(WHEEL)/run && ../venv/bin/python -m tests.wheel_smoke
	cd $(WHEEL)/run && ../venv/bin/python -m pytest -c pyproject.toml --installed-in=../venv \
		$$(for part in unit contract integrations test_architecture.py; do [ ! -e tests/$$part ] || echo tests/$$part; done) $(ARGS)

docs: $(VENV)/.installed-dev ## run every snippet of the README and the documentation
	$(PY) -m pytest tests/test_docs.py $(ARGS)

kill: $(VENV)/.installed-dev ## the crash suite: processes killed at random moments
	$(PY) -m pytest -m kill $(ARGS)

lowest: $(LOWEST)/.installed ## the tests of integrations and core with the lowest supported releases
	$(LOWEST)/bin/python -m pytest -m "not kill and not bench" tests/test_lowest.py tests/integrations tests/contract tests/e2e $(ARGS)

clean: ## remove what was built and cached; the environment stays
	rm -rf build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

help: ## this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "make %-12s %s\n", $$1, $$2 }'

# A stamp is written after its install has succeeded; it is renewed when the inputs are newer.
$(VENV)/.installed: $(INPUTS)
	@[ -n "$(PYTHON)" ] || { echo "No Python 3.11 or newer with venv was found. Name one: make PYTHON=/path/to/python" >&2; exit 1; }
	rm -f $@ $(VENV)/.installed-dev
	$(PIP) --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	$(PIP) install --quiet --upgrade "pip>=25.1"
	$(INSTALL) -e ".[all]"
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	rm -f $@
	$(INSTALL) -e ".[all]" --group dev
	touch $@

# Without the extras that need PyTorch: no integration does.
$(LOWEST)/.installed: pyproject.toml constraints-lowest.txt
	@[ -n "$(PYTHON)" ] || { echo "No Python 3.11 or newer with venv was found. Name one: make PYTHON=/path/to/python" >&2; exit 1; }
	rm -f $@
	$(PYTHON) -m venv --clear $(LOWEST)
	$(LOWEST)/bin/python -m pip install --quiet --upgrade "pip>=25.1"
	$(LOWEST)/bin/python -m pip install --quiet -c constraints-lowest.txt \
		-e ".[langchain-classic,langgraph,llama-index,openai,cli,tokens]" --group test
	touch $@
