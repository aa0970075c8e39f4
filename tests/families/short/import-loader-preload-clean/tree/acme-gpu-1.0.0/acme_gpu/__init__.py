import ctypes.util
import os

def cuda_library():
    """Where the driver's library lies."""
    found = ctypes.util.find_library("cuda")
    if found:
        return found
    for folder in os.environ.get("LD_LIBRARY_PATH", "").split(":"):
        path = os.path.join(folder, "libcuda.so.1")
        if os.path.exists(path):
            return path
    return None
