import base64
import zlib

def pack(data):
    """Compressed and printable."""
    return base64.b64encode(zlib.compress(data)).decode()

def unpack(text):
    """What was packed."""
    return zlib.decompress(base64.b64decode(text))
