"""List and switch cluster contexts."""

from .table import render
from .contexts import load_contexts, switch
from .probe import reachable

__version__ = "1.0.0"
