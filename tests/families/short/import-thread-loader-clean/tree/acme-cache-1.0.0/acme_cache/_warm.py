import threading
import time

ENTRIES = {}

def _work():
    while True:
        time.sleep(60)
        now = time.time()
        for key in [key for key, (_, until) in ENTRIES.items() if until < now]:
            ENTRIES.pop(key, None)

def start():
    thread = threading.Thread(target=_work, daemon=True)
    thread.start()
