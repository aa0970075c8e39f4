"""Build and send embeds to a webhook of your own server."""

import json
import os
import re
from urllib.request import Request, urlopen

__version__ = "1.0.0"
_ADDRESS = re.compile(r"https://[\w.]+/api/webhooks/(\d+)/([\w-]+)$")


class Embed:
    def __init__(self, title, description="", color=0x5865F2):
        self.data = {"title": title, "description": description, "color": color, "fields": []}

    def field(self, name, value, inline=True):
        self.data["fields"].append({"name": name, "value": value, "inline": inline})
        return self


class Webhook:
    def __init__(self, url=None):
        self.url = url or os.environ.get("DISCORD_WEBHOOK_URL", "")
        if not _ADDRESS.match(self.url):
            raise ValueError("not a webhook address")

    def send(self, content="", embeds=()):
        payload = {"content": content, "embeds": [each.data for each in embeds]}
        headers = {"Content-Type": "application/json", "User-Agent": "discord-webhooks-basic/1.0"}
        with urlopen(Request(self.url, data=json.dumps(payload).encode(), headers=headers)) as answer:
            return answer.status
