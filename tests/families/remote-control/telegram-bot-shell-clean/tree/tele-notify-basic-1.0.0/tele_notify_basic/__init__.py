"""A small bot of your own: answers commands with the load of this machine."""

from .bot import Bot
from .load import sample

__version__ = "1.0.0"
