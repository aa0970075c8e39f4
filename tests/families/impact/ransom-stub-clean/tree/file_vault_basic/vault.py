import argparse
import getpass
import base64
import hashlib
import os

from cryptography.fernet import Fernet

from .paths import walk


def key_of(password, salt):
    raw = hashlib.scrypt(password.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32)
    return base64.urlsafe_b64encode(raw)


def lock(top, password, remove=False):
    salt = os.urandom(16)
    box = Fernet(key_of(password, salt))
    for path in walk(top):
        if path.endswith(".locked"):
            continue
        with open(path, "rb") as handle:
            data = handle.read()
        with open(path + ".locked", "wb") as handle:
            handle.write(salt + box.encrypt(data))
        if remove:
            os.remove(path)


def main(argv=None):
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--remove", action="store_true", help="delete the originals")
    options = parser.parse_args(argv)
    lock(options.folder, getpass.getpass(), options.remove)
