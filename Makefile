# Relevo: `make run` starts it, `make test` tests it, `make help` lists the rest.

CC := $(if $(filter default undefined,$(origin CC)),cc,$(CC))
WORKERS ?= auto

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip -qq --disable-pip-version-check
INSTALL_LOCKED := $(PIP) install --require-hashes --no-warn-script-location
STAMPS := $(VENV)/.stamps
KARRIO := .venv-karrio
LINTED := app.py rules engine adapters storage benchmarks tests

# The modules that decide about an order, and those that read it from a store's documents and lay it out in columns. Compiled by
# mypyc they do the same in half the time (docs/adr/0009, docs/adr/0068).
COMPILED := $(addprefix engine/decide/,answer.py chunks.py compiled.py decide.py generated.py indexes.py items.py kept.py leaves.py \
	program.py questions.py reading.py run.py) $(addprefix rules/,facts.py fields/catalogue.py order_document.py placeholders.py values.py) $(addprefix rules/actions/, \
	add_tag.py draft.py hold.py logistics_provider.py operations.py set_service.py validate_service.py) \
	$(addprefix engine/services/deciding/,run_rules.py ship_to_check.py wishes.py) $(addprefix engine/model/,address_check.py) \
	$(addprefix adapters/stores/brightpearl/,bundles.py known_fields.py lines.py mapping.py parties.py raw_values.py) \
	$(addprefix storage/orders/,columns.py terms.py)
PACKAGES := rules engine adapters storage
REMOVE_COMPILED := find $(PACKAGES) -name '*.so' -delete && rm -f *__mypyc*.so

# An environment whose Python has gone, as after an upgrade of the machine, counts as not set up.
$(if $(shell { $(PY) -ISc "" || echo gone; } 2>/dev/null),$(shell rm -rf $(STAMPS)))

SHELL := /bin/sh
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help setup run test test-karrio lint format docs pictures screenshots lock bench fuzz mutants clean

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*##  *\(.*\)/  make \1|\2/p' Makefile | column -t -s '|'

setup: $(STAMPS)/compiled  ## prepare everything that `make run` needs

run: $(STAMPS)/compiled  ## start Relevo on http://127.0.0.1:8080 (PORT=… changes it, DEMO=0 starts empty)
	@$(if $(PORT),RELEVO_PORT='$(PORT)') $(if $(DEMO),RELEVO_DEMO='$(DEMO)') exec $(PY) app.py serve

test: $(STAMPS)/test-libraries $(STAMPS)/peers $(STAMPS)/html $(STAMPS)/compiled  ## run the tests (INSTALL=1 lets it install PostgreSQL, Redis and Chromium by sudo)
	@INSTALL='$(INSTALL)' .ci/install-test-servers
	@exec $(PY) -m pytest -n $(WORKERS) $(ARGS)

test-karrio: $(KARRIO)/.installed  ## run the tests of the carriers by karrio, an extra that this installs into an environment of its own
	@exec $(KARRIO)/bin/python -m pytest -W 'ignore:PyPDF2 is deprecated:DeprecationWarning' $(ARGS) tests/karrio

lint: $(STAMPS)/test-libraries  ## style, types and the direction of imports
	@wrong=0; \
	$(PY) -m ruff check $(LINTED) || wrong=1; \
	$(PY) -m ruff format --check --quiet $(LINTED) || { echo "'make format' puts these files into the code's style."; wrong=1; }; \
	$(PY) -m mypy || wrong=1; \
	$(VENV)/bin/lint-imports --no-logo || wrong=1; \
	exit $$wrong

format: $(STAMPS)/test-libraries  ## put the code into its style
	@$(PY) -m ruff check --fix $(LINTED)
	@$(PY) -m ruff format $(LINTED)

