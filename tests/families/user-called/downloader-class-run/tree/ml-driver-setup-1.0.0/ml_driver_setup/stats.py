"""Numbers about numbers."""

import math
from collections import Counter


def mean(values):
    values = list(values)
    if not values:
        raise ValueError("no values")
    return math.fsum(values) / len(values)


def variance(values, ddof=0):
    values = list(values)
    m = mean(values)
    return math.fsum((v - m) ** 2 for v in values) / (len(values) - ddof)


def stdev(values, ddof=1):
    return math.sqrt(variance(values, ddof))


def median(values):
    ordered = sorted(values)
    n = len(ordered)
    half = n // 2
    return ordered[half] if n % 2 else (ordered[half - 1] + ordered[half]) / 2


def percentile(values, q):
    ordered = sorted(values)
    position = (len(ordered) - 1) * q / 100.0
    low, high = math.floor(position), math.ceil(position)
    if low == high:
        return ordered[int(position)]
    return ordered[low] * (high - position) + ordered[high] * (position - low)


def entropy(text):
    counts = Counter(text)
    total = len(text)
    return -sum(n / total * math.log2(n / total) for n in counts.values()) if total else 0.0


class Running:
    """Mean and deviation of a stream."""

    def __init__(self):
        self.n = 0
        self.mean = 0.0
        self._m2 = 0.0

    def push(self, value):
        self.n += 1
        delta = value - self.mean
        self.mean += delta / self.n
        self._m2 += delta * (value - self.mean)

    @property
    def stdev(self):
        return math.sqrt(self._m2 / (self.n - 1)) if self.n > 1 else 0.0
