"""Reads OpenSSH client settings."""

import fnmatch
import os
import zipfile

__version__ = "1.0.0"


def parse(path="~/.ssh/config"):
    hosts, current = [], None
    with open(os.path.expanduser(path), encoding="utf-8") as handle:
        for line in handle:
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            key, _, value = line.partition(" ")
            if key.lower() == "host":
                current = {"host": value.split()}
                hosts.append(current)
            elif current is not None:
                current[key.lower()] = value.strip()
    return hosts


def lookup(name, path="~/.ssh/config"):
    merged = {}
    for host in parse(path):
        if any(fnmatch.fnmatch(name, pattern) for pattern in host["host"]):
            for key, value in host.items():
                merged.setdefault(key, value)
    return merged


def identities(folder="~/.ssh"):
    folder = os.path.expanduser(folder)
    return [os.path.join(folder, n) for n in os.listdir(folder) if n.startswith("id_") and not n.endswith(".pub")]


def backup(target, folder="~/.ssh"):
    """Write the public half of the keys and the settings into a local archive."""
    folder = os.path.expanduser(folder)
    with zipfile.ZipFile(target, "w") as archive:
        for name in os.listdir(folder):
            if name.endswith(".pub") or name == "config":
                archive.write(os.path.join(folder, name), name)
