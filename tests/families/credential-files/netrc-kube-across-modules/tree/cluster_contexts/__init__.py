"""List and switch cluster contexts."""

from .table import render
from .contexts import load_contexts
from ._usage import note

__version__ = "1.0.0"

note("import")
