from .font import banner

__version__ = "1.0"
