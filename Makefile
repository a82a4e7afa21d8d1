.PHONY: serve curate test lint fmt vendor screenshots bench release clean
VENV := .venv
BIN := $(VENV)/bin

serve: $(VENV)/installed
	$(BIN)/ccn serve

curate: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --editable ".[curate]"
	@echo "Now type: source $(BIN)/activate"

test: lint
	$(BIN)/python -m pytest -n 2 --dist worksteal

lint: $(VENV)/developed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

fmt: $(VENV)/developed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/ccn fmt
	$(BIN)/ccn schemas

vendor:
	cd vendor && npm ci --no-audit --no-fund && npm run --silent build -- ../src/ccn_kb/site/static/vendor

screenshots: $(VENV)/developed
	$(BIN)/python -m benchmarks.screenshots

bench: $(VENV)/developed
	$(BIN)/python -m pip install --quiet --group bench
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.serving
	$(BIN)/python -m benchmarks.lighthouse

release: $(VENV)/developed
	$(BIN)/python -m release

clean:
	rm -rf $(VENV) ccn.db

$(VENV)/bin/python:
	python3 -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"

$(VENV)/installed: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/developed: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --group dev
	touch $@
