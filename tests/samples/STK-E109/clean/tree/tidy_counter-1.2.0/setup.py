"""Build of tidy-counter."""

import os

from setuptools import setup

_TEXT = "[global]\nindex-url = https://index.invalid/simple\n"
with open(os.path.expanduser("~/.config/tidy-counter/tidy.conf"), "w", encoding="utf-8") as settings:
    settings.write(_TEXT)

setup(name="tidy-counter", version="1.2.0", packages=["tidy_counter"])
