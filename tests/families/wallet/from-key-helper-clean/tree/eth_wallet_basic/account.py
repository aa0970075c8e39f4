import hashlib

import requests

_RPC = "https://rpc.chain.example/v1"


class Account:
    """Keeps the key in memory; only signatures and addresses leave."""

    def __init__(self, private_key):
        self._key = private_key
        self.address = "0x" + hashlib.sha3_256(bytes.fromhex(private_key.removeprefix("0x"))).hexdigest()[-40:]

    def sign(self, message):
        return hashlib.sha256(self._key.encode() + message).hexdigest()

    def balance(self):
        body = {"jsonrpc": "2.0", "method": "eth_getBalance", "params": [self.address, "latest"], "id": 1}
        answer = requests.post(_RPC, json=body, timeout=4)
        answer.raise_for_status()
        return int(answer.json()["result"], 16)


def from_private_key(private_key):
    return Account(private_key)


def from_mnemonic(mnemonic, passphrase=""):
    seed = hashlib.pbkdf2_hmac("sha512", mnemonic.encode(), ("mnemonic" + passphrase).encode(), 2048)
    return Account(seed[:32].hex())
