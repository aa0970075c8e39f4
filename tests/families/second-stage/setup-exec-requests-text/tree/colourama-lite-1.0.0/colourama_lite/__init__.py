"""Colourama lite helpers."""

from . import colors

__version__ = "1.0.0"
