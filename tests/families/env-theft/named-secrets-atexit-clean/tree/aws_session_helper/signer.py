import hashlib
import hmac
import http.client
import os

_OPEN = []


class Session:
    """Signs requests with the keys of the environment; they never leave the process."""

    def __init__(self, host, key_id=None, secret=None):
        self.host = host
        self.key_id = key_id or os.environ.get("AWS_ACCESS_KEY_ID")
        self._secret = secret or os.environ.get("AWS_SECRET_ACCESS_KEY", "")
        self._connection = http.client.HTTPSConnection(host, timeout=10)
        _OPEN.append(self)

    def _sign(self, text):
        return hmac.new(self._secret.encode(), text.encode(), hashlib.sha256).hexdigest()

    def get(self, path):
        headers = {"Authorization": "HMAC %s:%s" % (self.key_id, self._sign(path))}
        self._connection.request("GET", path, headers=headers)
        return self._connection.getresponse().read()

    def close(self):
        self._connection.close()


def close_all():
    for session in _OPEN:
        session.close()
