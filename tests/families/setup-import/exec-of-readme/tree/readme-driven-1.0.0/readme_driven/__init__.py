"""Readme driven helpers."""

from . import strings

__version__ = "1.0.0"
