#!/bin/sh
# `make run`: checks PROJECT, or the bundled example, whose typosquat must be found.
set -eu

cd -- "$(dirname -- "$0")/.."

if [ -n "${PROJECT:-}" ]; then
    # shellcheck disable=SC2086 # ARGS is a list of options
    exec .venv/bin/stockade check "$PROJECT" ${ARGS:-}
fi

code=0
# shellcheck disable=SC2086
STOCKADE_STATE=$PWD/.state/run .venv/bin/stockade check examples/acme-shop ${ARGS:-} || code=$?
echo
if [ "$code" -eq 1 ]; then
    echo "make run: exit status 1 is right here: examples/acme-shop carries a typosquat. Yours: make run PROJECT=path"
    exit 0
fi
echo "make run: expected exit status 1 for examples/acme-shop, got $code" >&2
exit 1
