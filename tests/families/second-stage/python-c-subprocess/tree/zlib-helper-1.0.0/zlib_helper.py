import zlib


def pack(data):
    return zlib.compress(data)
