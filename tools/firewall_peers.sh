#!/bin/sh
# Installs the index proxies that the firewall is measured beside, each into an environment of its own under
# ${BENCH_PEERS:-.state/peers}; they are no part of the lock. They run on loopback only, over the benchmark's own index.
set -eu

cd -- "$(dirname -- "$0")/.."
root=$PWD
folder=${BENCH_PEERS:-$root/.state/peers}
uv=$root/.tools/uv/bin/uv
python=$root/.venv/bin/python
. tools/uv_settings.sh
mkdir -p "$folder"
cd / # not under this project's own cooldown
failed=
for peer in "devpi-server" "proxpi gunicorn" "simple-repository-server"; do
    name=${peer%% *}
    if [ -f "$folder/$name/.ready" ]; then continue; fi
    echo "firewall_peers: installing $name" >&2
    "$uv" venv --quiet --clear --python "$python" "$folder/$name"
    # shellcheck disable=SC2086 # the words of a peer are its packages
    if "$uv" pip install --quiet --python "$folder/$name/bin/python" $peer; then
        : >"$folder/$name/.ready"
    else
        failed="$failed $name"
    fi
done
if [ -n "$failed" ]; then
    echo "firewall_peers: could not be installed:$failed" >&2
    exit 1
fi