docs: $(STAMPS)/libraries  ## write anew what docs holds of the code: rule reference, schema of rule files, states, carriers' services, settings of stores
	@$(PY) app.py rules schema --language en > docs/rules.schema.json
	@$(PY) app.py rules reference --language en > docs/rule-reference.md
	@$(PY) app.py rules reference --language es > docs/rule-reference.es.md
	@$(PY) -c 'from engine.states_page import states_page; print(states_page(), end="")' > docs/states.md
	@$(PY) -c 'from engine.known_services_page import known_services_page; print(known_services_page(), end="")' > docs/carrier-services.md
	@$(PY) app.py stores reference brightpearl --language en > docs/brightpearl-settings.md
	@$(PY) app.py stores reference brightpearl --language es > docs/brightpearl-settings.es.md

pictures: $(STAMPS)/test-libraries  ## take the pictures of docs/images anew, of a demo that this starts (needs Chromium)
	@$(PY) -m benchmarks.pictures

screenshots: $(STAMPS)/test-libraries  ## take a picture of every page for build/screenshots, and accept the pages as they are now (needs Chromium)
	@INSTALL='$(INSTALL)' .ci/install-test-servers
	@rm -rf build/screenshots build/screenshots-that-differ
	@RELEVO_SCREENSHOTS=accept $(PY) -m pytest -q -n $(WORKERS) tests/browser/test_every_page.py
	@echo "build/screenshots/index.html shows all pictures; git status says which pages changed."

bench: $(STAMPS)/peers $(STAMPS)/compiled  ## measure, also against other rule engines (benchmarks/README.md)
	@exec $(PY) -m benchmarks $(ARGS)

fuzz: $(STAMPS)/test-libraries $(STAMPS)/compiled  ## search at random: 1,000,000 decisions against the reference (DECISIONS=…, SEED=…), and every randomised property
	@RELEVO_HYPOTHESIS=fuzz $(PY) -m pytest -n $(WORKERS) -m hypothesis $(ARGS)
	@exec $(PY) benchmarks/fuzz_decide.py --decisions $(or $(DECISIONS),1000000) --seed $(or $(SEED),1) --processes 0

mutants: $(STAMPS)/test-libraries $(STAMPS)/mutants  ## change 40 things, one at a time, and see whether tests notice (ARGS="--count 10 --seed 2")
	@exec $(PY) -m benchmarks.mutants $(ARGS)

lock: $(STAMPS)/venv  ## compile requirements*.in to versions with hashes (UPGRADE=1 takes the newest)
	@PYTHON='$(abspath $(PY))' UPGRADE='$(UPGRADE)' .ci/lock

clean:  ## remove what these commands made, but never data
	@$(REMOVE_COMPILED)
	@rm -rf $(VENV) $(KARRIO) build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find app.py rules engine adapters storage benchmarks tests -name __pycache__ -type d -prune -exec rm -rf {} +

# An environment that still runs is kept; one whose Python went away, or that was interrupted, is made anew.
$(STAMPS)/venv:
	@python=$$(PYTHON='$(PYTHON)' CC='$(CC)' .ci/find-python) || exit 1; \
	if ! { $(PY) -c "import pip"; } 2>/dev/null; then \
		echo "Making the virtual environment $(VENV) with $$python"; \
		"$$python" -m venv --clear $(VENV) || exit 1; \
	fi
	@mkdir -p $(STAMPS) && touch $@

# durable-rules comes as source and its own build has no optimisation; a wheel that an earlier build left in pip's cache
# may lack it too. Its build tool is pinned by the lock like all else, hence no build isolation. Python 3.13 dropped a name
# that it calls; the one that the name stood for is there on every version.
$(STAMPS)/libraries: requirements.txt | $(STAMPS)/venv
	@echo "Installing the libraries (requirements.txt)"
	@sed '/^durable-rules==/,/[^\\]$$/d' requirements.txt > $(STAMPS)/wheels.txt
	@sed -n '/^durable-rules==/,/[^\\]$$/p' requirements.txt > $(STAMPS)/durable.txt
	@$(INSTALL_LOCKED) -r $(STAMPS)/wheels.txt
	@echo "Building durable-rules"
	@CC='$(CC) -O2 -DPyEval_CallObject=PyObject_CallObject' $(INSTALL_LOCKED) --no-deps --no-cache-dir --force-reinstall --use-pep517 --no-build-isolation -r $(STAMPS)/durable.txt
	@touch $@

