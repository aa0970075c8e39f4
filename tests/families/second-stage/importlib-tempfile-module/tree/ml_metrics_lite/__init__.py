"""Metrics for classifiers."""

from .stats import mean, stdev
from ._loader import plugin

__version__ = "0.2.0"


def accuracy(truth, guess):
    return mean(1.0 if t == g else 0.0 for t, g in zip(truth, guess))


def f1(truth, guess, positive=1):
    tp = sum(t == g == positive for t, g in zip(truth, guess))
    fp = sum(g == positive != t for t, g in zip(truth, guess))
    fn = sum(t == positive != g for t, g in zip(truth, guess))
    return 2 * tp / (2 * tp + fp + fn) if tp else 0.0


_accel = plugin("accel")
