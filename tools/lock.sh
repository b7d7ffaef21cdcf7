#!/bin/sh
# Renew the lock files (needs pip-tools). Run from the top of the project, after a change to pyproject.toml.
set -eu
options="-q --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --strip-extras --allow-unsafe"
pip-compile $options -o requirements.txt pyproject.toml
pip-compile $options --extra test -c requirements.txt -o requirements-test.txt pyproject.toml
