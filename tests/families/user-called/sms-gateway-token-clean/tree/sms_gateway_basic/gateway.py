import json
import urllib.request

from .retry import retry


class Gateway:
    """Gateway(account, auth_token).send(to, text)"""

    url = "https://api.sms.example/2010/"

    def __init__(self, account, auth_token, metrics=None):
        self.account = account
        self.auth_token = auth_token
        self.metrics = metrics

    @retry(times=2)
    def send(self, to, text):
        body = json.dumps({"to": to, "body": text}).encode()
        request = urllib.request.Request(self.url + self.account, body, {"Authorization": "Basic " + self.auth_token})
        answer = json.load(urllib.request.urlopen(request))
        if self.metrics:
            self.metrics(answer.get("status"))
        return answer
