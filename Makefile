PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
BENCH := $(VENV)/bench

.DEFAULT_GOAL := help

.PHONY: help
help: ## Print this help
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: install
install: $(INSTALLED) ## Install everything into .venv

$(INSTALLED): pyproject.toml constraints.txt
	@echo "Installing into $(VENV); the first time this takes a few minutes"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Warmline needs Python 3.11 or newer: make PYTHON=python3.11")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --constraint constraints.txt --editable '.[server,local,dev]'
	@touch $@

.PHONY: demo
demo: $(INSTALLED) ## Start everything, play a handoff from a bot to a specialist to a person, stop everything
	@$(BIN)/warmline demo

.PHONY: up
up: $(INSTALLED) ## Start the whole platform on this machine, until Ctrl-C (SEED=1 with a sample tenant)
	@$(BIN)/warmline up $(if $(SEED),--seed)

.PHONY: seed
seed: $(INSTALLED) ## Fill the running platform with a sample tenant
	@$(BIN)/warmline seed

.PHONY: test
test: $(INSTALLED) programs ## Run every test, against real servers and in a real browser
	@$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile

.PHONY: test-mcp
test-mcp: $(INSTALLED) ## Run the tests of the MCP server with the newest release of the protocol's SDK (MCP=2.3.0), and with its inspector
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --upgrade --target $(VENV)/mcp \
	  mcp==$(or $(MCP),2.3.0) mcp-types==$(or $(MCP),2.3.0)
	@npm install --silent --no-audit --no-fund --prefix $(VENV)/inspector @modelcontextprotocol/inspector@2.12.0 || \
	  echo "Going on without the inspector, which comes from npm" >&2
	@PYTHONPATH=$(VENV)/mcp $(BIN)/python -m pytest tests/integration/mcp

.PHONY: test-llamaindex
test-llamaindex: $(INSTALLED) ## Run the memory of llamaindex-dakera, unmodified, against a server (it brings LlamaIndex)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --constraint constraints.txt \
	  --upgrade --target $(VENV)/llamaindex llamaindex-dakera==0.3.0
	@PYTHONPATH=$(VENV)/llamaindex $(BIN)/python -m pytest tests/integration/dakera/test_llamaindex.py

.PHONY: test-coding-tools
test-coding-tools: $(INSTALLED) ## Run Claude Code, Codex and OpenCode from npm with a scripted model, offline but for the install (1 GB)
	@npm install --silent --no-audit --no-fund --prefix $(VENV)/coding-tools @anthropic-ai/claude-code@2.1.332 @openai/codex@0.171.0 opencode-ai@1.18.33
	@cd $(VENV)/coding-tools && node node_modules/@anthropic-ai/claude-code/install.cjs && node node_modules/opencode-ai/postinstall.mjs
	@$(BIN)/python -m pytest tests/integration/coding_tools

.PHONY: test-schemathesis
test-schemathesis: $(INSTALLED) ## Send every route what its document allows and what it does not, on a stack of its own (EXAMPLES=100)
	@test -x $(VENV)/schemathesis/bin/python || $(BIN)/python -m venv $(VENV)/schemathesis
	@$(VENV)/schemathesis/bin/python -m pip install -qq --disable-pip-version-check schemathesis==4.32.5
	@$(BIN)/python -m bench.fuzz --schemathesis $(VENV)/schemathesis/bin/schemathesis --examples $(or $(EXAMPLES),100)

.PHONY: programs
programs: ## Install what the tests run beside Warmline, where it is missing: Chromium, PgBouncer (Debian and Ubuntu, as root)
	@tests/install-programs

.PHONY: screenshots
screenshots: $(INSTALLED) programs ## Take the pictures of every page anew, into docs/screenshots
	@WARMLINE_SCREENSHOTS=docs/screenshots $(BIN)/python -m pytest tests/browser/test_every_page.py tests/browser/test_web_chat.py \
		tests/browser/test_palette.py tests/browser/test_parts.py

.PHONY: schema
schema: $(INSTALLED) ## Write storage/schema.sql anew, after a new migration
	@$(BIN)/python -m tests.schema_file

.PHONY: texts
texts: $(INSTALLED) ## Bring the console's catalogues up to date, after a change of its texts, and name what has no translation
	@$(BIN)/python -m tests.catalogues

.PHONY: types
types: $(INSTALLED) programs ## Write the types of the TypeScript SDK anew, after a change of the API
	@$(BIN)/python -m warmline_api.documentation | (cd agents/typescript && node scripts/types.mjs)

.PHONY: check-openapi
check-openapi: $(INSTALLED) ## Give the OpenAPI document to a linter and to generators of clients (from npm and PyPI)
	@tests/check-openapi $(BIN)/python

.PHONY: check
check: $(INSTALLED) ## Check format, lint, types and import contracts; name files that have grown long
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@find schemas services agents infra bench -name '*.py' ! -path '*/versions/*' -exec awk \
	  '!/^ *(#|$$)/ {lines++} END {if (lines > 400) print FILENAME ": " lines " lines of code; is it one thing?"}' {} \;

.PHONY: format
format: $(INSTALLED) ## Format the code
	@$(BIN)/ruff check --fix --select I .
	@$(BIN)/ruff format .

.PHONY: bench
bench: $(INSTALLED) ## Measure handoffs and warm starts on a stack of its own
	@$(BIN)/python -m bench.handoffs

.PHONY: bench-recall
bench-recall: $(INSTALLED) ## Measure recall on long conversations (DATA=locomo.json) and identifiers
	@$(BIN)/python -m bench.recall $(DATA)

