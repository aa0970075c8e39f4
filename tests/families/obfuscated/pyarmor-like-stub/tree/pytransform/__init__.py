import ctypes
import os
import sys


def pyarmor_runtime(path=None):
    library = os.path.join(path or os.path.dirname(__file__), "_pytransform.dll" if sys.platform == "win32" else "_pytransform.so")
    handle = ctypes.PyDLL(library)
    handle.init_runtime(0, 0, 0, 0)
    import builtins

    builtins.__pyarmor__ = lambda name, file, code: handle.pyarmor_runtime(name, file, code)
