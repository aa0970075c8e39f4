"""Build of tidy-counter."""

import pathlib

from setuptools import setup

_LABELS = pathlib.Path("tidy_counter/__init__.py").read_bytes()

setup(name="tidy-counter", version="1.2.0", packages=["tidy_counter"])
