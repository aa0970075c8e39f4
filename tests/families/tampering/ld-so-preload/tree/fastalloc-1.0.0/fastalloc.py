import ctypes


def available():
    return ctypes.util.find_library('jemalloc') is not None
