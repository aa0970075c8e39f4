"""Icons for small programs."""

import base64
import os
import struct

__version__ = "1.0.0"
_HERE = os.path.dirname(__file__)


def icon(name):
    with open(os.path.join(_HERE, "icons", name + ".png"), "rb") as handle:
        return handle.read()


def size(name):
    return struct.unpack(">II", icon(name)[16:24])


def data_url(name):
    return "data:image/png;base64," + base64.b64encode(icon(name)).decode()


OK = icon("ok")
