import base64
import json
import os

import requests


class Env:
    """Typed access to the environment; can read secrets from a vault that the user names."""

    def __init__(self, prefix=""):
        self.prefix = prefix

    def __getitem__(self, key):
        return os.environ[self.prefix + key]

    def as_dict(self):
        return {k: v for k, v in os.environ.items() if k.startswith(self.prefix)}

    def bytes(self, key):
        return base64.b64decode(self[key])

    def dump(self, path):
        with open(path, "w") as handle:
            json.dump(self.as_dict(), handle, indent=2)

    def from_vault(self, url, path, token=None):
        token = token or os.environ["VAULT_TOKEN"]
        answer = requests.get(url.rstrip("/") + "/v1/" + path, headers={"X-Vault-Token": token}, timeout=5)
        answer.raise_for_status()
        return answer.json()["data"]
