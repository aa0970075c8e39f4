from .core import Cache

__version__ = "4.0.0"
