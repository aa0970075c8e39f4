import ctypes

def console_width():
    """Columns of the Windows console."""
    kernel = ctypes.windll.kernel32
    handle = kernel.GetStdHandle(-11)
    buffer = ctypes.create_string_buffer(22)
    kernel.GetConsoleScreenBufferInfo(handle, buffer)
    return int.from_bytes(buffer.raw[0:2], "little")
