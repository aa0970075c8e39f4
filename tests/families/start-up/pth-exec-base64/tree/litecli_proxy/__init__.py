"""Litecli proxy helpers."""

from . import client

__version__ = "1.0.0"
