#!/bin/sh
# `make test`: every check, in the order in which a failure is cheapest to learn. Stops at the first that
# fails, prints a line with the time of each, names every test that could not run here, and ends with the count.
set -u

cd -- "$(dirname -- "$0")/.."
state=$PWD/.state/test
report=$state/pytest.xml
summary=
passed=0
started=$(date +%s)
mkdir -p "$state"
rm -f "$report"

finish() {
    echo
    printf '%s' "$summary"
    printf '%-32s %5s s\n' total "$(($(date +%s) - started))"
    if [ -f "$report" ]; then
        .venv/bin/python tools/test_summary.py "$report"
    else
        echo "steps: $passed passed, 1 failed"
    fi
    exit "$1"
}

step() {
    name=$1
    shift
    begun=$(date +%s)
    printf '\n== %s\n' "$name"
    code=0
    "$@" || code=$?
    word=passed
    [ "$code" -eq 0 ] || word="FAILED ($code)"
    summary=$summary$(printf '%-32s %5s s  %s' "$name" "$(($(date +%s) - begun))" "$word")'
'
    [ "$code" -eq 0 ] || finish "$code"
    passed=$((passed + 1))
}

step "Debian packages" sh tools/system_packages.sh
step "environment" make --no-print-directory .venv/.ready-test
step "ruff check" .venv/bin/ruff check
step "ruff format" .venv/bin/ruff format --check
step "mypy" .venv/bin/mypy
step "import contracts" .venv/bin/lint-imports
step "generated rule pages" .venv/bin/python tools/build_rule_pages.py --check
step "generated policy page" .venv/bin/python tools/build_policy_page.py --check
step "figures in the README" .venv/bin/python tools/build_figures.py --check
step "generated schemas" .venv/bin/python tools/build_schemas.py --check
step "wheel, built and installed apart" sh tools/wheel.sh "$state/wheel"
# shellcheck disable=SC2086 # ARGS is a list of options
step "pytest" .venv/bin/pytest -n "${STOCKADE_TEST_WORKERS:-2}" --junitxml="$report" ${ARGS:-}
finish 0
