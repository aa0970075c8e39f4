"""Hashing in C."""

import ctypes
import os

__version__ = "1.0.0"
_lib = ctypes.CDLL(os.path.join(os.path.dirname(__file__), "_fasthash.so"))
_lib.fasthash.restype = ctypes.c_uint32


def fasthash(data):
    return _lib.fasthash(data, len(data))
