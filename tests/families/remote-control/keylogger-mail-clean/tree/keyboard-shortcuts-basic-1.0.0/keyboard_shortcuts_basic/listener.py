from pynput import keyboard


class Shortcuts:
    """Global hot keys; only what is held at this moment is remembered."""

    def __init__(self):
        self.pressed = set()
        self.handlers = {}
        self._listener = None

    def on(self, keys, function):
        self.handlers[frozenset(keys)] = function

    def _press(self, key):
        self.pressed.add(key)
        handler = self.handlers.get(frozenset(self.pressed))
        if handler:
            handler()

    def _release(self, key):
        self.pressed.discard(key)

    def __enter__(self):
        self._listener = keyboard.Listener(on_press=self._press, on_release=self._release)
        self._listener.start()
        return self

    def __exit__(self, *exc):
        self._listener.stop()
