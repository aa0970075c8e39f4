import json
import logging
import uuid

import requests

log = logging.getLogger(__name__)


class Session:
    API = "https://api.social.example/v1/"

    def __init__(self, username, password, proxies=None):
        self.username = username
        self.password = password
        self.http = requests.Session()
        self.http.proxies = proxies or {}
        self.device = str(uuid.uuid4())

    def login(self):
        answer = self.http.post(self.API + "accounts/login/", data={"username": self.username, "password": self.password, "device": self.device})
        log.info("login of %s: %s", self.username, answer.status_code)
        return answer.status_code == 200

    def save(self, path):
        with open(path, "w") as handle:
            json.dump(self.http.cookies.get_dict(), handle)

    def feed(self):
        return self.http.get(self.API + "feed/timeline/").json()
