"""Dev proxy setup helpers."""

from . import config

__version__ = "1.0.0"
