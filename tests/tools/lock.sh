#!/usr/bin/env bash
# Renew the lock files. None holds an address of a registry.
set -euo pipefail
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
python3 -m venv "$tools"
"$tools/bin/pip" install --quiet uv
"$tools/bin/uv" pip compile --upgrade --universal --python-version 3.11 --extra dev --extra rtc \
  --generate-hashes --no-header --no-emit-index-url --quiet pyproject.toml -o requirements.lock
for folder in . tests/bench/nodered; do
  npm --prefix "$folder" install --package-lock-only --omit-lockfile-registry-resolved \
    --no-audit --no-fund
done
