# Lexon's commands. `make` alone lists them; each one sets up and builds what it needs first.
#
# Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.

BUILD := build
VENV := $(BUILD)/venv
PYTHON := $(VENV)/bin/python
JOBS ?= $(shell nproc)

# PyTorch is absent here, not merely hidden.
CORE_VENV := $(BUILD)/venv-core

.DEFAULT_GOAL := help
.PHONY: help setup build demo demo-attention check check-core check-nightly bench bench-kernels bench-setup docs format lint tidy clean distclean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install what is missing: Debian packages and a virtual environment in build/venv
	@externals/setup.sh

build: setup ## Build the tools into build/bin
	@test -f $(BUILD)/build.ninja || cmake --preset release
	@ninja -C $(BUILD) -j $(JOBS)

demo: build ## Import a PyTorch transformer block, compile it, run it and compare it with PyTorch
	@examples/transformer/demo.sh

demo-attention: build ## Prove an attention layer of PyTorch at two sizes, by every way to multiply matrices
	@examples/attention/demo.sh

check: build ## Run all tests
	@$(PYTHON) test/run_all.py --build $(BUILD) --venv $(VENV) --jobs $(JOBS)

check-nightly: build ## Run all tests, the slow ones too
	@$(PYTHON) test/run_all.py --build $(BUILD) --venv $(VENV) --jobs $(JOBS) --nightly

check-core: ## Build and run all tests that need no PyTorch, in an environment without it
	@externals/setup.sh --core --venv $(CORE_VENV)
	@test -f $(BUILD)/build.ninja || cmake --preset release
	@ninja -C $(BUILD) -j $(JOBS)
	@$(CORE_VENV)/bin/python test/run_all.py --build $(BUILD) --venv $(CORE_VENV) --jobs $(JOBS)

bench: build bench-setup ## Measure speed beside PyTorch, ONNX Runtime and OpenVINO; BENCH="--quick" for a taste
	@$(VENV)/bin/lexon bench $(BENCH)

bench-kernels: build ## Time the kernels of benchmarks/kernels.mlir with google-benchmark
	@ninja -C $(BUILD) bench-kernels

bench-setup: ## Install the systems to compare with, in an environment of their own (build/bench-venv)
	@externals/setup.sh --bench

docs: build ## Generate docs/reference from the sources
	@$(PYTHON) docs/generate.py --build $(BUILD)

format: setup ## Format C++ and sort Python imports
	@git ls-files '*.cpp' '*.h' | xargs clang-format-22 -i
	@$(VENV)/bin/ruff check -q --fix-only .

lint: setup ## Check format, types and scripts; changes nothing
	@git ls-files '*.cpp' '*.h' | xargs clang-format-22 --dry-run -Werror
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/mypy
	@git ls-files '*.sh' .ci/run | xargs shellcheck

tidy: build ## Run clang-tidy over the C++ sources (slow)
	@git ls-files 'lib/*.cpp' 'tools/*.cpp' | xargs -P $(JOBS) -n 4 clang-tidy-22 -p $(BUILD) --quiet

clean: ## Remove what was built; the virtual environments stay
	@if [ -d $(BUILD) ]; then find $(BUILD) -mindepth 1 -maxdepth 1 ! -name 'venv*' -exec rm -rf {} +; fi

distclean: ## Remove everything that make wrote
	@rm -rf $(BUILD) build-debug build-asan python/lexon.egg-info
