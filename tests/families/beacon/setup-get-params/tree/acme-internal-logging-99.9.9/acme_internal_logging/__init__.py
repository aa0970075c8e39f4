"""Acme internal logging helpers."""

from . import strings

__version__ = "99.9.9"
