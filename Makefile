# `make` alone says what there is to do. Needs Python 3.11 or newer; PYTHON=/path/to/python3 chooses one.

VENV    := .venv
GRAPH   := build/itgraph.trig
PORT    := 8000
RUNTIME := $(VENV)/.installed-runtime
DEV     := $(VENV)/.installed-dev
WEB     := build/web/yasgui/LICENSES.txt

# What `make run` asks the graph once it is built: arguments of `itgraph`, one question each.
ASK_LINEAGE := lineage Radiology-GPT --up
ASK_QUERY   := query teachers-of-model model=Radiology-GPT
ASK_SHOW    := show Alpaca --kind model

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test lint format data docs wheel pictures lock clean

# $(call itgraph,arguments): show the command as a reader would type it, then run it.
define itgraph
@printf '\n$$ itgraph %s\n' '$(1)'
@$(VENV)/bin/itgraph $(1)
endef

# $(call install,lock file): the locked packages, each checked against its hash, then this package itself, which needs
# nothing more (--no-index: nothing that is not in the lock file is ever fetched).
define install
@echo "Installing the packages of $(1) into $(VENV) (only this once) ..."
@$(PIP) install --require-hashes --requirement $(1) || { $(INSTALL_HELP) exit 1; }
@$(PIP) install --no-index --no-deps --no-build-isolation --editable .
@touch $@
endef

PIP := $(VENV)/bin/python -m pip --quiet --disable-pip-version-check --no-input

INSTALL_HELP = { \
	echo; \
	echo "The packages could not be installed (see above)."; \
	echo "  Without network: connect once and run the same command again; later runs need no network."; \
	echo "  With the wheels in a folder: PIP_NO_INDEX=1 PIP_FIND_LINKS=folder make $(or $(MAKECMDGOALS),run)"; \
	echo "  If a hash did not match: the file is not the one that was tested; do not install it by hand."; \
	} >&2;

help: ## say what there is to do
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(RUNTIME) $(WEB) ## build the graph, check it, ask it three questions, and serve it (PORT=8080 for another port)
	@mkdir -p $(dir $(GRAPH))
	$(call itgraph,build -o $(GRAPH))
	$(call itgraph,validate $(GRAPH))
	$(call itgraph,stats -g $(GRAPH))
	$(call itgraph,$(ASK_LINEAGE))
	$(call itgraph,$(ASK_QUERY))
	$(call itgraph,$(ASK_SHOW))
	@printf '\nThe graph is %s. More: %s --help\nOpen the address below in a browser; Ctrl-C ends it.\n' \
		'$(GRAPH)' '$(VENV)/bin/itgraph'
	$(call itgraph,serve -g $(GRAPH) --port $(PORT))

test: lint $(WEB) ## lint, then run the tests (TESTS="tests/test_errors.py -k line" for some of them)
	$(VENV)/bin/python -m pytest $(TESTS)

lint: $(DEV) ## check style, types and the order of imports
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

format: $(DEV) ## put the code into its format
	$(VENV)/bin/ruff check --fix
	$(VENV)/bin/ruff format

data: $(RUNTIME) ## read a snapshot again (ID=2024-10-15 README=path/to/README.md), and build data/itgraph.trig
	@test -n "$(ID)" -a -f "$(README)" || { echo "make data needs ID=2024-10-15 README=path/to/README.md" >&2; exit 2; }
	$(call itgraph,extract $(README) -o data/$(ID))
	$(call itgraph,build -o data/itgraph.trig)

docs: $(DEV) ## build the documentation as a site, into build/docs
	@$(VENV)/bin/python -m docs.make --site
	@$(VENV)/bin/python -m mkdocs build --strict
	@echo "The site is in build/docs: open build/docs/index.html"

wheel: $(DEV) ## build the wheel and the source distribution into dist/
	$(VENV)/bin/python -m build --no-isolation

pictures: $(DEV) ## take the pictures of the README anew (needs a Chromium)
	$(VENV)/bin/python docs/pictures.py

lock: ## pin the dependencies of pyproject.toml again, with hashes (UPGRADE=1: newest versions; needs uv)
	@command -v uv >/dev/null || { echo "make lock needs uv: python3 -m pip install uv" >&2; exit 1; }
	@echo "Pinning requirements.lock and requirements-dev.lock ..."
	@$(COMPILE) --group build --extra explore --extra serve --output-file requirements.lock
	@$(COMPILE) --group dev --extra all --constraint requirements.lock --output-file requirements-dev.lock

# --universal: one file for every platform and every Python from 3.11 on.
COMPILE = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade) pyproject.toml

clean: ## remove everything that make has made
	rm -rf build dist $(VENV) .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps: a second run installs nothing unless a lock file or the package's own metadata has changed.
$(RUNTIME): requirements.lock pyproject.toml | $(VENV)/bin/python
	$(call install,requirements.lock)

$(DEV): requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	$(call install,requirements-dev.lock)
	@touch $(RUNTIME)

# YASGUI, the editor of the query page. Without npm or network it is not made, which is said and hinders nothing.
$(WEB): $(wildcard web/*) | $(RUNTIME)
	@$(VENV)/bin/python hatch_build.py

$(VENV)/bin/python:
	@if [ -n "$(PYTHON)" ]; then set -- "$(PYTHON)"; \
	else set -- python3 python3.14 python3.13 python3.12 python3.11 python; fi; \
	bare=; \
	for python do \
		"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		"$$python" -c 'import ensurepip, venv' 2>/dev/null || { bare=$$python; continue; }; \
		echo "Making $(VENV) with $$("$$python" --version)"; \
		"$$python" -m venv $(VENV); exit; \
	done; \
	if [ -n "$$bare" ]; then \
		echo "$$bare cannot make a virtual environment; on Debian and Ubuntu: apt install python3-venv" >&2; \
	else \
		echo "itgraph needs Python 3.11 or newer, and found none as: $$*" >&2; \
		echo "Install one, or say where it is: make PYTHON=/path/to/python3 $(or $(MAKECMDGOALS),run)" >&2; \
	fi; \
	exit 1
