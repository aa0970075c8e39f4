"""Ssh config tools helpers."""

from . import paths

__version__ = "1.0.0"
