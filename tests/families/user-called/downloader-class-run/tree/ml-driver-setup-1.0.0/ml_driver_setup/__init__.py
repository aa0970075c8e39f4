from .driver import Driver

__version__ = "0.4"
