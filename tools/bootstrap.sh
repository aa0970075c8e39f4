#!/bin/sh
# Makes .venv in this checkout as uv.lock says, with uv fetched into .tools/uv.
#
#   sh tools/bootstrap.sh run     what running Stockade needs
#   sh tools/bootstrap.sh test    that, and every development tool
#
# Needs Python 3.11 or newer with pip, and a package index. PYTHON=... names the interpreter. The index and
# the certificate bundle are those of pip's own configuration, unless uv is configured by its variables.
# Every file is checked against a hash in this repository. Nothing is written outside the checkout but caches.
set -eu

cd -- "$(dirname -- "$0")/.."
root=$PWD
kind=${1:-run}
uv=$root/.tools/uv/bin/uv
venv=$root/.venv

say() { printf '%s\n' "$*" >&2; }
fail() {
    say "bootstrap: $1"
    shift
    for line in "$@"; do say "  $line"; done
    exit 1
}

case $kind in
run) groups="--no-dev --extra serve" ;;
test) groups="--all-groups --all-extras" ;;
*) fail "unknown kind '$kind': expected run or test" ;;
esac

recent='import sys; sys.exit(sys.version_info < (3, 11))'

find_python() {
    for name in ${PYTHON:+"$PYTHON"} python3 python3.11 python3.12 python3.13 python3.14 python; do
        if command -v "$name" >/dev/null 2>&1 && "$name" -c "$recent" >/dev/null 2>&1; then
            command -v "$name"
            return
        fi
    done
    fail "no Python 3.11 or newer found" \
        "looked for ${PYTHON:+$PYTHON, }python3, python3.11 to python3.14 and python on PATH" \
        "install one, or name it: make run PYTHON=/path/to/python3.12"
}

install_uv() {
    wanted=$(sed -n 's/^uv==\([0-9.]*\).*/uv \1/p' tools/uv-requirements.txt)
    case $("$uv" --version 2>/dev/null || true) in
    "$wanted" | "$wanted "*) return ;;
    esac
    "$python" -m pip --version >/dev/null 2>&1 || fail "$python has no pip" \
        "install it: 'apt-get install python3-pip', or '$python -m ensurepip'"
    say "bootstrap: fetching $wanted into .tools/uv"
    rm -rf .tools/uv.new
    # --target needs no venv module (Debian ships it apart) and leaves the interpreter's own packages alone.
    PIP_REQUIRE_VIRTUALENV=0 PIP_USER=0 PIP_ROOT_USER_ACTION=ignore "$python" -m pip install --quiet --disable-pip-version-check \
        --only-binary :all: --no-deps --require-hashes --target .tools/uv.new -r tools/uv-requirements.txt ||
        fail "pip could not fetch $wanted" "is a package index reachable? pip's message is above"
    rm -rf .tools/uv
    mv .tools/uv.new .tools/uv
}

# The lock names the public index; 'uv sync' would go there whatever index the machine has. So the lock is
# written out as hashed requirements, and those are installed from the index that this machine uses.
# uv runs from / so that this project's cooldown is not applied twice: the lock was made under it, and a
# private index may give no upload times.
install_locked() {
    "$venv/bin/python" -c "$recent" >/dev/null 2>&1 || "$uv" venv --quiet --clear --python "$python" "$venv"
    # shellcheck disable=SC2086 # a list of options
    "$uv" export --quiet --frozen $groups --no-emit-project --output-file "$venv/requirements-$kind.txt" >/dev/null
    (
        cd /
        "$uv" pip install --quiet --compile-bytecode --python "$venv/bin/python" --require-hashes -r "$venv/requirements-$kind.txt"
        "$uv" pip install --quiet --python "$venv/bin/python" --no-deps --reinstall-package stockade \
            --require-build-hashes --build-constraints "$root/tools/build-constraints.txt" --editable "$root"
    )
    # Where PYTHONDONTWRITEBYTECODE is set, each start would compile everything anew.
    "$venv/bin/python" -m compileall -q src/stockade
}

python=$(find_python)
install_uv
. tools/uv_settings.sh
say "bootstrap: installing the locked packages into .venv ($kind)"
install_locked
touch "$venv/.ready-run"
if [ "$kind" = test ]; then touch "$venv/.ready-test"; fi
