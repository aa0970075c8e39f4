"""Crypto helpers lite helpers."""

from . import tokens

__version__ = "1.0.0"
