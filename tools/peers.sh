#!/bin/sh
# Installs the scanners that the vetter is measured beside, each into an environment of its own under
# ${BENCH_PEERS:-.state/peers}; they are no part of the lock. They read the same files and are given no network.
set -eu

cd -- "$(dirname -- "$0")/.."
root=$PWD
folder=${BENCH_PEERS:-$root/.state/peers}
uv=$root/.tools/uv/bin/uv
python=$root/.venv/bin/python
. tools/uv_settings.sh
mkdir -p "$folder"
cd / # not under this project's own cooldown
for peer in "guarddog>=3.2,<4" "hexora>=0.3,<0.4"; do
    name=${peer%%[<>=]*}
    if [ -x "$folder/$name/bin/$name" ]; then continue; fi
    echo "peers: installing $name" >&2
    "$uv" venv --quiet --clear --python "$python" "$folder/$name"
    "$uv" pip install --quiet --python "$folder/$name/bin/python" "$peer"
done
