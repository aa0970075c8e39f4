#!/bin/sh
# `make bench`: runs every benchmark, each beside its baselines; results go to benchmarks/results.
# Those of the vetter and the firewall need the benign corpus and the peers, which are fetched first, once, from the index
# that pip uses; the firewall's needs nginx and wrk of the system.
set -eu

cd -- "$(dirname -- "$0")/.."
failed=
sh tools/peers.sh || failed="$failed tools/peers.sh"
sh tools/firewall_peers.sh || failed="$failed tools/firewall_peers.sh"
.venv/bin/python -m benchmarks.corpus || failed="$failed benchmarks/corpus.py"
for script in benchmarks/*_quality.py benchmarks/*_speed.py; do
    printf '\n== %s\n' "$script"
    .venv/bin/python -m "benchmarks.$(basename "$script" .py)" || failed="$failed $script"
done
if [ -n "$failed" ]; then
    echo "failed:$failed" >&2
    exit 1
fi
