"""Torch accel info helpers."""

from . import stats

__version__ = "1.0.0"
