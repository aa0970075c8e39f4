"""Asyncio compat layer helpers."""

from . import events

__version__ = "1.0.0"
