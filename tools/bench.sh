#!/bin/sh
# `make bench`: runs every benchmark, each beside its baselines; results go to benchmarks/results.
# Those of the vetter need the benign corpus: python -m benchmarks.corpus fetches it.
set -eu

cd -- "$(dirname -- "$0")/.."
failed=
for script in benchmarks/*_quality.py benchmarks/*_speed.py; do
    printf '\n== %s\n' "$script"
    .venv/bin/python -m "benchmarks.$(basename "$script" .py)" || failed="$failed $script"
done
if [ -n "$failed" ]; then
    echo "failed:$failed" >&2
    exit 1
fi
