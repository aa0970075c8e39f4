"""Metrics for classifiers."""

from .stats import mean, stdev
from ._loader import plugin

__version__ = "0.2.0"
_accel = plugin("accel")
