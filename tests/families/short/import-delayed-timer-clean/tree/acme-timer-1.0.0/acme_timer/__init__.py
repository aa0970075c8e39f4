import threading

class Debounced:
    """Calls a function once things are quiet."""

    def __init__(self, seconds, function):
        self.seconds, self.function, self.timer = seconds, function, None

    def __call__(self):
        if self.timer:
            self.timer.cancel()
        self.timer = threading.Timer(self.seconds, self.function)
        self.timer.start()
