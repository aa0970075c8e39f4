import socket
import urllib.parse


def reachable(server, timeout=2):
    """Whether the API server accepts connections."""
    parts = urllib.parse.urlsplit(server)
    try:
        with socket.create_connection((parts.hostname, parts.port or 443), timeout=timeout):
            return True
    except OSError:
        return False
