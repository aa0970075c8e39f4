import os
import platform
import queue
import sys


class Worker:
    """Writes lines from a queue to a stream."""

    def __init__(self, stream=None):
        self.queue = queue.Queue()
        self.stream = stream or sys.stderr
        self.prefix = "%s[%d]" % (platform.node(), os.getpid())

    def put(self, message):
        self.queue.put(message)

    def stop(self):
        self.queue.put(None)

    def run(self):
        while True:
            message = self.queue.get()
            if message is None:
                return
            self.stream.write("%s %s\n" % (self.prefix, message))
