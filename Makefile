# Everything runs in .venv, installed from the hashed locks. `make help` lists the commands.
.DEFAULT_GOAL := help
.PHONY: help report test check lab accept simulate fuzz bench locks sample codebook clean
PYTHON ?= python3
WORKERS ?= 2
BIN := .venv/bin
SALESNB := $(BIN)/salesnb
# compiled at install: without it every kernel would compile pandas and scikit-learn anew
export UV_COMPILE_BYTECODE = 1
# a bare machine may forbid writing bytecode; the locks are compiled all the same
unexport PYTHONDONTWRITEBYTECODE

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /|/' | awk -F'|' '{printf "  make %-10s %s\n", $$1, $$2}'

report: .make/run  ## the month of the sample company for every channel
	@$(SALESNB) run --params params/sample.yaml

test: .make/test  ## every test, two files at a time (WORKERS=N: so many)
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile --no-loadscope-reorder --doctest-modules
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile --nbval --nbval-current-env --nbval-sanitize-with tests/notebooks/sanitize.cfg --ignore notebooks/explore.ipynb notebooks

check: .make/test  ## lint, types, layers and doctests in under a minute
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/python -m pytest -q --doctest-modules salesnb tests/test_layers.py tests/test_setup.py

lab: .make/lab  ## JupyterLab on the notebooks, the tutorial first
	@$(BIN)/jupyter lab --notebook-dir . notebooks/tutorial.ipynb

accept: .make/test  ## re-execute the notebooks on the sample and keep their outputs: look at the diff
	@$(BIN)/python tools/accept_notebooks.py

simulate: .make/test  ## every bar of the method at full size, a quarter of an hour
	@OMP_NUM_THREADS=1 $(BIN)/python -m tests.simulation

fuzz: .make/test  ## long random tests of reading, measures and whole pages; 2,000 mutants of every preset
	@$(BIN)/python -m pytest -q -n 2 --hypothesis-profile=fuzz -m "not browser" tests
	@OMP_NUM_THREADS=1 $(BIN)/python -m tests.mutants --each 2000 --jobs 2

bench: .make/test  ## every speed claim, as a ratio, into docs/benchmarks.md (LEAN=, FULL=: other interpreters)
	@$(BIN)/python benchmarks/write.py $(if $(LEAN),--lean $(LEAN)) $(if $(FULL),--full $(FULL))

sample: .make/run  ## make the sample company again (same seed, same bytes)
	@$(BIN)/python data/sample/make_sample.py

codebook: .make/run  ## write docs/codebook.md and environment.yml from their sources
	@$(BIN)/python tools/make_codebook.py
	@$(BIN)/python tools/make_environment.py

locks: .make/run  ## resolve every dependency anew
	@sh tools/make_locks.sh

clean:  ## remove the environment, the store and the reports
	rm -rf .venv .make .salesnb reports

# ---- the environment: made from the locks, quick when nothing changed -------------------------------------------------

.venv/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "salesnb needs Python >= 3.11; this is $$($(PYTHON) --version). Name another: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "This Python cannot make environments: install python3-venv (Debian, Ubuntu: apt-get install python3-venv)."; exit 1; }
	@echo "setting up .venv …"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.9"

.make/run: requirements/run.lock pyproject.toml | .venv/bin/uv
	@$(MAKE) --no-print-directory install LOCK=run

.make/test: requirements/test.lock pyproject.toml | .venv/bin/uv
	@$(MAKE) --no-print-directory install LOCK=test
	@touch .make/run

.make/lab: requirements/lab.lock pyproject.toml | .venv/bin/uv
	@$(MAKE) --no-print-directory install LOCK=lab
	@touch .make/run

.PHONY: install
install:
	@echo "installing requirements/$(LOCK).lock …"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/$(LOCK).lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps -e .
	@mkdir -p .make && touch .make/$(LOCK)
