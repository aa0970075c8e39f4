from .core import walk, digest

__version__ = "2.2.2"