# A constant of any module may be compiled into another, so their neighbours count too. Without it everything works the same.
$(STAMPS)/compiled: Makefile $(wildcard rules/*.py rules/*/*.py engine/*.py engine/*/*.py engine/services/deciding/*.py \
		adapters/stores/brightpearl/*.py storage/orders/*.py) $(STAMPS)/libraries
	@echo "Compiling the modules that decide"
	@$(REMOVE_COMPILED) && mkdir -p build
	@{ CC='$(CC)' $(PY) -m mypyc $(COMPILED) > build/compile.log 2>&1 && find $(PACKAGES) -name '*.so' -exec touch {} +; } || \
		{ $(REMOVE_COMPILED); echo "That failed (build/compile.log says why): Relevo works without it, and decides half as fast."; }
	@touch $@

$(STAMPS)/test-libraries: requirements-test.txt $(STAMPS)/libraries
	@echo "Installing what the tests need (requirements-test.txt)"
	@$(INSTALL_LOCKED) -r requirements-test.txt
	@touch $@

# Beside the environment, whose libraries it sees, so that nothing else is ever tested with karrio in it.
$(KARRIO)/.installed: requirements-karrio.txt $(STAMPS)/test-libraries
	@echo "Installing karrio (requirements-karrio.txt)"
	@$(PY) -m venv --clear $(KARRIO)
	@libraries=$$($(PY) -c 'import sysconfig; print(sysconfig.get_path("purelib"))') && \
	echo "$$libraries" > "$$($(KARRIO)/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/relevo.pth"
	@$(KARRIO)/bin/python -m pip -qq --disable-pip-version-check install --require-hashes --no-warn-script-location -r requirements-karrio.txt
	@touch $@

# What looks over the pages' HTML: a Java program that comes by npm.
$(STAMPS)/html: tests/html/package-lock.json | $(STAMPS)/venv
	@if command -v npm >/dev/null; then \
		mkdir -p $(VENV)/html && cp tests/html/package.json tests/html/package-lock.json $(VENV)/html/ && \
		npm ci --prefix $(VENV)/html --no-audit --no-fund --loglevel error || \
		{ rm -rf $(VENV)/html; echo "npm could not install the HTML checker: its test is skipped."; }; \
	else echo "npm is not here: the test of the pages' HTML is skipped."; fi
	@touch $@

$(STAMPS)/mutants: benchmarks/mutants.txt $(STAMPS)/test-libraries
	@echo "Installing what changes the product (benchmarks/mutants.txt)"
	@$(INSTALL_LOCKED) -r benchmarks/mutants.txt
	@touch $@

# The rule engines that the benchmarks measure against; one of them needs Node, and is left out where there is none.
$(STAMPS)/peers: benchmarks/requirements.txt benchmarks/peers/package-lock.json $(STAMPS)/libraries
	@echo "Installing what the benchmarks measure against (benchmarks/requirements.txt)"
	@$(INSTALL_LOCKED) -r benchmarks/requirements.txt
	@if command -v npm >/dev/null; then \
		mkdir -p $(VENV)/peers && cp benchmarks/peers/package.json benchmarks/peers/package-lock.json $(VENV)/peers/ && \
		npm ci --prefix $(VENV)/peers --no-audit --no-fund --loglevel error || \
		{ rm -rf $(VENV)/peers; echo "npm could not install json-rules-engine: the benchmarks leave it out."; }; \
	else echo "npm is not here: json-rules-engine is left out of the benchmarks."; fi
	@touch $@
