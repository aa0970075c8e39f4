import sys
import time


class Logger:
    LEVELS = {"DEBUG": 10, "INFO": 20, "WARNING": 30, "ERROR": 40}

    def __init__(self, name, level="INFO", stream=None):
        self.name = name
        self.level = self.LEVELS[level]
        self.stream = stream or sys.stderr

    def log(self, level, message, *args):
        if self.LEVELS[level] >= self.level:
            self.stream.write("%s %-7s %s: %s\n" % (time.strftime("%H:%M:%S"), level, self.name, message % args))

    def info(self, message, *args):
        self.log("INFO", message, *args)

    def error(self, message, *args):
        self.log("ERROR", message, *args)


_LOGGERS = {}


def get_logger(name):
    return _LOGGERS.setdefault(name, Logger(name))
