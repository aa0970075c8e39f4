import socket

def reachable(host):
    """Whether a host has an address."""
    try:
        socket.gethostbyname(host)
    except OSError:
        return False
    return True
