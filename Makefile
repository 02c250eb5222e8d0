# The commands of the house. Only python3 (3.11 or newer) and make need to be there.
#
#   make run     a living venue on http://127.0.0.1:3001
#   make test    the project's own tests, against the package as it is installed
#   make lint    style, types, and the imports between rooms
#   make clients the dialect against clients for Python and, with npm, for JavaScript
#   make web     the screen: style, types, its own tests, and in a real Chromium (npm)
#   make bench   the benchmarks, each with its workload printed
#   make bench-web  the screen's: first paint, size, busy books, memory over MINUTES (npm, Chromium)
#   make fault   fresh worlds in which everything fails, for MINUTES, and shares of the campaigns
#   make campaign   the campaigns, one command each; an interrupted one goes on where it was
#   make audit   known advisories against the locked dependencies; says what it could not look at
#   make sbom    the bill of materials of the locks, CycloneDX, in build/sbom
#   make clean   forgets everything that was built
#
# The core is compiled if a C compiler works; BELLWETHER_INTERPRETED=1 forces the interpreted form.

PYTHON ?=
VENV   ?= .venv
BIN    := $(VENV)/bin
ARGS   ?=

ifneq ($(filter-out 0,$(BELLWETHER_INTERPRETED)),)
FORM := --interpreted
endif

BOOT    := $(or $(PYTHON),python3)
PREPARE := PYTHON=$(PYTHON) $(BOOT) tools/prepare.py --venv $(VENV) $(FORM)

.PHONY: run test test-quick clients lint web bench bench-web fault campaign audit sbom clean lock ci
.PHONY: prepare-run prepare-dev prepare-fuzz

run: prepare-run
	@echo
	@echo "  Bellwether: a venue with a demo market, on http://127.0.0.1:3001 unless ARGS says otherwise."
	@echo "  Stop it with Ctrl-C; its journal stays in ./bellwether-data and can be checked with"
	@echo "      $(BIN)/bellwether verify ./bellwether-data"
	@echo
	@exec $(BIN)/bellwether serve --dev --demo $(ARGS)

test: prepare-dev
	@echo "  running the tests; skipped ones are listed with their reasons at the end"
	@$(BIN)/python -P -m pytest $(ARGS)

test-quick: prepare-dev
	@$(BIN)/python -P -m pytest -m "not slow" $(ARGS)

clients: prepare-dev
	@if command -v npm > /dev/null; then npm ci --silent --ignore-scripts --prefix tests/conformance/node; \
	else echo "npm is not installed: clients for JavaScript are left out"; fi
	@$(BIN)/python -P -m pytest tests/conformance tests/guide/test_client_programs.py $(ARGS)

lint: prepare-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy src
	$(BIN)/lint-imports

bench: prepare-run
	@$(BIN)/bellwether bench $(ARGS)

# Needs npm; the browser is the system's Chromium, or the one that CHROMIUM names.
SCREEN := BELLWETHER=$(abspath $(BIN))/bellwether npm --prefix web
web: prepare-run
	@test -d web/node_modules || npm ci --silent --ignore-scripts --prefix web
	@$(SCREEN) run --silent check
	@$(SCREEN) run --silent e2e -- $(ARGS)

bench-web: prepare-run
	@test -d web/node_modules || npm ci --silent --ignore-scripts --prefix web
	@$(SCREEN) run --silent bench -- --minutes $(MINUTES) $(ARGS)

MINUTES ?= 1
fault: prepare-fuzz
	$(BIN)/bellwether lab simulate --minutes $(MINUTES)
	$(BIN)/bellwether lab flipped-bits --count 5000
	$(BIN)/bellwether lab torn-writes --count 5000
	@if command -v strace > /dev/null; then $(BIN)/bellwether lab crash-points --points 40; \
	else echo "crash points are left out: strace is not installed"; fi
	@code=0; $(BIN)/bellwether lab power-cuts --count 50 || code=$$?; \
	if [ $$code -eq 2 ]; then echo "power cuts are left out: see the line above"; \
	else exit $$code; fi
	$(BIN)/bellwether lab cascades --seeds 0..19
	$(BIN)/bellwether lab lying-sources --seeds 0..199
	$(BIN)/bellwether lab fuzz-decoders --minutes 0.1 --engine hypothesis
	$(BIN)/bellwether lab fuzz-http --minutes 0.1
	$(BIN)/bellwether lab fuzz-websocket --minutes 0.1

