"""Client of the service."""

from .core import Client, Cache, load

__version__ = "2.4.1"
