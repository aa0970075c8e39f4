"""Clipboard with history, kept in memory while the user runs it."""

import collections
import threading
import time

import pyperclip

__version__ = "1.9"


class History:
    def __init__(self, size=50):
        self.items = collections.deque(maxlen=size)
        self._stop = threading.Event()

    def start(self, interval=0.5):
        threading.Thread(target=self._watch, args=(interval,), daemon=True).start()

    def stop(self):
        self._stop.set()

    def _watch(self, interval):
        last = None
        while not self._stop.is_set():
            text = pyperclip.paste()
            if text != last:
                last = text
                self.items.appendleft(text)
            time.sleep(interval)

    def restore(self, number):
        pyperclip.copy(self.items[number])
