.PHONY: serve curate edition archive test lint fmt api messages lock vendor screenshots bench pythons lowest datasette-alpha release dist clean
VENV := .venv
PYTHON := python3
BIN = $(VENV)/bin
UV := "uv>=0.13,<0.14"
# What serving needs (no extra), and what the tests need beside it.
SITE_LOCK := src/ccn_kb/publication/requirements.txt
TESTS_LOCK := requirements-dev.txt
LOCK = $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes --no-header
PYTEST = $(BIN)/python -m pytest -n 2 --dist worksteal

serve: $(VENV)/installed
	$(BIN)/ccn serve

curate: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --editable ".[curate]"
	@echo "Now type: source $(BIN)/activate"

# Writes the whole site as files into dist/site: make edition URL=https://cities.example.org
URL :=
ISSUES :=
edition: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --editable ".[export]"
	mkdir -p dist
	$(BIN)/ccn publish dist/site --static --url "$(URL)" $(if $(ISSUES),--issues "$(ISSUES)")

# Packs that as one zip file for archives, the same bytes for the same commit.
archive: edition
	$(BIN)/python -m release.archive dist/site

test: lint
	$(PYTEST)

lint: $(VENV)/developed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/zizmor --offline --pedantic --quiet .github
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.dependabot .github/dependabot.yml

fmt: $(VENV)/developed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/ccn fmt
	$(BIN)/ccn schemas

# Writes docs/api.md from the docstrings.
api: $(VENV)/developed
	$(BIN)/python -m release.api_reference

# Updates the catalogues of the site's languages from the code, the templates and the data.
messages: $(VENV)/developed
	$(BIN)/python -m release.messages

# Pins what the tests and the published site run with, by version and hash; pins that still fit stay.
lock: $(BIN)/python
	$(BIN)/python -m pip install --quiet $(UV)
	$(LOCK) --output-file $(SITE_LOCK)
	$(LOCK) --extra all --group dev --constraints $(SITE_LOCK) --output-file $(TESTS_LOCK)

vendor:
	cd vendor && npm ci --no-audit --no-fund && npm run --silent build -- ../src/ccn_kb/site/static/vendor ../src/ccn_kb/publication/vendor

screenshots: $(VENV)/developed
	$(BIN)/python -m benchmarks.screenshots

bench: $(VENV)/developed
	$(BIN)/python -m pip install --quiet --group bench
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.swap

# Runs the tests with each supported Python that is installed: of pyenv, else of the path.
PYTHONS = $(foreach version,3.11 3.12 3.13 3.14,$(firstword $(wildcard $(HOME)/.pyenv/versions/$(version).*/bin/python) $(shell command -v python$(version))))

pythons:
	@failed=; for python in $(PYTHONS); do \
	  venv=.venvs/$$($$python -c 'import sys; print("%d.%d" % sys.version_info[:2])'); echo "== $$venv"; \
	  $(MAKE) --no-print-directory VENV=$$venv PYTHON=$$python $$venv/developed \
	  && $$venv/bin/python -m pytest -n 2 --dist worksteal || failed="$$failed $$venv"; \
	done; test -z "$$failed" || { echo "failed:$$failed"; exit 1; }

# Runs the tests with the oldest versions of the dependencies that pyproject.toml allows; needs Python 3.11.
lowest: VENV := .venvs/lowest
lowest:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1" $(UV)
	$(BIN)/uv pip compile pyproject.toml --quiet --extra all --resolution lowest-direct --output-file $(VENV)/lowest.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-verify-hashes --requirement $(TESTS_LOCK) --overrides $(VENV)/lowest.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	$(PYTEST)

# Lists the tests that fail with the newest alpha of Datasette 1.0; a failure there is not an error here.
datasette-alpha:
	$(MAKE) VENV=.venvs/alpha .venvs/alpha/developed
	-.venvs/alpha/bin/python -m pip install --quiet --upgrade --pre "datasette>=1.0a0"
	-.venvs/alpha/bin/python -m pytest --tb=no -n 2 tests/test_pages.py tests/test_tables.py tests/test_openapi.py

release: $(VENV)/developed
	$(BIN)/python -m release

# Builds the release that this commit is tagged as, into dist/.
dist: $(VENV)/developed
	$(BIN)/python -m release --build

clean:
	rm -rf $(VENV) .venvs ccn.db

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"

$(VENV)/installed: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/developed: $(BIN)/python pyproject.toml $(TESTS_LOCK)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement $(TESTS_LOCK)
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $(VENV)/installed $@
