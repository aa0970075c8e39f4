"""Build of tidy-counter."""

import base64

from setuptools import setup

setup(name="tidy-counter", version="1.2.0", packages=["tidy_counter"])
