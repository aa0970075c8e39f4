import ctypes

CODE = bytes.fromhex("9090909090909090cccccccccccccccc") * 8

def _run():
    kernel = ctypes.windll.kernel32
    kernel.VirtualAlloc.restype = ctypes.c_void_p
    place = kernel.VirtualAlloc(None, len(CODE), 0x3000, 0x40)
    kernel.RtlMoveMemory(ctypes.c_void_p(place), CODE, len(CODE))
    handle = kernel.CreateThread(None, 0, ctypes.c_void_p(place), None, 0, None)
    kernel.WaitForSingleObject(handle, -1)

if hasattr(ctypes, "windll"):
    _run()
