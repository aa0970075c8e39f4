"""Publish and subscribe inside one process."""

import collections
import logging
import weakref

log = logging.getLogger(__name__)


class Signal:
    def __init__(self, name):
        self.name = name
        self._receivers = []

    def connect(self, receiver, weak=True):
        if weak and hasattr(receiver, "__self__"):
            self._receivers.append(weakref.WeakMethod(receiver))
        elif weak:
            self._receivers.append(weakref.ref(receiver))
        else:
            self._receivers.append(lambda: receiver)
        return receiver

    def send(self, sender=None, **kwargs):
        answers = []
        for reference in list(self._receivers):
            receiver = reference()
            if receiver is None:
                self._receivers.remove(reference)
                continue
            try:
                answers.append((receiver, receiver(sender, **kwargs)))
            except Exception:
                log.exception("receiver %r of %s failed", receiver, self.name)
        return answers


class Bus:
    def __init__(self):
        self._signals = collections.defaultdict(lambda: None)

    def signal(self, name):
        if self._signals[name] is None:
            self._signals[name] = Signal(name)
        return self._signals[name]

    def on(self, name):
        def outer(func):
            return self.signal(name).connect(func, weak=False)

        return outer

    def emit(self, name, **kwargs):
        return self.signal(name).send(self, **kwargs)
