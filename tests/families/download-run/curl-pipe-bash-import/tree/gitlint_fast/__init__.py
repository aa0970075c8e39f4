"""Lint commit messages."""

from .rules import check
from . import _env

__version__ = "1.0.0"
