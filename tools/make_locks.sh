#!/bin/sh
# Resolves pyproject.toml into the three hashed locks. test and lab are compiled over run, so that they agree with it.
# Versions stay unless --upgrade is given. No index address is written: a lock must not depend on where it was made.
set -eu
compile() {
    .venv/bin/uv pip compile pyproject.toml --universal --python-version 3.11 --fork-strategy fewest \
        --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --quiet "$@"
}
compile -o requirements/run.lock "$@"
compile --extra test -c requirements/run.lock -o requirements/test.lock
compile --extra lab -c requirements/run.lock -o requirements/lab.lock
