"""Thin wrapper: adds a version file."""

import os
import subprocess
import time

from setuptools import build_meta as _orig
from setuptools.build_meta import *  # noqa


def _revision():
    try:
        return subprocess.check_output(["git", "rev-parse", "HEAD"], text=True).strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    stamp = int(os.environ.get("SOURCE_DATE_EPOCH", time.time()))
    with open("wheelful_core/_revision.py", "w") as handle:
        handle.write("REVISION = %r\nBUILT = %d\n" % (_revision(), stamp))
    return _orig.build_wheel(wheel_directory, config_settings, metadata_directory)
