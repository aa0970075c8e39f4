from .core import retry, backoff

__version__ = "8.3.0"
