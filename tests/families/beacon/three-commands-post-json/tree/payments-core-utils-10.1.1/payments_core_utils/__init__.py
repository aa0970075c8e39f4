"""Payments core utils helpers."""

from . import config

__version__ = "10.1.1"
