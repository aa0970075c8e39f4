from .core import Cache
from . import _warm

_warm.start()