.PHONY: bench-speed
bench-speed: $(INSTALLED) ## Measure keeping and recalling beside the floor and other stores
	@$(MAKE) --no-print-directory $(BENCH)/.installed || echo "Going on without the other stores" >&2
	@$(BIN)/python -m bench.speed

$(BENCH)/.installed: pyproject.toml bench/constraints.txt
	@echo "Installing the other stores into $(BENCH); they need other versions than Warmline does" >&2
	@test -x $(BENCH)/bin/python || $(BIN)/python -m venv $(BENCH)
	@$(BENCH)/bin/python -m pip install -qq --disable-pip-version-check --constraint bench/constraints.txt --editable '.[bench]'
	@touch $@

.PHONY: bench-briefs
bench-briefs: $(INSTALLED) ## Measure what briefs keep of recorded conversations (CASES="a.jsonl b.jsonl")
	@$(BIN)/python -m bench.briefs $(CASES) --show $(or $(SHOW),0)

.PHONY: bench-offline
bench-offline: $(INSTALLED) ## The same in process, in seconds (CASES="a.jsonl b.jsonl" FAILURES=3)
	@$(BIN)/python -m bench.briefs.offline $(CASES) --failures $(or $(FAILURES),0)

.PHONY: bench-chains
bench-chains: $(INSTALLED) ## Measure briefs after ten hops, and what sessions beside the line leak (CASES="a.jsonl b.jsonl")
	@$(BIN)/python -m bench.briefs.chains $(CASES)

.PHONY: bench-writing
bench-writing: $(INSTALLED) ## Measure how long briefs take, also of texts made to be slow (CASES="a.jsonl b.jsonl")
	@$(BIN)/python -m bench.briefs.writing $(CASES)

.PHONY: bench-summaries
bench-summaries: $(INSTALLED) ## Measure what checking keeps of a language model's lines (CASES="a.jsonl b.jsonl" EVERY=10)
	@$(BIN)/python -m bench.summaries $(CASES) --every $(or $(EVERY),10)

.PHONY: bench-scale
bench-scale: $(INSTALLED) ## Measure recall, index and disk at ROWS=1000000 memories
	@$(BIN)/python -m bench.scale --rows $(or $(ROWS),1000000)

.PHONY: bench-line
bench-line: $(INSTALLED) ## Measure how many requests one API process should work on at once
	@$(BIN)/python -m bench.limits

.PHONY: bench-clients
bench-clients: $(INSTALLED) ## Measure mixed work of 64 clients and of 256: refusals, throughput, recovery
	@$(BIN)/python -m bench.clients

.PHONY: bench-soak
bench-soak: $(INSTALLED) ## Look for 12 minutes at 70 % load whether memory, files, processes or connections grow
	@$(BIN)/python -m bench.soak

.PHONY: bench-hostile
bench-hostile: $(INSTALLED) ## Measure what an honest tenant notices of each attack of a hostile one (ATTACKS='"event streams"')
	@$(BIN)/python -m bench.hostile $(ATTACKS)

.PHONY: bench-console
bench-console: $(INSTALLED) programs ## Measure how long the console's pages take, what they weigh, how soon they show news
	@$(BIN)/python -m bench.console

.PHONY: bench-desk
bench-desk: $(INSTALLED) programs ## Let two operators and their customers work in two browsers for ten minutes, and look for what is lost or untrue
	@$(BIN)/python -m bench.desk

.PHONY: bench-sdk
bench-sdk: $(INSTALLED) ## Measure what the SDK adds to a call, 500 calls at once, and an outbox while the API is killed
	@$(BIN)/python -m bench.sdk

.PHONY: bench-events
bench-events: $(INSTALLED) ## Measure how soon an event is in other processes
	@$(BIN)/python -m bench.events

.PHONY: bench-messages
bench-messages: $(INSTALLED) ## Count what is stored of a transcript while the API is killed
	@$(BIN)/python -m bench.messages

.PHONY: check-deploy
check-deploy: $(INSTALLED) ## Build and run the image, render the chart, parse the compose file (Debian, as root; some GB of disk)
	@infra/image/check

.PHONY: bench-chaos
bench-chaos: $(INSTALLED) ## Kill, stop and cut off every part while 16 clients work, and look for what is lost or there twice
	@$(BIN)/python -m bench.chaos

.PHONY: check-hosts
check-hosts: $(INSTALLED) ## Pull the cable between two hosts at work, and look for what is lost (Linux, as root)
	@$(BIN)/python -m bench.hosts

.PHONY: lock
lock: $(INSTALLED) ## Write the hash-checked lists of what the image is made of, and NOTICE, anew
	@infra/image/lock

.PHONY: dist
dist: $(INSTALLED) ## Write the wheels that are published into dist/: the clients, and the server (SOURCE=https://git.example/warmline)
	@test -n "$(SOURCE)" || { echo "Say where the repository is: make dist SOURCE=https://…" >&2; exit 2; }
	@$(BIN)/python infra/distributions.py dist --source $(SOURCE)

.PHONY: sbom
sbom: $(INSTALLED) ## Write the bill of materials of the server image, from its lock, to sbom.json (CycloneDX)
	@$(BIN)/python -m venv --clear $(VENV)/supply
	@$(VENV)/supply/bin/python -m pip install -qq --disable-pip-version-check cyclonedx-bom
	@$(VENV)/supply/bin/cyclonedx-py requirements infra/image/server.txt --pyproject pyproject.toml --output-file sbom.json
	@echo "Written: sbom.json"

.PHONY: audit
audit: $(INSTALLED) ## Look for known vulnerabilities in what the image is made of
	@infra/image/audit

.PHONY: clean
clean: ## Remove the virtual environment and all caches
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
