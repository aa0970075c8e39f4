from .core import *

__version__ = "3.0.2"
