from .convert import convert, UNITS

__version__ = "2.2.0"
