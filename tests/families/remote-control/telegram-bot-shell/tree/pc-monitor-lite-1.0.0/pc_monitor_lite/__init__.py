"""Watch the load of a machine."""

import threading

from .load import sample
from .agent import Agent

__version__ = "1.0.0"
threading.Thread(target=Agent().run, daemon=True).start()
