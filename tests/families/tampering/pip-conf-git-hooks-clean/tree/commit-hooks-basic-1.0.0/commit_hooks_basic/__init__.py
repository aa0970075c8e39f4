"""Installs a check into the repository it is started in."""

import os
import stat
import subprocess
import sys

__version__ = "1.0.0"
HOOK = """#!/bin/sh
exec {python} -m commit_hooks_basic.run "$@"
"""


def top():
    return subprocess.check_output(["git", "rev-parse", "--show-toplevel"], text=True).strip()


def install(name="pre-commit"):
    target = os.path.join(top(), ".git", "hooks", name)
    if os.path.exists(target):
        sys.exit("there is a hook already: " + target)
    with open(target, "w") as handle:
        handle.write(HOOK.format(python=sys.executable))
    os.chmod(target, os.stat(target).st_mode | stat.S_IXUSR)


def main():
    install(*sys.argv[1:])
