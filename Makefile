# The only commands of the project; plain `make` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
PORT ?= 8888
ARGS ?=
BIN := .venv/bin
STAMPS := .venv/stamps
SOURCES := $(shell find labextension -name lib -prune -o -type f -print 2>/dev/null)

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/\1\t\2/' | expand -t 8

lab: $(STAMPS)/install ## set everything up and open JupyterLab on the first notebook (PORT=8888 ARGS="--no-browser")
	@$(BIN)/python tests/tools/free_port.py $(PORT)
	@export JUPYTER_TOKEN=$${JUPYTER_TOKEN:-$$($(BIN)/python -c "import secrets; print(secrets.token_hex(24))")}; \
	echo "JupyterLab: http://127.0.0.1:$(PORT)/lab/tree/00_first_flow.ipynb?token=$$JUPYTER_TOKEN (Ctrl+C ends it)"; \
	exec $(BIN)/jupyter lab --notebook-dir=notebooks --ip=127.0.0.1 --port=$(PORT) --port-retries=0 \
	  $(ROOT_FLAG) $(ARGS) notebooks/00_first_flow.ipynb

demo: $(STAMPS)/install ## do the main job without a browser: the first notebook by papermill, results printed
	@$(BIN)/python tests/tools/demo.py

test: $(STAMPS)/install ## run all tests, browser tests included
	@bash tests/tools/need_tools.sh
	@$(MAKE) --no-print-directory check
	$(BIN)/python -m pytest $(ARGS)

check: $(STAMPS)/install ## lint, types, import rules, front-end unit tests (fast)
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	npm run --silent lint
	npx tsc -b labextension
	npm run --silent test

bench: $(STAMPS)/install ## measure the engine, both beside Node-RED, single nodes (ARGS="--only burst --quick")
	$(BIN)/python tests/bench/run.py $(ARGS)

build: $(STAMPS)/install ## build wheel and sdist into dist/
	$(BIN)/python -m build

fix: $(STAMPS)/install ## format and repair what the linters can repair
	$(BIN)/ruff check --fix . ; $(BIN)/ruff format . ; npm run --silent fix

lock: ## renew requirements.lock and package-lock.json from pyproject.toml and package.json
	bash tests/tools/lock.sh

clean: ## remove what was built and installed
	rm -rf .venv node_modules tests/bench/nodered/node_modules dist labextension/lib vgd_kernel/labextension vgd_kernel/notebook/static tests/artifacts
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help lab demo test check bench build fix lock clean

# JupyterLab refuses to run as root unless told; containers and CI are root.
ROOT_FLAG := $(shell [ "$$(id -u)" = 0 ] && echo --allow-root)

$(STAMPS)/python: requirements.lock
	@$(PYTHON) tests/tools/require.py
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing the locked Python dependencies…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/npm: package.json package-lock.json
	@echo "Installing the locked npm dependencies…"
	@npm ci --silent --no-audit --no-fund
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/install: $(STAMPS)/python $(STAMPS)/npm pyproject.toml $(SOURCES) server_ext/jupyter-config/vgd_server.json vgd_kernel/kernelspec/kernel.json
	@echo "Building the canvas and installing VisualGridDev…"
	@rm -rf vgd_kernel/labextension vgd_kernel/notebook/static
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMPS)/npm && touch $@  # the build runs `npm install`, which renews the lock's date
