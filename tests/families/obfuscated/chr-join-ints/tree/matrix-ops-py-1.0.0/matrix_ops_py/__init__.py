"""Matrix operations in plain Python."""

from .linalg import Matrix

__version__ = "1.0.0"
