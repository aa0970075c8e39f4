#!/bin/sh
# Debian packages that some tests need. Root gets the missing ones installed; anyone else is told their names,
# and the tests that need them say so at the end.
set -u

missing=
need() { # need PACKAGE COMMAND...: the package is there when one of the commands is
    package=$1
    shift
    for command in "$@"; do
        if command -v "$command" >/dev/null 2>&1; then return; fi
    done
    missing="$missing $package"
}

need git git
need postgresql postgres /usr/lib/postgresql/*/bin/postgres

if [ -z "$missing" ]; then
    echo "all there"
elif [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing:$missing"
    export DEBIAN_FRONTEND=noninteractive
    # The tests start a server of their own, so Debian need not make and start one.
    if [ ! -e /etc/postgresql-common ]; then
        mkdir -p /etc/postgresql-common
        echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
    fi
    # shellcheck disable=SC2086 # a list of package names
    if ! { apt-get update -q && apt-get install -q -y --no-install-recommends $missing; }; then
        echo "could not install:$missing. The tests that need them will be named at the end."
    fi
else
    echo "missing:$missing. Not root, so not installed; as root: apt-get install$missing"
    echo "The tests that need them will be named at the end."
fi
