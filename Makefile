# `make help` lists what can be made. GNU make 4.3, POSIX sh.

PYTHON ?= python3
UV ?= uv
BIN := .venv/bin
WORKERS ?= 2# Processes of the tests at once.
MAIL ?=
COVERAGE ?=
PYTEST ?=
FUZZ ?= -max_total_time=60
UPGRADE ?=
LOCK = $(UV) pip compile --quiet --universal --generate-hashes --python-version 3.11 $(UPGRADE) \
	--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock'

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo serve test torture fuzz lint style types layers migrations check system-packages lock clean

help: ## Say what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)$$/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F '|' '{ printf "%-24s%s\n", $$1, $$2 }'

setup: .venv/installed ## Make .venv with the locked packages, each checked by its hash

.venv/installed: pyproject.toml requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo 'This needs Python 3.11 or later; name one: make setup PYTHON=python3.11' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo '$(PYTHON) lacks venv; run: apt-get install python3-venv' >&2; exit 1; }
	@echo 'Making .venv with $(PYTHON) ...'
	@$(PYTHON) -m venv .venv
	@echo 'Installing what requirements/dev.txt locks ...'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@echo 'Installing intake and digest from this folder ...'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
	@echo 'Done: $(BIN)/intake and $(BIN)/digest are there.'

demo: setup ## Tour the whole service in a minute; with MAIL=path on your own mail, read only
	@$(BIN)/intake demo $(if $(MAIL),--mail '$(MAIL)')

serve: setup ## Run the service with config/ and the data folder var/
	@$(BIN)/intake serve

test: setup system-packages ## Run all tests but the torture; COVERAGE=yes measures, PYTEST=... adds options
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(if $(COVERAGE),--cov --cov-report=term) $(PYTEST)

torture: setup system-packages ## Run the long tests: kill -9 two hundred times, and their like
	$(BIN)/python -m pytest -m torture $(PYTEST)

fuzz: setup ## Try random octets on the decoders for a minute; FUZZ=-max_total_time=3600 an hour
	$(BIN)/python tests/fuzz/decode.py $(FUZZ)

lint: style types layers migrations ## Check style, types, layers and migrations, without running tests

style: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: setup
	$(BIN)/mypy

layers: setup
	$(BIN)/lint-imports

migrations: setup
	@echo 'alembic check, on an empty store brought to head'
	@store=$$(mktemp -d) && export INTAKE_STORE_URL="sqlite:///$$store/intake.db" && \
		$(BIN)/alembic upgrade head && $(BIN)/alembic check; \
		status=$$?; rm -r "$$store"; exit $$status

check: lint ## Do all that must pass before a commit: lint, then the tests with branch coverage
	@$(MAKE) --no-print-directory test COVERAGE=yes

# As root on Debian, installs what is missing; otherwise says how, and goes on: the tests name what they miss.
system-packages:
	@missing=$$(sed '/^#/d' tests/system-packages.txt | while read -r package program; do \
		command -v "$$program" >/dev/null || test -e "$$program" || ls /usr/lib/postgresql/*/bin/"$$program" >/dev/null 2>&1 || \
		printf '%s ' "$$package"; done); \
	test -n "$$missing" || exit 0; \
	if test "$$(id -u)" = 0 && command -v apt-get >/dev/null; then \
		echo "Installing for the tests: $$missing"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends $$missing; \
	else false; fi || echo "Some tests cannot run; for them, as root: apt-get install $$missing"

lock: ## Renew requirements/ from pyproject.toml, with uv; UPGRADE=--upgrade takes newer versions
	$(LOCK) pyproject.toml --all-extras --group dev -o requirements/dev.txt
	$(LOCK) pyproject.toml --extra postgres -o requirements/postgres.txt
	$(LOCK) pyproject.toml -o requirements/runtime.txt
	$(LOCK) --group pyproject.toml:build -o requirements/build.txt

clean: ## Remove what was made, .venv too; var/ and your record stay
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage .coverage.*
	find intake digest migrations tests -name __pycache__ -type d -prune -exec rm -r {} +
