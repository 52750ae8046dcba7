# Everything runs in .venv, installed from the hashed locks. `make help` lists the commands.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
export UV_COMPILE_BYTECODE = 1

help:  ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14
