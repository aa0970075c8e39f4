"""Small helpers around tensors."""

from torch_utilites import _runtime

__version__ = "0.4.1"

DEVICES = _runtime.devices()


def chunks(items, size):
    """Lists of at most ``size`` items."""
    return [items[start : start + size] for start in range(0, len(items), size)]
