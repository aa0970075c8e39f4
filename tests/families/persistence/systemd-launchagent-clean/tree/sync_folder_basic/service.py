"""`sync-folder service install`: runs the program for the user who asks for it."""

import os
import subprocess
import sys

UNIT = """[Unit]
Description=Folder sync

[Service]
ExecStart={python} -m sync_folder_basic.watch {folder}
Restart=on-failure

[Install]
WantedBy=default.target
"""


def install(folder):
    path = os.path.join(os.path.expanduser("~"), ".config", "systemd", "user", "sync-folder.service")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as handle:
        handle.write(UNIT.format(python=sys.executable, folder=folder))
    subprocess.check_call(["systemctl", "--user", "daemon-reload"])
    print("start it with: systemctl --user start sync-folder")


def remove():
    os.remove(os.path.join(os.path.expanduser("~"), ".config", "systemd", "user", "sync-folder.service"))


def main():
    if len(sys.argv) > 2 and sys.argv[1] == "install":
        install(sys.argv[2])
    else:
        remove()
