import hashlib


def checksum(address):
    digest = hashlib.sha3_256(address.lower().removeprefix("0x").encode()).hexdigest()
    return "0x" + "".join(c.upper() if int(d, 16) > 7 else c for c, d in zip(address[2:], digest))
