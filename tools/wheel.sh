#!/bin/sh
# Builds the sdist and, from it, the wheel; installs the wheel with hashed dependencies in a fresh environment
# under $1; tries it there with tools/smoke.py, away from the source tree.
set -eu

cd -- "$(dirname -- "$0")/.."
root=$PWD
work=$1 # an absolute path
uv=$root/.tools/uv/bin/uv
python=$(sed -n "s/^home = //p" .venv/pyvenv.cfg)/python3 # the one that has pip
. tools/uv_settings.sh

rm -rf "$work"
mkdir -p "$work"
"$uv" export --quiet --frozen --no-dev --extra serve --no-emit-project --output-file "$work/requirements.txt" >/dev/null
cd / # as in bootstrap.sh: this project's cooldown is not applied twice
"$uv" build --quiet --require-hashes --build-constraints "$root/tools/build-constraints.txt" \
    --out-dir "$work/dist" "$root"
"$uv" venv --quiet --python "$root/.venv/bin/python" "$work/venv"
"$uv" pip install --quiet --python "$work/venv/bin/python" --require-hashes -r "$work/requirements.txt"
"$uv" pip install --quiet --python "$work/venv/bin/python" --no-deps --no-index "$work"/dist/*.whl
exec "$work/venv/bin/python" -I "$root/tools/smoke.py" --wheel "$work"/dist/*.whl --source "$root"
