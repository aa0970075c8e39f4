from .cache import Cache
from . import compat

__version__ = "0.30.1"
compat.apply()
