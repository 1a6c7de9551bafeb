# Guanjia 管家. Two commands on a fresh machine: make up, make test. Paths here are relative, so that the checkout may
# lie in a folder with spaces in its name.
SHELL = /bin/sh
.DEFAULT_GOAL = help
.PHONY: help up down demo test check fix docs bench soak search clean environment environment-dev

VENV = .venv/bin
# Three processes share the tests; two begin with those that start whole houses or Airflow, which take longest and mostly wait.
TESTS = tests/end_to_end tests/dags tests/unit tests/repository tests/truth tests/database
# Compiled modules are kept even where a machine's environment says otherwise: hundreds of processes would compile them.
PYTEST = env -u PYTHONDONTWRITEBYTECODE $(VENV)/python -m pytest -n 3 --dist loadscope --no-loadscope-reorder

help:  ## list the targets
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{printf "%-16s%s\n", $$1, $$2}'

up: environment  ## install what is missing and start the house; the first time with a sample company (Ctrl-C stops it)
	@$(VENV)/guanjia up --demo

down: environment  ## stop what this home has started
	@$(VENV)/guanjia down

demo: environment  ## a sample company and every pipeline once, without pages
	@$(VENV)/guanjia demo

test: check  ## everything CI runs: checks, then tests
	@$(PYTEST) -m "not soak" $(TESTS)

check: environment-dev  ## format, lint, types, walls, SQL, spelling, generated docs
	@$(VENV)/python tools/check.py

fix: environment-dev  ## format and repair what can be repaired by itself
	@$(VENV)/ruff check --fix --quiet . || true
	@$(VENV)/ruff format .
	@$(VENV)/sqlfluff fix --quiet sql || true

docs: environment-dev  ## write the generated documentation
	@$(VENV)/guanjia docs

bench: environment-dev  ## every benchmark against its yardstick
	@$(VENV)/guanjia bench all

soak: environment-dev  ## long simulations and hundreds of kills
	@$(VENV)/python -m pytest -m soak --timeout=7200

search: environment-dev  ## every property with random examples, twenty times as many
	@$(PYTEST) -m "hypothesis and not soak" --hypothesis-profile=search --timeout=7200 tests

clean: environment  ## stop the house and remove its state, var/ (GUANJIA_HOME), after asking
	@sh tools/clean.sh

environment:
	@sh tools/environment.sh run

environment-dev:
	@sh tools/environment.sh dev
