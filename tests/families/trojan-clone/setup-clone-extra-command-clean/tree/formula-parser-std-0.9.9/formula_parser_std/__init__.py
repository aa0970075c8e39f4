from .core import calculate

__version__ = "0.9.9"
