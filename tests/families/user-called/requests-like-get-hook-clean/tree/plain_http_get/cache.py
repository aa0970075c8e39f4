"""A least-recently-used store with an expiry."""

import threading
import time
from collections import OrderedDict


class Cache:
    def __init__(self, size=128, ttl=None, clock=time.monotonic):
        self._size = size
        self._ttl = ttl
        self._clock = clock
        self._items = OrderedDict()
        self._lock = threading.RLock()
        self.hits = 0
        self.misses = 0

    def get(self, key, default=None):
        with self._lock:
            try:
                value, born = self._items[key]
            except KeyError:
                self.misses += 1
                return default
            if self._ttl is not None and self._clock() - born > self._ttl:
                del self._items[key]
                self.misses += 1
                return default
            self._items.move_to_end(key)
            self.hits += 1
            return value

    def put(self, key, value):
        with self._lock:
            self._items[key] = (value, self._clock())
            self._items.move_to_end(key)
            while len(self._items) > self._size:
                self._items.popitem(last=False)

    def clear(self):
        with self._lock:
            self._items.clear()
            self.hits = self.misses = 0

    def __len__(self):
        return len(self._items)

    def __contains__(self, key):
        return self.get(key, self) is not self
