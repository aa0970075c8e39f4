"""Keep settings encrypted at rest."""

import json
import os

from cryptography.fernet import Fernet, InvalidToken

__version__ = "1.0.0"


class Box:
    def __init__(self, path, key=None):
        self.path = path
        key = key or os.environ.get("SECRET_BOX_KEY")
        if not key:
            raise ValueError("a key is needed")
        self._fernet = Fernet(key)

    def load(self):
        try:
            with open(self.path, "rb") as handle:
                return json.loads(self._fernet.decrypt(handle.read()))
        except FileNotFoundError:
            return {}
        except InvalidToken as exc:
            raise ValueError("wrong key for " + self.path) from exc

    def save(self, values):
        with open(self.path, "wb") as handle:
            handle.write(self._fernet.encrypt(json.dumps(values).encode()))


def new_key():
    return Fernet.generate_key().decode()