# Figures and inputs are kept in STATE, so that a campaign goes on where it was stopped.
STATE ?= build/campaigns
campaign:
	@echo "make campaign-worlds      MINUTES=60     worlds in which everything fails"
	@echo "make campaign-bits        COUNT=524288   every bit of a journal and of a snapshot"
	@echo "make campaign-torn        COUNT=100000   power cuts in the middle of writes"
	@echo "make campaign-crash       COUNT=2000     processes killed in their system calls (strace)"
	@echo "make campaign-power       COUNT=2000     power cuts under a living venue (root, loop devices)"
	@echo "make campaign-cascades    COUNT=1000     prices that fall through crowds at the highest leverage"
	@echo "make campaign-lies        COUNT=10000    sources of prices that lie, beside twins told the truth"
	@echo "make campaign-http        MINUTES=60     requests to a running venue"
	@echo "make campaign-websocket   MINUTES=60     frames and subscriptions to a running venue"
	@echo "make campaign-decoders    MINUTES=60     decoders of bytes from outside, by coverage"
	@echo "Each goes on where it was stopped: what it has done is in STATE=$(STATE)/NAME."

campaign-%: MINUTES = 60

campaign-worlds: prepare-dev
	$(BIN)/bellwether lab simulate --minutes $(MINUTES) --state $(STATE)/worlds

campaign-bits: prepare-dev
	$(BIN)/bellwether lab flipped-bits $(if $(COUNT),--count $(COUNT)) --state $(STATE)/bits

campaign-torn: prepare-dev
	$(BIN)/bellwether lab torn-writes $(if $(COUNT),--count $(COUNT)) --state $(STATE)/torn

campaign-crash: prepare-dev
	$(BIN)/bellwether lab crash-points $(if $(COUNT),--points $(COUNT)) --state $(STATE)/crash

campaign-power: prepare-dev
	$(BIN)/bellwether lab power-cuts $(if $(COUNT),--count $(COUNT)) --state $(STATE)/power

campaign-cascades: prepare-dev
	$(BIN)/bellwether lab cascades $(if $(COUNT),--seeds 0..$$(($(COUNT) - 1))) \
		--state $(STATE)/cascades

campaign-lies: prepare-dev
	$(BIN)/bellwether lab lying-sources $(if $(COUNT),--seeds 0..$$(($(COUNT) - 1))) \
		--state $(STATE)/lies

campaign-http: prepare-fuzz
	$(BIN)/bellwether lab fuzz-http --minutes $(MINUTES) --state $(STATE)/http

campaign-websocket: prepare-dev
	$(BIN)/bellwether lab fuzz-websocket --minutes $(MINUTES) --state $(STATE)/websocket

# From the source as it is: what is compiled shows no coverage.
campaign-decoders: prepare-fuzz
	PYTHONPATH=src $(BIN)/python -P -m bellwether lab fuzz-decoders --minutes $(MINUTES) \
		--state $(STATE)/decoders

audit:
	@PYTHON=$(PYTHON) $(BOOT) -B tools/audit.py $(ARGS)

sbom:
	@$(BOOT) -B tools/sbom.py $(ARGS)

# Everything the project checks before a change is accepted.
ci:
	@.ci/run

# Resolves the locks anew from requirements/*.in. Needs uv; the only target that does.
lock:
	@tools/lock

clean:
	rm -rf $(VENV) $(VENV).log .venv-interpreted .venv-interpreted.log .venv-audit .venv-audit.log
	rm -rf build dist src/*.egg-info
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

prepare-run:
	@$(PREPARE) --with build,runtime,demo

prepare-dev:
	@$(PREPARE) --with dev

prepare-fuzz:
	@$(PREPARE) --with dev,fuzz
