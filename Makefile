# Two commands matter: `make demo` and `make test`. Everything they need is installed by them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test clients fences format lock bench backup restore system system-browser clean help

help:
	@echo "make demo    start a populated portal on http://127.0.0.1:$${PORT:-8000}"
	@echo "make test    run all tests, in a real browser and with a real worker too"
	@echo "make fences  formatting, types, layers, templates, migrations"
	@echo "make bench   benchmarks, as ratios against a floor in the same run"
	@echo "make lock    pin requirements again"
	@echo "make backup FOLDER=…    copy database and files; make restore FOLDER=… brings them back and checks them"

$(VENV)/ready-base: requirements/base.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "The venv module is missing: apt-get install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/base.txt
	@touch $@

$(VENV)/ready-dev: requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "The venv module is missing: apt-get install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $(VENV)/ready-base $@

system:
	@sh bin/system pdf

system-browser:
	@sh bin/system pdf browser

demo: system $(VENV)/ready-base
	@exec $(BIN)/python manage.py demo

CLIENTS := tests/control/node

# Unmodified Node clients of the control plane. Without Node their tests say that they were left out.
$(CLIENTS)/node_modules/.ready: $(CLIENTS)/package-lock.json
	@if command -v npm >/dev/null; then cd $(CLIENTS) && npm ci --silent --omit-lockfile-registry-resolved && touch node_modules/.ready; fi

clients: $(CLIENTS)/node_modules/.ready

test: system-browser $(VENV)/ready-dev clients
	@$(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

fences: $(VENV)/ready-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy .
	@$(BIN)/lint-imports
	@$(BIN)/djlint --lint templates --quiet
	@HOLDFAST_MODE=local $(BIN)/python manage.py makemigrations --check --dry-run

format: $(VENV)/ready-dev
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(VENV)/ready-dev
	@$(BIN)/python -m benchmarks

lock: $(VENV)/ready-dev
	@$(BIN)/python -m pip install -q uv
	@$(BIN)/uv pip compile -q --upgrade --generate-hashes --no-annotate --no-header requirements/dev.in -o requirements/dev.txt
	@$(BIN)/uv pip compile -q --generate-hashes --no-annotate --no-header -c requirements/dev.txt requirements/base.in -o requirements/base.txt

backup: $(VENV)/ready-base
	@$(BIN)/python manage.py backup "$(FOLDER)"

restore: $(VENV)/ready-base
	@$(BIN)/python manage.py restore "$(FOLDER)"

clean:
	rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache
