from .core import load

__version__ = "1.7.2"
