# Needs Python 3.11 or newer, make and git; everything else goes into .venv.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
.DEFAULT_GOAL := help
# What was compiled is kept, also where the environment says otherwise: each worker and each of the
# processes that tests start would do it anew, which takes as long as many a test.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help:  ## Show what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: install  ## Play a stretch of a term, agent against mocks (DEMO_ARGS="--no-serve ...")
	@$(BIN)/passback demo $(DEMO_ARGS)

.PHONY: test
test: install  ## Run every test, the slow ones too (TEST_ARGS="-k ...")
	$(BIN)/pytest -n 2 --dist loadscope $(TEST_ARGS)

.PHONY: check
check: lint  ## Lint, then every test that is not slow: what a change must pass
	$(BIN)/pytest -n 2 -m "not slow and not containers" $(TEST_ARGS)

.PHONY: lint
lint: install  ## Format, ruff, mypy, the arrows between the packages, and what they depend on
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .

.PHONY: format
format: install  ## Format the code and mend what ruff can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: bench
bench: install  ## Measure the agent and the mocks (BENCH_ARGS="...")
	$(BIN)/python -m bench $(BENCH_ARGS)

.PHONY: load
load: install  ## Play every kind of night that this machine can take (LOAD_ARGS="--workers 2 ...")
	$(BIN)/python -m load.matrix $(LOAD_ARGS)

.PHONY: scale
scale: install  ## Plan a larger fleet (SCALE_ARGS="constants|measure|night ..."), see docs/run/fleet/scale.md
	$(BIN)/python -m load.scale $(SCALE_ARGS)

.PHONY: usage
usage: install  ## Measure anew which parts of the contracts the agent uses; takes minutes
	$(BIN)/python -m tests.contracts.drift.usage.measure

.PHONY: docs
docs: install  ## Write what docs/ has from the code: commands, codes, operations, proofs, faults ...
	$(BIN)/python -m contracts.operations > docs/trust/operations.md
	$(BIN)/python -m contracts.sources > docs/trust/sources.md
	$(BIN)/python -m contracts.drift.page > docs/trust/divergences.md
	$(BIN)/python -m contracts.uat.acceptance.page > docs/trust/guides.md
	$(BIN)/python -m tests.meta.proofs > docs/trust/proofs.md
	$(BIN)/python -m tests.meta.faults > docs/trust/faults.md
	$(BIN)/python -m tools.reference
	$(BIN)/python -m load.scale docs docs/run/fleet/scale.md
	$(BIN)/python -m tools.release licences > docs/reference/licences.md

.PHONY: site
site: install  ## Build the documentation as a site, into build/docs
	@$(BIN)/python -m tools.site

.PHONY: pictures
pictures: install  ## Take the pictures of the docs anew, in a browser (PICTURES="district demo")
	$(BIN)/python -m tools.pictures $(PICTURES)

# Versions come from the public index alone, whatever this machine's pip is set up with.
COMPILE := env -u PIP_FIND_LINKS -u PIP_EXTRA_INDEX_URL PIP_CONFIG_FILE=/dev/null \
  $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --unsafe-package=passback \
  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host

.PHONY: lock
lock: install  ## Bring the lock files up to date with pyproject.toml (LOCK_ARGS="--upgrade")
	$(COMPILE) --extra=dev --build-deps-for=editable -o requirements.lock $(LOCK_ARGS) pyproject.toml
	$(COMPILE) --extra=serve -o requirements-agent.lock -c requirements.lock $(LOCK_ARGS) pyproject.toml
	$(COMPILE) --extra=fleet -o requirements-fleet.lock -c requirements.lock $(LOCK_ARGS) pyproject.toml
	$(COMPILE) --extra=mock -o requirements-mock.lock -c requirements.lock $(LOCK_ARGS) pyproject.toml
	$(COMPILE) --extra=contract -o requirements-contract.lock -c requirements.lock $(LOCK_ARGS) pyproject.toml
	$(COMPILE) --extra=uat -o requirements-uat.lock -c requirements.lock $(LOCK_ARGS) pyproject.toml
	$(COMPILE) --extra=load -o requirements-load.lock -c requirements.lock $(LOCK_ARGS) pyproject.toml
	$(COMPILE) --only-build-deps --build-deps-for=wheel -o requirements-build.lock -c requirements.lock \
	  $(LOCK_ARGS) pyproject.toml
	@rm -rf passback.egg-info  # else Python finds the commands of that day in it

.PHONY: dist
dist: install  ## Build a release of the last commit into dist/: wheel, sdist, SBOM, licences
	$(BIN)/python -m tools.release dist

.PHONY: install
install: .venv/.passback  ## Put what the lock says into .venv, and passback itself, editable

.venv/.passback: .venv/.requirements pyproject.toml
	@$(BIN)/python -m pip install -qq --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.requirements: requirements.lock
	@echo "installing into .venv (once, and again when requirements.lock changes)" >&2
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

.PHONY: clean
clean:  ## Remove what was built, .venv included
	rm -rf .venv build dist *.egg-info .coverage .*_cache .hypothesis .schemathesis
