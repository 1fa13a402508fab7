# What a person does with this project. Needs Python 3.11 with pip and venv, and make;
# for Kafka also Java 17 and Maven.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
INSTALLED := .venv/.installed
ASSETS := services/gateway/pages/assets/NOTICES.json
CODE := services shared goldenthread bench tests deploy

# Else every process that a test starts would compile all sources again.
unexport PYTHONDONTWRITEBYTECODE

.DELETE_ON_ERROR:
.PHONY: setup check test demo kafka crash events lock clean

setup: $(INSTALLED) $(ASSETS)

$(INSTALLED): requirements-dev.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(ASSETS): package.json package-lock.json .npmrc deploy/build_assets.py $(shell find services/gateway/pages/styles -name '*.scss') $(INSTALLED)
	$(BIN)/python deploy/build_assets.py

check: setup
	! grep -rnE '^(<{7}|>{7}) ' --include='*.*' $(CODE) docs *.md
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/pyright
	$(BIN)/lint-imports
	$(MAKE) test

test: setup
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

demo: setup
	$(BIN)/goldenthread demo --bus $(or $(BUS),feed)

kafka: setup
	$(BIN)/goldenthread kafka

crash: setup
	$(BIN)/python -m tests.crash --kills $(or $(N),2000) --seed $(or $(SEED),0)

events: setup
	$(BIN)/python -m services.gateway.partners.documents > docs/events/asyncapi.json.new
	mv docs/events/asyncapi.json.new docs/events/asyncapi.json

lock: $(INSTALLED)
	$(BIN)/uv pip compile pyproject.toml --quiet --upgrade --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -o requirements.txt
	$(BIN)/uv pip compile pyproject.toml --extra dev --constraint requirements.txt --quiet --upgrade --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -o requirements-dev.txt
	$(BIN)/npm install --package-lock-only --loglevel=error

clean:
	rm -rf .venv node_modules build services/gateway/pages/assets services/gateway/pages/assets.new .pytest_cache .ruff_cache .hypothesis .import_linter_cache goldenthread.egg-info
