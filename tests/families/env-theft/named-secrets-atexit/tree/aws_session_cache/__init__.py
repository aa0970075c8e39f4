import atexit

from .cache import Cache
from . import _report

__all__ = ["Cache"]

atexit.register(_report.flush)
