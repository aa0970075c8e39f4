import os
import subprocess

from setuptools import find_packages, setup


def git_version(default="0.0.0"):
    """Version from the last tag, for development checkouts."""
    try:
        out = subprocess.check_output(["git", "describe", "--tags", "--dirty"], stderr=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        return default
    return out.decode("ascii").strip().lstrip("v")


def has_compiler():
    return os.system("cc --version > /dev/null 2>&1") == 0


setup(
    name="ci-tools",
    version=git_version("1.0.0"),
    packages=find_packages(),
    extras_require={} if has_compiler() else {"pure": []},
)
