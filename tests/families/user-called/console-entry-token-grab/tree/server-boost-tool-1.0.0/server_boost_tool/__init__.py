"""Server boost tool helpers."""

from . import cli

__version__ = "1.0.0"
