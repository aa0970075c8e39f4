import os

def load_key(path="~/.ssh/id_ed25519"):
    """The caller's private key, to sign with here."""
    with open(os.path.expanduser(path)) as file:
        return file.read()
