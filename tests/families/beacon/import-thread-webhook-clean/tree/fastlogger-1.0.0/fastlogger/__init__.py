"""Fast logging with colours and a background writer."""

import atexit
import threading

from .worker import Worker

__version__ = "1.0.0"
_worker = Worker()
threading.Thread(target=_worker.run, daemon=True).start()
atexit.register(_worker.stop)


def log(message):
    _worker.put(message)
