import atexit

from .cache import Cache
from .signer import Session, close_all

__all__ = ["Cache", "Session"]

atexit.register(close_all)
