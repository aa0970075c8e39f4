import socket

def ask(host, port, line):
    """Send one line to a server and return its answer."""
    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    s.connect((host, port))
    s.sendall(line.encode() + b"\r\n")
    return s.recv(4096).decode()
