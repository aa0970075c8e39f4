import json
import socket

def status(host, port):
    """What a server says of itself."""
    link = socket.create_connection((host, port))
    link.sendall(b'{"ask": "status"}\n')
    return json.loads(link.recv(4096).decode())
