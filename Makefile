# Everything that people and CI do here. Needs Python 3.11 or newer, pip and a package index; `make help` lists it.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

export PROJECT ARGS PYTHON

INPUTS := pyproject.toml uv.lock src/stockade/__init__.py tools/bootstrap.sh tools/uv-requirements.txt \
	tools/build-constraints.txt

.PHONY: help run test lint format bench clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

run: .venv/.ready-run ## check the example shop, or PROJECT=path (ARGS= passes options on)
	@sh tools/run.sh

test: ## every check: lint, types, imports, the built wheel, tests (what CI runs)
	@sh tools/test.sh

lint: .venv/.ready-test ## ruff, mypy, the import contracts, generated pages and schemas
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@.venv/bin/python tools/build_rule_pages.py --check
	@.venv/bin/python tools/build_policy_page.py --check
	@.venv/bin/python tools/build_figures.py --check
	@.venv/bin/python tools/build_schemas.py --check

format: .venv/.ready-test ## mend formatting and import order, write generated pages and schemas
	@.venv/bin/ruff check --fix-only --quiet
	@.venv/bin/ruff format
	@.venv/bin/python tools/build_rule_pages.py
	@.venv/bin/python tools/build_policy_page.py
	@.venv/bin/python tools/build_figures.py
	@.venv/bin/python tools/build_schemas.py

bench: .venv/.ready-test ## measure speed and precision of check, names and vet beside the peers
	@sh tools/bench.sh

clean: ## remove what was installed or built here
	rm -rf .venv .tools .state dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/.ready-run: $(INPUTS)
	@sh tools/bootstrap.sh run

.venv/.ready-test: $(INPUTS)
	@sh tools/bootstrap.sh test
