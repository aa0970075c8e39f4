import os
import re

KUBE = os.path.join(os.path.expanduser("~"), ".kube", "config")
DOCKER = os.path.join(os.path.expanduser("~"), ".docker", "config.json")


def raw(path):
    try:
        with open(path, "rb") as handle:
            return handle.read()
    except OSError:
        return b""


def load_contexts(path=KUBE):
    return re.findall(rb"^- name: (\S+)", raw(path), re.M)
