#!/bin/sh
# `make bench`: runs every benchmark, each beside its baselines; results go to benchmarks/results.
set -eu

cd -- "$(dirname -- "$0")/.."
failed=
for script in benchmarks/*.py; do
    if ! grep -q '^if __name__ == ' "$script"; then continue; fi
    printf '\n== %s\n' "$script"
    .venv/bin/python -m "benchmarks.$(basename "$script" .py)" || failed="$failed $script"
done
if [ -n "$failed" ]; then
    echo "failed:$failed" >&2
    exit 1
fi
