"""Call something again until it works."""

import functools
import logging
import random
import time

log = logging.getLogger(__name__)


class GaveUp(Exception):
    def __init__(self, attempts, last):
        super().__init__("gave up after %d attempts: %r" % (attempts, last))
        self.attempts = attempts
        self.last = last


def backoff(base=0.5, factor=2.0, ceiling=30.0, jitter=0.1):
    delay = base
    while True:
        yield min(ceiling, delay) + random.uniform(0, jitter)
        delay *= factor


def retry(times=3, on=(Exception,), delays=None):
    def outer(func):
        @functools.wraps(func)
        def inner(*args, **kwargs):
            last = None
            waits = iter(delays or backoff())
            for attempt in range(1, times + 1):
                try:
                    return func(*args, **kwargs)
                except on as exc:
                    last = exc
                    log.debug("attempt %d of %s failed: %s", attempt, func.__name__, exc)
                    if attempt < times:
                        time.sleep(next(waits))
            raise GaveUp(times, last)

        return inner

    return outer
